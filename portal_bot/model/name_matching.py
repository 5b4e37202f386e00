"""Which row of the roster is the person. Pure.

The one rule of names. Two names fit when, after these steps, they are the same words in the same order:

1. accents, case, double spaces and kinds of apostrophe, quote and hyphen do not count ("Zoë  O’Brien" is "zoe o'brien");
2. "Reyes, Ana" is "Ana Reyes": what stands before a comma goes behind, unless what follows is only credentials;
3. credentials ("MD", "NP", "PA-C" …) after a comma, or in capitals at the end of a name that is not all capitals, are
   taken off; if both names have them, they must be the same; if one has none, that does not matter;
4. "Dr.", "Mr.", "Mrs.", "Ms." in front are taken off.

Anything less (a middle initial, a short form, a typing slip) is a suggestion in the message and never acted on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal_bot.model.entities import Person, RosterEntry

CREDENTIALS = frozenset(
    [
        "md",
        "do",
        "np",
        "rn",
        "ma",
        "pa",
        "pac",
        "pa-c",
        "lpn",
        "lvn",
        "cma",
        "rma",
        "cna",
        "phd",
        "psyd",
        "dnp",
        "fnp",
        "pnp",
        "cpnp",
        "cnp",
        "crnp",
        "arnp",
        "aprn",
        "cnm",
        "bsn",
        "msn",
        "dds",
        "dmd",
        "od",
        "dpm",
        "dc",
        "pt",
        "dpt",
        "ot",
        "slp",
        "lcsw",
        "lmsw",
        "lpc",
        "msw",
        "rd",
        "rdn",
        "ccma",
        "fnp-c",
        "fnp-bc",
        "faap",
        "facp",
        "facs",
        "mba",
        "mph",
        "mbbs",
        "esq",
        "jr",
        "sr",
        "ii",
        "iii",
        "iv",
    ]
)
TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof"})
"""What may stand before a name."""
_SAME = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "\u00a0": " "})


@dataclass(frozen=True)
class NameKey:
    """A name reduced to what counts. ``credentials`` is empty where none were written."""

    words: str
    credentials: frozenset[str]


@lru_cache(maxsize=20_000)  # each person is compared with the whole list
def name_key(name: str) -> NameKey:
    """The name by the rule above."""
    return _reduced(name)


def _reduced(name: str) -> NameKey:
    plain = unicodedata.normalize("NFKC", name).translate(_SAME)
    shouted = plain.upper() == plain
    parts = [part.split() for part in plain.split(",")]
    parts = [part for part in parts if part]
    credentials: list[str] = []
    while len(parts) > 1 and all(_is_credential(word) for word in parts[-1]) and not (len(parts) == 2 and len(parts[0]) == 1):
        credentials += parts.pop()
    for part in parts:
        spare = 2 if len(parts) == 1 else 1
        while len(part) > spare and not shouted and part[-1].isupper() and len(part[-1].strip(".")) > 1 and _is_credential(part[-1]):
            credentials.append(part.pop())
    words = [word for part in parts[1:] + parts[:1] for word in part]
    while len(words) > 1 and _bare(words[0]) in TITLES:
        words = words[1:]
    return NameKey(" ".join(_fold(word) for word in words), frozenset(_bare(word) for word in credentials))


def fits(one: str, other: str) -> bool:
    """Whether two names are the same person's by the rule above."""
    a, b = name_key(one), name_key(other)
    return bool(a.words) and a.words == b.words and (not a.credentials or not b.credentials or a.credentials == b.credentials)


def searched_as(name: str) -> str:
    """What to type into a list's search box for a name: its last word without credentials, which every way of writing keeps."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) > 1 and not all(_is_credential(word) for word in parts[1].split()):
        return parts[0]
    words = [word for word in parts[0].split() if not (_is_credential(word) and word.isupper())]
    return words[-1] if words else name


def folded(text: object) -> str:
    """A caption, address or place without what does not count: case and white space. Empty for ``None``."""
    return " ".join(str(text or "").split()).casefold()


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two captions, addresses or places are the same, case and white space aside."""
    return folded(one) == folded(other)


@dataclass(frozen=True)
class Match:
    """Rows that may be the person. One: found. Several: only the records can tell them apart. None: ``why`` says so."""

    entries: tuple[RosterEntry, ...]
    why: str = ""


def find_person(person: Person, roster: Sequence[RosterEntry]) -> Match:
    """The rows of a roster that are the person: by e-mail and name where both are known, else by name and location.

    More than one entry comes back only where they cannot be told apart by what the list shows.
    """
    named = [entry for entry in roster if fits(person.name, entry.name)]
    if person.email:
        mailed = [entry for entry in roster if same_text(entry.email, person.email)]
        wrong = [entry for entry in mailed if entry not in named]
        if wrong:
            return Match((), f"{person.email} belongs to {wrong[0].name}, not to {person.name}")
        if mailed:
            named = mailed
        elif named and all(entry.email for entry in named):
            others = ", ".join(dict.fromkeys(f"{entry.email}" for entry in named))
            return Match((), f"{person.name} is there, but with another e-mail address ({others})")
        else:
            named = [entry for entry in named if not entry.email]
    if person.location:
        placed = [entry for entry in named if entry.location or entry.shown_under]
        fitting = [entry for entry in placed if same_text(entry.location or entry.shown_under, person.location)]
        if placed and not fitting:
            places = ", ".join(dict.fromkeys(str(entry.location or entry.shown_under) for entry in placed))
            return Match((), f"{person.name} is there, but at another location ({places})")
        named = fitting or named
    if not named:
        return Match((), _suggestion(person, roster))
    return Match(tuple(named))


def near(name: str, roster: Sequence[RosterEntry], most: int = 3) -> list[RosterEntry]:
    """Entries whose names are like this one, for a message; never acted on."""
    from rapidfuzz import fuzz

    key = name_key(name).words
    scored = [(fuzz.token_sort_ratio(key, name_key(entry.name).words), entry) for entry in roster]
    return [entry for score, entry in sorted(scored, key=lambda pair: -pair[0]) if score >= 72][:most]


def _suggestion(person: Person, roster: Sequence[RosterEntry]) -> str:
    if not roster:
        return "the list shows nobody"
    close = near(person.name, roster)
    return f"not found: {person.name}." + (" Near: " + "; ".join(entry.said for entry in close) if close else "")


def _bare(word: str) -> str:
    return word.replace(".", "").strip("()").casefold()


def _is_credential(word: str) -> bool:
    return _bare(word) in CREDENTIALS


def _fold(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return re.sub(r"\.$", "", "".join(c for c in decomposed if not unicodedata.combining(c)))
