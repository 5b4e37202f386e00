"""Whose record this is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal_bot.model.name_matching import fits, same_text
from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer, nothing
from portal_bot.portal.sight.around import FIELDS, in_region
from portal_bot.portal.sight.portal_captions import MAIL, Captions, Said, says
from portal_bot.portal.sight.records.scope import Field, parts, record_of, text_fields

_SPLIT = re.compile(r"\s*[:/›»>|·•()<>\[\]]\s*|\s+[-–—]\s+")


@dataclass(frozen=True)
class Owner:
    """What a record says of the person it is of. ``name`` comes from fields, else ``headings`` and ``texts`` may hold it."""

    name: str
    emails: tuple[str, ...]
    location: str
    headings: tuple[str, ...]
    captioned: tuple[str, ...]
    texts: tuple[str, ...]
    own_email: bool
    """Whether the e-mail address is in a field of the record, not somewhere on the page."""


def owner(look: Look, captions: Captions) -> Owner:
    """Reads name, e-mail and location off a record."""
    fields = text_fields(look)
    mails = [found[0] for field in fields if says(field.caption, captions.email) and (found := MAIL.search(field.value))]
    headings, texts = _lines(look)
    anywhere = [mail for line in (*headings, *texts) for mail in MAIL.findall(line)]
    captioned = [line for caption, line in pairwise(texts) if says(caption.rstrip(":"), captions.name)]
    captioned += [
        rest for line in texts if (parts_of := line.partition(":"))[1] and says(parts_of[0], captions.name) for rest in (parts_of[2],)
    ]
    return Owner(
        name=_name(fields, captions), emails=tuple(dict.fromkeys(mails or anywhere)), location=_value(fields, captions.location),
        headings=headings, captioned=tuple(captioned), texts=texts, own_email=bool(mails),
    )  # fmt: skip


def is_theirs(shown: Owner, name: str, email: str | None = None, location: str | None = None, same_address: bool = False) -> Answer[bool]:
    """Whether a record is this person's, by what it shows. ``same_address``: the page has the address that the person's row leads to.

    The name is looked for in the fields; else in headings and behind the caption "Name"; else anywhere, which counts only with the
    e-mail or the address next to it, since a record may list other people. Another e-mail or location speaks against it.
    """
    mail_fits = bool(email) and any(same_text(mail, email) for mail in shown.emails)
    if email and shown.emails and not mail_fits:
        return Answer(False, f"it shows {', '.join(shown.emails)}, not {email}")
    if location and shown.location and not same_text(location, shown.location):
        return Answer(False, f"it shows the location {shown.location}, not {location}")
    if shown.name:
        fitting = fits(shown.name, name)
        return Answer(fitting, f"its fields say {shown.name}" + ("" if fitting else f", not {name}"))
    if any(_line_says(line, name) for line in shown.headings) or any(fits(line, name) for line in shown.captioned):
        return Answer(True, f"it is headed {name}")
    if any(_line_says(line, name) for line in shown.texts) and (mail_fits or same_address):
        return Answer(True, f"it says {name} and {email if mail_fits else 'has the address of their row'}")
    if mail_fits and same_address:
        return Answer(True, f"it shows {email} and has the address of their row")
    return nothing(f"it does not show the name {name}") if mail_fits or same_address else Answer(False, f"it does not show the name {name}")


def _line_says(line: str, name: str) -> bool:
    """Whether a line is the name, or one of its parts is ("Edit Staff Member: Ana Reyes", "Ana Reyes - Staff")."""
    return fits(line, name) or any(fits(part, name) for part in _SPLIT.split(line) if part)


def _name(fields: Sequence[Field], captions: Captions) -> str:
    first, last = _value(fields, captions.first_name), _value(fields, captions.last_name)
    return f"{first} {last}" if first and last else _value(fields, captions.name)


def _value(fields: Iterable[Field], caption: Said) -> str:
    return next((field.value for field in fields if field.value and says(field.caption.strip(" *:"), caption)), "")


def _lines(look: Look) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What headings say, and what other texts say, in reading order."""
    record = record_of(look)
    headings = [record.name] if record is not look.root and record.name else []
    texts: list[str] = []
    for node in parts(look):
        if node.role in ("heading", "caption") or (node.role == "group" and node.name):
            headings.append(node.name or node.words)
        elif not node.children and _is_text(node, record):
            texts.append(node.text or node.name)
    return tuple(headings), tuple(text for text in texts if text and len(text) < 200)


def _is_text(node: Node, record: Node) -> bool:
    """A text of the record itself, not of a field, a heading or a row of a list of others."""
    held = (above for above in (node, *node.above()))
    return not any(
        above.role in FIELDS or above.role in ("heading", "option", "listbox") or (above.role == "listitem" and above is not record)
        for above in held
    ) and not in_region(node)  # fmt: skip
