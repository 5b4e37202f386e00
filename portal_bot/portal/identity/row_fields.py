"""From what stands in a row of a list to a person's name, e-mail and location. Pure.

Columns, search and row markup of the real portal's lists are unknown (portal documentation names none), so the meaning
of a column is taken from its caption, from the map, or, where a list has no captions, from what the row opens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal_bot.model.name_matching import CREDENTIALS, fits
from portal_bot.portal.map.portal_map import ListMap, Part, whole_name

_NAME = re.compile(
    r"^((full|display|user|staff|member|staff member|provider|employee|person|contact)[ -]?)?name$"
    r"|^(providers?|staff members?|staff|members?|employees?|persons?|people|users?|practitioners?|clinicians?)$",
    re.IGNORECASE,
)
_FIRST = re.compile(r"^(first|given|fore)[ -]?names?$|^first$", re.IGNORECASE)
_LAST = re.compile(r"^(last|family|sur)[ -]?name$|^last$", re.IGNORECASE)
_SUFFIX = re.compile(r"^(credentials?|suffix|degrees?|title|designation)$", re.IGNORECASE)
_EMAIL = re.compile(r"^(work |contact )?e-?mail( address)?$", re.IGNORECASE)
_LOCATION = re.compile(r"^(locations?|offices?|sites?|clinics?|branch)$", re.IGNORECASE)
_ACTION = re.compile(
    r"^(select|edit|view|open|manage|details?|modify|change|delete|remove|more|actions?|previous|prev|next|\W*)$", re.IGNORECASE
)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class RowFields:
    """What a row says of its person, and the address of the record if the row links to one."""

    name: str
    email: str | None
    location: str | None
    address: str | None


def row_fields(row: Mapping[str, Any], told: ListMap) -> RowFields | None:
    """The fields of one row as the page's reader read it; ``None`` where it names nobody (a heading, a pager, "No data")."""
    cells: Sequence[Mapping[str, str]] = [{"header": _clean(cell["header"]), "text": cell["text"]} for cell in row["cells"]]
    name = _part(row, cells, told.name, "name") or _name(row, cells)
    if not name or any(empty.text and whole_name(empty.text).search(name) for empty in told.empty):
        return None
    email = _part(row, cells, told.email, "email") or _column(cells, _EMAIL) or (row["emails"][0] if len(row["emails"]) == 1 else "")
    found = _ADDRESS.search(email or "")
    location = _part(row, cells, told.location, "location") or _column(cells, _LOCATION)
    return RowFields(name, found[0] if found else None, location or None, _address(row, name))


def _part(row: Mapping[str, Any], cells: Sequence[Mapping[str, str]], told: Part, key: str) -> str:
    if told.css:
        return str(row["given"][key] or "")
    said = []
    for caption in told.column:
        wanted = whole_name(caption)
        said += [cell["text"] for cell in cells if wanted.search(cell["header"])][:1]
    return " ".join(part for part in said if part)


def _column(cells: Sequence[Mapping[str, str]], caption: re.Pattern[str]) -> str:
    return next((cell["text"] for cell in cells if caption.search(cell["header"])), "")


def _name(row: Mapping[str, Any], cells: Sequence[Mapping[str, str]]) -> str:
    """By column captions; else the first text of the row that looks like a name."""
    first, last = _column(cells, _FIRST), _column(cells, _LAST)
    whole = _column(cells, _NAME)
    suffix = _column(cells, _SUFFIX)
    if first and last:
        return f"{first} {last}" + (f", {suffix}" if suffix and suffix.replace(".", "").casefold() in CREDENTIALS else "")
    if whole:
        return whole
    links = [opener["text"] for opener in row["openers"]]
    texts = [*links, row["strong"], *(cell["text"] for cell in cells), *row["lines"]]
    likely = [text for text in texts if text and not _ACTION.search(text) and "@" not in text and re.search(r"[^\W\d_]{2}", text)]
    return next((text for text in likely if len(text.split()) > 1), likely[0] if likely else "")


def _address(row: Mapping[str, Any], name: str) -> str | None:
    """The address behind the name, or behind the one action of the row."""
    named = [opener for opener in row["openers"] if opener["href"] and fits(opener["text"], name)]
    acting = [
        opener
        for opener in row["openers"]
        if opener["href"] and re.search(r"^(select|edit|view|open|manage|details?)\b", opener["text"], re.I)
    ]
    for openers in (named, acting, [opener for opener in row["openers"] if opener["href"] and not opener["href"].startswith("mailto:")]):
        addresses = {opener["href"] for opener in openers}
        if len(addresses) == 1:
            return str(addresses.pop())
    return None


def _clean(header: str) -> str:
    """A column caption without the arrows that show how the list is sorted."""
    return re.sub(r"[▲▼△▽↑↓⇅⇵↕:*\s]+$", "", header).strip()
