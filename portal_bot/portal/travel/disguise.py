"""Looks without anybody in them: every word, number and address that sight does not need is an invented one of the same shape.

A word stays only if a caption would no longer fit without it; all others go, so that nothing depends on knowing who is a
patient. A page that is neither a list nor a record keeps its roles, its structure and those words, and nothing else.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from portal_bot.model.name_matching import CREDENTIALS, TITLES
from portal_bot.portal.look import Look, Node
from portal_bot.portal.look.parse import numbered
from portal_bot.portal.sight.lists.rows import list_rows
from portal_bot.portal.sight.lists.turning import length_in
from portal_bot.portal.sight.places import STEPS, list_heading
from portal_bot.portal.sight.portal_captions import Captions, Said, says
from portal_bot.portal.sight.records.scope import is_record

_RUN = re.compile(r"[^\W\d_]+|\d+")
_HUMPS = re.compile(r"[A-ZÀ-Þ]?[^\W\d_A-ZÀ-Þ]+|[A-ZÀ-Þ]+(?![a-zß-ÿ])|[^\W\d_]")
_ADDRESS_WORDS = frozenset(["http", "https", "mailto", "javascript", "void"])
_VOWELS, _CONSONANTS = "aeiou", "bdfgklmnprstvz"
_GONE = "x"
"""What is put for all words of a page that may show patients."""


@dataclass
class Disguise:
    """One disguise for all looks of a report: whatever was the same stays the same.

    ``names``: those of the config (practices, people), which are disguised on every page. ``keep``: captions that stay as they
    are, such as the permission's.
    """

    captions: Captions
    names: Sequence[str] = ()
    keep: Sequence[str] = ()
    chance: random.Random = field(default_factory=random.SystemRandom)
    _kept: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _invented: dict[str, str] = field(default_factory=dict)

    def looks(self, looks: Sequence[Look]) -> list[Look]:
        """The looks as they may travel."""
        self._kept |= {_folded(word) for caption in self.keep for word in _words(caption)}
        for text in {text for look in looks for text in _texts(look)}:
            self._kept |= self._needed(text)
            self._seen |= {_folded(word) for word in _words(text)}
        known = {_folded(word) for name in self.names for word in _words(name)}
        return [self._look(look, known) for look in looks]

    def text(self, text: str, only: frozenset[str] | set[str] | None = None) -> str:
        """A text with its private words replaced. ``only``: words that are replaced; others that are not kept are left out."""
        if only is not None and not any(_folded(word) in only or self._stays(word) for word in _words(text)):
            return _GONE if text.strip() else text
        counts = length_in(text) is not None
        return _RUN.sub(lambda run: self._run(run[0], only, counts), text)

    def _look(self, look: Look, known: set[str]) -> Look:
        shown = bool(list_rows(look, self.captions).rivals or list_rows(look, self.captions)) or is_record(look, self.captions)
        only = None if shown or list_heading(look, self.captions) else known
        return Look(numbered(self._node(look.root, only)))

    def _node(self, node: Node, only: set[str] | None) -> Node:
        return replace(
            node, name=self.text(node.name, only), text=self.text(node.text, only), placeholder=self.text(node.placeholder, only),
            url=node.url and self.text(node.url, only), children=tuple(self._node(child, only) for child in node.children),
        )  # fmt: skip

    def _run(self, run: str, only: set[str] | frozenset[str] | None, counts: bool) -> str:
        if run.isdigit():
            small = len(run) < 4 and (counts or only is None)
            return run if small or counts else self._number(run) if only is None else "0" * len(run)
        if self._stays(run):
            return run
        return "".join(self._word(hump, only) for hump in _HUMPS.findall(run))

    def _stays(self, word: str) -> bool:
        folded = _folded(word)
        degree = folded in CREDENTIALS and (word.isupper() or folded in ("jr", "sr", "phd", "psyd"))
        return folded in self._kept or degree or folded in TITLES or folded in _ADDRESS_WORDS

    def _word(self, word: str, only: set[str] | frozenset[str] | None) -> str:
        if self._stays(word):
            return word
        if only is not None and _folded(word) not in only:
            return _GONE
        invented = self._invented.get(_folded(word)) or self._invent(word)
        return "".join(new.upper() if old.isupper() else new for old, new in zip(word, invented, strict=False))

    def _invent(self, word: str) -> str:
        taken = {*self._invented.values(), *self._seen, *CREDENTIALS, *TITLES, *_ADDRESS_WORDS, "qqq"}
        for _ in range(500):
            invented = "".join(self.chance.choice(_VOWELS if n % 2 else _CONSONANTS) for n in range(len(word)))
            if invented not in taken and invented != _folded(word):
                break
        self._invented[_folded(word)] = invented
        return invented

    def _number(self, run: str) -> str:
        if run not in self._invented:
            self._invented[run] = "".join(str(self.chance.randint(1 if n == 0 and run[0] != "0" else 0, 9)) for n in range(len(run)))
        return self._invented[run]

    def _needed(self, text: str) -> set[str]:
        """The words without which a caption that fits a text, or a step of it, would not fit any longer."""
        needed = set()
        for said in {text, *STEPS.split(text)}:
            for captions in _all(self.captions):
                for caption in captions:
                    needed |= _needed_by(said, lambda left, c=caption: says(left, (c,)))  # type: ignore[misc]
        length = length_in(text)
        return needed | _needed_by(text, lambda left: length is not None and length_in(left) == length)


def _needed_by(text: str, fits: Callable[[str], bool]) -> set[str]:
    """The fewest words with which a text still fits."""
    if not fits(text):
        return set()
    needed, left = set(), text
    for word in dict.fromkeys(_words(text)):
        if fits(without := _without(left, word)):
            left = without
        else:
            needed.add(_folded(word))
    return needed


def _all(captions: Captions) -> Iterator[Said]:
    for each in fields(captions):
        value = getattr(captions, each.name)
        yield from value.values() if isinstance(value, Mapping) else (value,)


def _texts(look: Look) -> set[str]:
    return {text for node in look.nodes for text in (node.name, node.text, node.placeholder) if text}


def _words(text: str) -> list[str]:
    return [run for run in _RUN.findall(text) if not run.isdigit()]


def _without(text: str, word: str) -> str:
    """A text with another word of no meaning in place of one, wherever it is."""
    return re.sub(rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])", "qqq", text)


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
