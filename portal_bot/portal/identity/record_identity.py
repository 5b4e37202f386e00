"""Whether a record is the wanted person's, and what on it differs from before. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal_bot.model.name_matching import fits, same_text
from portal_bot.portal.map.portal_map import whole_name

_FIRST = re.compile(r"^\W*(first|given|fore)[ -]?name\W*$", re.IGNORECASE)
_LAST = re.compile(r"^\W*(last|family|sur)[ -]?name\W*$", re.IGNORECASE)
_WHOLE = re.compile(r"^\W*((full|display|provider|staff|staff member|member|employee|person)[ -]?)?name\W*$", re.IGNORECASE)
_EMAIL = re.compile(r"e-?mail", re.IGNORECASE)
_SPLIT = re.compile(r"\s*[:/›»>|·•()\[\]]\s*|\s+[-–—]\s+")


@dataclass(frozen=True)
class RecordView:
    """What a record showed at one moment: its fields, its texts, and the map's own places of name and e-mail."""

    fields: tuple[Mapping[str, Any], ...] = ()
    headings: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    told_name: str = ""
    told_email: str = ""
    address: str = ""
    volatile: tuple[str, ...] = ()
    """Captions of fields that change by themselves, from the map."""


def differences(before: RecordView, after: RecordView) -> list[str]:
    """Captions of the fields that differ, or that stand on one of both only. Values are not told: they may be private.

    Compared is every control a person can see, less the wanted boxes, the boxes of the groups they are in (their state
    follows), and what the map lists as changing by itself.
    """
    moving = [whole_name(caption) for caption in before.volatile]
    free = {
        f["key"] for view in (before, after) for f in view.fields if f["wanted"] or f["head"] or any(m.search(f["label"]) for m in moving)
    }
    old, new = ({f["key"]: f["value"] for f in view.fields} for view in (before, after))
    return [key for key in dict.fromkeys([*old, *new]) if key not in free and (key not in old or key not in new or old[key] != new[key])]


def all_differences(before: RecordView, after: RecordView) -> list[str]:
    """As ``differences``, for a record on which nothing at all is to change: the wanted boxes and their groups count too."""
    moving = [whole_name(caption) for caption in before.volatile]
    old, new = ({f["key"]: f["value"] for f in view.fields if not any(m.search(f["label"]) for m in moving)} for view in (before, after))
    return [key for key in dict.fromkeys([*old, *new]) if key not in old or key not in new or old[key] != new[key]]


def changed(before: RecordView, after: RecordView) -> list[str]:
    """Of the fields that differ, those that stand on both records with different values; the others could not be compared."""
    held = {field["key"] for field in before.fields} & {field["key"] for field in after.fields}
    return [key for key in differences(before, after) if key in held]


def who_it_shows(view: RecordView, name: str, email: str | None, own_address: str | None) -> str:
    """Empty where the record is the person's, else why it is not believed to be.

    The name is looked for where the map says; else in the name fields; else in headings and behind the caption "Name"; else anywhere, which
    counts only with the e-mail address or the record's own address from the roster row beside it (a record may list other
    people's names, as "Associated Users" does). An e-mail field that holds another address speaks against the record.
    """
    emails = _emails(view)
    mail_fits = bool(email) and any(same_text(mail, email) for mail in emails)
    if email and emails and not mail_fits:
        return f"the record shows {', '.join(emails)}, not {email}"
    said = view.told_name or _from_fields(view.fields)
    if said:
        return "" if fits(said, name) else f"the record is of {said}, not of {name}"
    if any(_says(heading, name) for heading in view.headings) or _captioned(view.texts, name):
        return ""
    if any(_says(text, name) for text in (*view.texts, *_values(view.fields))) and (mail_fits or _same_place(view.address, own_address)):
        return ""
    if _same_place(view.address, own_address) and mail_fits:
        return ""
    return f"the record does not show the name {name}"


def told_apart(view: RecordView, email: str | None, own_address: str | None) -> bool:
    """Whether the record itself proves which of several people of one name it is of."""
    return (bool(email) and any(same_text(mail, email) for mail in _emails(view))) or _same_place(view.address, own_address)


def _emails(view: RecordView) -> tuple[str, ...]:
    if view.told_email:
        return (view.told_email,)
    held = tuple(
        str(entry["value"]) for entry in view.fields if entry["own"] and _EMAIL.search(entry["label"]) and "@" in str(entry["value"])
    )
    return held or view.emails


def _from_fields(fields: Iterable[Mapping[str, Any]]) -> str:
    first = last = whole = ""
    for entry in fields:
        if not entry["own"] or not isinstance(entry["value"], str):
            continue
        first = first or (entry["value"] if _FIRST.search(entry["label"]) else "")
        last = last or (entry["value"] if _LAST.search(entry["label"]) else "")
        whole = whole or (entry["value"] if _WHOLE.search(entry["label"]) else "")
    return f"{first} {last}" if first and last else whole


def _values(fields: Iterable[Mapping[str, Any]]) -> list[str]:
    return [entry["value"] for entry in fields if entry["own"] and isinstance(entry["value"], str)]


def _says(line: str, name: str) -> bool:
    """Whether a line is the name, or one of its parts is ("Edit Staff Member: Ana Reyes", "Ana Reyes - Staff")."""
    return fits(line, name) or any(fits(part, name) for part in _SPLIT.split(line) if part)


def _captioned(texts: tuple[str, ...], name: str) -> bool:
    """Whether the record says the name behind a caption: "Name: Ana Reyes" in one line, or caption and name one after the other."""
    for line, following in zip(texts, (*texts[1:], ""), strict=False):
        caption, colon, rest = line.partition(":")
        if _WHOLE.search(caption) and fits(rest if colon and rest.strip() else following, name):
            return True
    return False


def _same_place(address: str, own: str | None) -> bool:
    return bool(own) and address.rstrip("/") == str(own).rstrip("/")
