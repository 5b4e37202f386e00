"""Would the bot find its way on a portal? Decided from saved looks, without the portal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal_bot.model.entities import Person
from portal_bot.model.name_matching import fits, same_text
from portal_bot.portal.look import Look
from portal_bot.portal.sight.answer import Answer
from portal_bot.portal.sight.lists.rows import Rows, list_rows
from portal_bot.portal.sight.lists.turning import complete
from portal_bot.portal.sight.places import list_heading, navigation_entry, practice_chooser
from portal_bot.portal.sight.portal_captions import Captions
from portal_bot.portal.sight.records.groups import openers
from portal_bot.portal.sight.records.owner import is_theirs, owner
from portal_bot.portal.sight.records.permission import permission_box
from portal_bot.portal.sight.records.save_button import save_button
from portal_bot.portal.sight.records.scope import is_record
from portal_bot.portal.sight.signing_in import sign_in_form, signed_in


@dataclass(frozen=True)
class Wanted:
    """What the config asks for, as far as looks can show it. ``people``: by the list that they are wanted in."""

    captions: Captions
    permission: str
    practices: Sequence[str] = ()
    people: Mapping[str, Sequence[Person]] | None = None


@dataclass(frozen=True)
class Finding:
    """One step of the article, as one look shows it."""

    step: str
    look: str
    found: bool
    why: str


@dataclass(frozen=True)
class Verdict:
    """All findings, and the steps that no look shows. ``ok``: every step is shown by some look, and everybody of the config is there."""

    findings: tuple[Finding, ...]
    missing: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.missing


def verdict(looks: Mapping[str, Look], wanted: Wanted) -> Verdict:
    """What the looks of a walk (by any names) say of each step of the job."""
    findings = tuple(finding for name, look in looks.items() for finding in _of(name, look, wanted))
    steps = ["sign in", *(["practice"] if wanted.practices else []), "list", "record", "permission", "Save"]
    steps += [f"{which}: {person.name}" for which, people in (wanted.people or {}).items() for person in people]
    shown = {finding.step for finding in findings if finding.found}
    return Verdict(findings, tuple(step for step in steps if step not in shown))


def _of(name: str, look: Look, wanted: Wanted) -> Iterator[Finding]:
    captions = wanted.captions
    if not signed_in(look, captions).found:
        yield _finding("sign in", name, sign_in_form(look, captions))
        return
    if wanted.practices:
        yield _finding("practice", name, practice_chooser(look, wanted.practices, captions))
    for which, caption in captions.lists.items():
        yield _finding(f"menu: {which}", name, navigation_entry(look, caption))
    if is_record(look, captions):
        yield from _of_record(name, look, wanted)
    elif (rows := list_rows(look, captions)).found:
        yield from _of_list(name, look, rows.found, wanted)


def _of_list(name: str, look: Look, rows: Rows, wanted: Wanted) -> Iterator[Finding]:
    unclear = [row.name for row in rows.rows if not row.opens]
    opened = f"{len(rows.rows)} people" if not unclear else f"nothing opens the record of {', '.join(unclear[:3])}"
    yield Finding("list", name, not unclear, opened)
    yield _finding("whole list", name, complete(look, rows, wanted.captions))
    heading = list_heading(look, wanted.captions).found
    for which, people in (wanted.people or {}).items():
        if heading is not None and heading.list != which:
            continue
        for person in people:
            there = [row for row in rows.rows if fits(row.name, person.name) and (not person.email or same_text(row.email, person.email))]
            said = {0: "is not among the rows", 1: "is one of the rows"}.get(len(there), "several rows fit")
            yield Finding(f"{which}: {person.name}", name, len(there) == 1, said)


def _of_record(name: str, look: Look, wanted: Wanted) -> Iterator[Finding]:
    shown = owner(look, wanted.captions)
    everybody = [person for people in (wanted.people or {}).values() for person in people]
    theirs = [person for person in everybody if is_theirs(shown, person.name, person.email, person.location).found]
    whose = shown.name or ", ".join(shown.headings[:2])
    unknown = bool(everybody) and len(theirs) != 1
    yield Finding("record", name, not unknown, f"it is of {'nobody wanted: ' if unknown else ''}{whose}")
    box = permission_box(look, wanted.permission, wanted.captions)
    if box.found is None and not box.several and (closed := openers(look, wanted.captions)):
        yield Finding("permission", name, False, f"{len(closed)} groups are to be opened first")
    elif box.found is not None and not box.found.enabled:
        yield Finding("permission", name, False, f"{box.why}, and it cannot be changed")
    else:
        yield _finding("permission", name, box)
    save = save_button(look, wanted.captions, box.found.node if box.found else None)
    usable = save.found is not None and not save.found.disabled
    yield Finding("Save", name, usable, save.why if usable or save.found is None else f"{save.why}, and it cannot be pressed")


def _finding(step: str, look: str, answer: Answer[Any]) -> Finding:
    return Finding(step, look, answer.found not in (None, False), answer.why)
