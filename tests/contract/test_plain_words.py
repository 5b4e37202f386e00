"""Plain words: what users read has no words of the old dialect beyond those counted here, and sentences of help are short.

The numbers below are of texts from before the style guide (the contributing notes have it). They only ever go down.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.models import ArgumentInfo, OptionInfo

from portal_bot.cli.app import build

ROOT = Path(__file__).parents[2]
DIALECT = re.compile(
    r"\b(told|tells?|mend(s|ed|ing)?|whoever|stands?|stood|beside|somebody who|as (asked|wanted)|heed(s|ed)?|keeps? in mind|"
    r"kept in mind|in hand|begun|thereof|shall|of use|is had|goes by|lest)\b",
    re.IGNORECASE,
)
"""Words that a native engineer would not use here."""
STILL_THERE = {"help": 21, "messages": 87, "README.md": 37}
LONGEST_SENTENCE = 25
"""Words."""
STILL_LONGER = 0
"""Sentences of help."""


def help_texts() -> Iterator[str]:
    """The text of each command and of each option."""
    for each in build().registered_commands:
        assert each.callback is not None
        yield inspect.getdoc(each.callback) or ""
        for parameter in inspect.signature(each.callback).parameters.values():
            for info in getattr(parameter.annotation, "__metadata__", ()):
                if isinstance(info, OptionInfo | ArgumentInfo) and info.help:
                    yield info.help


def messages() -> Iterator[str]:
    """The text of every string in the program that reads like a sentence, docstrings excepted."""
    for path in [*ROOT.glob("portal_bot/**/*.py"), *ROOT.glob("flows/**/*.py")]:
        if "sandbox" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        not_said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "…" for part in node.values]
                not_said |= {id(part) for part in node.values}
                yield "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in not_said and " " in node.value:
                yield node.value


TEXTS = {"help": help_texts, "messages": messages, "README.md": lambda: [(ROOT / "README.md").read_text(encoding="utf-8")]}


@pytest.mark.parametrize("where", TEXTS)
def test_the_old_dialect_only_ever_gets_less(where: str) -> None:
    """New texts use none of these words; where old ones lost some, the number here goes down with them."""
    found = [match[0].lower() for text in TEXTS[where]() for match in DIALECT.finditer(text)]
    assert len(found) == STILL_THERE[where], sorted(set(found))


def test_sentences_of_help_are_short() -> None:
    """At most 25 words each."""
    sentences = [sentence for text in help_texts() for sentence in re.split(r"(?<=[.:;])\s+|\n\n", text)]
    longer = [sentence for sentence in sentences if len(sentence.split()) > LONGEST_SENTENCE]
    assert len(longer) == STILL_LONGER, longer
