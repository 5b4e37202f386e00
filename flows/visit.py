"""One visit to a record: opened, read and checked to be the right person's in the right practice. (Help article, steps 6 and 7.)"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flows.practice import current_practice
from flows.record import find_permission, read_permission, read_record
from flows.save import SaveAnswer
from flows.user_administration import address_of_last, open_record, remember_address
from portal_bot.model.entities import Assignment, Person, RosterEntry, Seen
from portal_bot.model.errors import BrowserGone, Busy, GuardFailed, PageError, SessionEnded
from portal_bot.model.name_matching import same_text
from portal_bot.portal.controls.control import Found
from portal_bot.portal.identity.record_identity import RecordView, told_apart, who_it_shows
from portal_bot.portal.page.portal_page import PortalPage


@dataclass(frozen=True)
class RecordReading:
    """One look at an opened record."""

    boxes: Mapping[str, Found | None]
    seen: Mapping[str, Seen]
    view: RecordView

    def is_like(self, other: RecordReading) -> bool:
        """Whether another look at the same load of it showed the same."""
        return self.view == other.view and self.seen == other.seen


Press = tuple[Found, Mapping[str, Any]]
"""What is likely pressed after a reading, and what is asked of it then. (``mouse``)"""
Expected = Callable[[RecordReading, Callable[..., RecordReading]], bool]
"""Whether a record is believed as it was read at once, given that and what reads it again. One that is not may still be being
drawn, and is read once it stands still."""


@dataclass(frozen=True)
class Visit:
    """What one visit to a record found and did."""

    entry: RosterEntry
    before: Mapping[str, Seen]
    record: RecordReading
    """The record as it was read last."""
    answer: SaveAnswer | None = None
    """How the portal answered Save; ``None`` where Save was not pressed."""
    proved: bool = False
    """Whether ``record`` is what the portal gave to the proof window after Save."""

    @property
    def after(self) -> Mapping[str, Seen]:
        """What was proved after Save; empty where there is no proof."""
        return self.record.seen if self.proved else {}

    def stored(self, wanted: Wanted) -> bool:
        """Whether the portal has everything that is wanted."""
        return all(self.record.seen[name].on == on for name, on in wanted.permissions.items())


class Prove(Protocol):
    """Reads in the worker's proof window: signed in as the working window is, in the same practice, and nothing was ever typed there."""

    def __call__(self, read: Callable[[PortalPage], RecordReading]) -> RecordReading: ...


@dataclass(frozen=True)
class Wanted:
    """Who is looked for, and everything that is wanted of them: one visit, one Save."""

    assignments: tuple[Assignment, ...]
    """All of one person, list and practice; one for each permission."""
    twins: bool = False
    """Whether the list has others of this name, so that the record itself has to prove whose it is."""

    @property
    def practice(self) -> str | None:
        return self.assignments[0].practice

    @property
    def person(self) -> Person:
        return self.assignments[0].person

    @property
    def permissions(self) -> Mapping[str, bool]:
        return {each.permission: each.wanted for each in self.assignments}


@dataclass
class Attempt:
    """What has been seen and done for one person so far. It outlives a session or a browser that ends under way, so that
    whoever comes back settles a Save whose answer was lost by reading, and tells the state before it truly."""

    before: Mapping[str, Seen] | None = None
    view: RecordView | None = None
    saved: bool = False
    """Save was pressed, or is about to be."""
    answer: SaveAnswer = field(default_factory=SaveAnswer)
    """How the portal answered Save, as far as that is known."""
    saved_again: bool = False
    """Save was pressed a second time, since the portal was busy at the first."""
    pictures: dict[str, list[str]] = field(default_factory=dict)
    """By permission, the names of the pictures before and after."""
    opens_first: str | None = None
    """The group of permissions that is opened first in every look at this record, so that all looks show the same fields."""


def open_and_read(
    portal: PortalPage,
    wanted: Wanted,
    entry: RosterEntry,
    attempt: Attempt,
    *,
    fresh: bool = False,
    to_save: bool = False,
    expected: Expected | None = None,
) -> RecordReading:
    if attempt.opens_first is None:
        attempt.opens_first = portal.learned.group
    tries_address = fresh and portal.learned.opens_again is None and address_of_last(portal, entry) is not None
    try:
        record = _opened(portal, wanted, entry, attempt.opens_first, expected, fresh=fresh, to_save=to_save)
    except (SessionEnded, BrowserGone, Busy):
        raise
    except PageError:
        if not tries_address:
            raise
        portal.learned.opens_again = False  # this portal's records do not open by the address that they show
        return _opened(portal, wanted, entry, attempt.opens_first, expected, fresh=fresh, to_save=to_save)
    if tries_address:
        portal.learned.opens_again = True
    return record


def _opened(
    portal: PortalPage, wanted: Wanted, entry: RosterEntry, group: str, expected: Expected | None, *, fresh: bool, to_save: bool
) -> RecordReading:  # fmt: skip
    open_record(portal, entry, fresh=fresh, to_save=to_save)
    with portal.step(f"Read the permissions of {entry.name}", article="7", person=entry.name):
        boxes = {name: find_permission(portal, name, first=group) for name in wanted.permissions}
        record = read_boxes(portal, boxes, expected)
        guard(portal, wanted, entry, record.view)
        remember_address(portal, entry)
        for box in filter(None, boxes.values()):
            portal.show(box.locator)
        return record


def read_boxes(
    portal: PortalPage, boxes: Mapping[str, Found | None], expected: Expected | None = None, presses: Press | None = None
) -> RecordReading:  # fmt: skip
    """The record once it stands still, or as it is at this moment if that is believed already."""
    there = [name for name, box in boxes.items() if box]

    def read(*, still: bool = False, presses: Press | None = presses) -> RecordReading:
        view = read_record(portal, [box for box in boxes.values() if box], still=still, presses=presses)
        return RecordReading(boxes, {name: read_permission(view, there.index(name) if name in there else None) for name in boxes}, view)

    if expected and expected(at_once := read(), read):
        return at_once
    return read(still=True)


def missing_change(wanted: Wanted, record: RecordReading) -> dict[str, Assignment]:
    """What a record lacks of what is wanted, by permission."""
    return {each.permission: each for each in wanted.assignments if record.seen[each.permission].settles(each.wanted) is None}


def guard(portal: PortalPage, wanted: Wanted, entry: RosterEntry, view: RecordView) -> None:
    """The page must show the right person in the right practice."""
    email = wanted.person.email or entry.email
    if why := who_it_shows(view, entry.name, email, entry.address):
        raise GuardFailed(
            f"The record that opened for {entry.name} is not believed to be theirs: {why}. Nothing was changed.",
            hint="If this portal shows the name elsewhere, say where in your map under record: name:.",
        )
    if wanted.twins and not told_apart(view, email, entry.address):
        raise GuardFailed(f"There are several people called {entry.name}, and the record does not tell which of them it is of.")
    if wanted.practice and (portal.has("practice.chooser") or portal.has("practice.current")):
        shown = current_practice(portal, wanted.practice)
        if not same_text(shown, wanted.practice):
            seen = f'shows the practice "{shown}"' if shown else "shows no practice"
            raise GuardFailed(
                f'The page {seen}, and it must be "{wanted.practice}". Nothing was changed.',
                hint="If this portal shows the practice elsewhere, say where in your map under practice: current:.",
            )


def keep_picture(portal: PortalPage, record: RecordReading, change: Iterable[Assignment], attempt: Attempt, *, when: str) -> None:
    for each in change:
        box = record.boxes[each.permission]
        if box and portal.take_picture and (name := portal.take_picture(portal, box, each, when=when)):
            attempt.pictures.setdefault(each.permission, []).append(name)
