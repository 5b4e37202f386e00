"""The whole job for one person: open the record, tick, Save, and prove it in a fresh load. (Help article, steps 6 to 8.)

Guards, each checked on the page itself: the practice and the person before the first click and again before Save; every
other field of the form before the tick, after it, and in the fresh load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from flows.permissions import find_permission, read_permission, read_record, set_permission
from flows.practice import current_practice
from flows.save import find_save, save, wait_for_write
from flows.user_administration import address_of_last, open_record, remember_address
from portal_bot.errors import AskedSince, BrowserGone, Busy, GuardFailed, PageError, PortalChanged, SessionEnded
from portal_bot.identity import RecordView, changed, differences, told_apart, who_it_shows
from portal_bot.matching import same_text
from portal_bot.model import Assignment, Person, RosterEntry, Seen
from portal_bot.page import Found, Portal
from portal_bot.page.pressing import AIM, aim_at_box


@dataclass(frozen=True)
class Record:
    """One look at an opened record."""

    boxes: Mapping[str, Found | None]
    seen: Mapping[str, Seen]
    view: RecordView

    def is_like(self, other: Record) -> bool:
        """Whether another look at the same load of it showed the same."""
        return self.view == other.view and self.seen == other.seen


Press = tuple[Found, Mapping[str, Any]]
"""What is likely pressed after a reading, and what is asked of it then. (``pressing``)"""
Expected = Callable[[Record, Callable[..., Record]], bool]
"""Whether a record is believed as it was read at once, given that and what reads it again. One that is not may still be being
drawn, and is read once it stands still."""


@dataclass(frozen=True)
class Visit:
    """What one visit to a record found and did. ``after`` holds only what was read in a fresh load after Save."""

    entry: RosterEntry
    before: Mapping[str, Seen]
    after: Mapping[str, Seen]
    said: str = ""
    """What the portal said to Save, if it was not simply content."""


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
    pictures: dict[str, list[str]] = field(default_factory=dict)
    """By permission, the names of the pictures before and after."""
    opens_first: str | None = None
    """The group of permissions that is opened first in every look at this record, so that all looks show the same fields."""


def look(portal: Portal, wanted: Wanted, entry: RosterEntry) -> Visit:
    """Opens a record and reads the permissions; writes nothing."""
    record = _open(portal, wanted, entry, Attempt())
    return Visit(entry, record.seen, {})


def assign(
    portal: Portal, wanted: Wanted, entry: RosterEntry, attempt: Attempt, following: Callable[[], str | None] = lambda: None
) -> Visit:  # fmt: skip
    """Gives or takes permissions of one person in one visit and one Save, and proves it.

    ``following``: the address of the record that is opened after this one, if it has one; asked before this one is proved.

    Raises GuardFailed (nothing was saved), PortalChanged (another field differs after Save), PageError.
    """
    record = _open(portal, wanted, entry, attempt, expected=lambda now, read: _pictured(portal, wanted, entry, attempt, now, read))
    if attempt.saved:
        assert attempt.before is not None and attempt.view is not None
        _no_strays(portal, wanted, entry, attempt, record)
        if all(record.seen[name].on == on for name, on in wanted.permissions.items()):
            return Visit(entry, attempt.before, record.seen)
    attempt.before = attempt.before or record.seen
    attempt.view = attempt.view or record.view
    change = _change(wanted, record)
    if not change:
        return Visit(entry, record.seen, {})
    with portal.in_hand():
        said = _tick_and_save(portal, wanted, entry, record, change, attempt)
        then = following() if portal.map.record.ahead and portal.ahead.is_of_use and not portal.watchers else None
        proof = _prove(portal, wanted, entry, change, attempt, said, then)
    return Visit(entry, attempt.before, proof.seen, said)


def _open(
    portal: Portal,
    wanted: Wanted,
    entry: RosterEntry,
    attempt: Attempt,
    *,
    fresh: bool = False,
    then: str | None = None,
    expected: Expected | None = None,
) -> Record:
    if attempt.opens_first is None:
        attempt.opens_first = portal.learned.group
    tries_address = fresh and portal.learned.opens_again is None and address_of_last(portal, entry) is not None
    try:
        try:
            record = _opened(portal, wanted, entry, attempt.opens_first, fresh, expected, then)
        except AskedSince:
            portal.learned.asks_again = True
            record = _opened(portal, wanted, entry, attempt.opens_first, fresh, expected)
    except (SessionEnded, BrowserGone, Busy):
        raise
    except PageError:
        if not tries_address:
            raise
        portal.learned.opens_again = False  # this portal's records do not open by the address that they show
        return _opened(portal, wanted, entry, attempt.opens_first, fresh, expected)
    if tries_address:
        portal.learned.opens_again = True
    return record


def _opened(
    portal: Portal, wanted: Wanted, entry: RosterEntry, group: str, fresh: bool, expected: Expected | None, then: str | None = None
) -> Record:  # fmt: skip
    open_record(portal, entry, fresh=fresh)
    portal.ahead.plan(then)
    with portal.step(f"Read the permissions of {entry.name}", article="7", person=entry.name):
        boxes = {name: find_permission(portal, name, first=group) for name in wanted.permissions}
        record = _read(portal, boxes, expected)
        _guard(portal, wanted, entry, record.view)
        remember_address(portal, entry)
        for box in filter(None, boxes.values()):
            portal.show(box.locator)
        return record


def _read(
    portal: Portal, boxes: Mapping[str, Found | None], expected: Expected | None = None, presses: Press | None = None
) -> Record:  # fmt: skip
    """The record once it stands still, or as it is at this moment if that is believed already."""
    there = [name for name, box in boxes.items() if box]

    def read(*, still: bool = False, presses: Press | None = presses) -> Record:
        view = read_record(portal, [box for box in boxes.values() if box], still=still, presses=presses)
        return Record(boxes, {name: read_permission(view, there.index(name) if name in there else None) for name in boxes}, view)

    if expected and expected(at_once := read(), read):
        return at_once
    return read(still=True)


def _change(wanted: Wanted, record: Record) -> dict[str, Assignment]:
    """What a record lacks of what is wanted, by permission."""
    return {each.permission: each for each in wanted.assignments if record.seen[each.permission].settles(each.wanted) is None}


def _pictured(portal: Portal, wanted: Wanted, entry: RosterEntry, attempt: Attempt, now: Record, read: Callable[..., Record]) -> bool:
    """Takes the pictures before a change, and whether the record was the same before and after that: then it stands still."""
    change = {} if attempt.saved else _change(wanted, now)
    if change:
        attempt.pictures.clear()  # of a try that came to nothing
        with suppress(GuardFailed):  # a form that is still filling; what stands there in the end decides
            _guard(portal, wanted, entry, now.view)
            _picture(portal, now, change.values(), attempt, when="before")
            name, each = next(iter(change.items()))
            box = now.boxes[name]
            if len(attempt.pictures) == len(change) and read(presses=(box, aim_at_box(each.wanted)) if box else None).is_like(now):
                return True
            attempt.pictures.clear()
    return False


def _guard(portal: Portal, wanted: Wanted, entry: RosterEntry, view: RecordView) -> None:
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


def _tick_and_save(
    portal: Portal, wanted: Wanted, entry: RosterEntry, record: Record, change: Mapping[str, Assignment], attempt: Attempt
) -> str:
    names = ", ".join(change)
    on_tick = portal.map.save.on_tick
    with portal.step(
        f"{'Tick' if all(c.wanted for c in change.values()) else 'Set'} {names} for {entry.name}", article="7", person=entry.name
    ):
        if not attempt.pictures:
            _picture(portal, record, change.values(), attempt, when="before")
        if on_tick:
            _about_to_save(portal, entry, change.values(), attempt)
        for name, each in change.items():
            box = record.boxes[name]
            assert box is not None
            set_permission(portal, box, each.wanted)
        if on_tick:
            wait_for_write(portal)
            return ""
    with portal.step(f"Press Save for {entry.name}", article="8", person=entry.name):
        button = find_save(portal, next(box for box in record.boxes.values() if box))
        said = None
        while said is None:  # once, unless an optional screen comes up over Save at the last moment
            portal.can_be_clicked(button)
            portal.without_handlers()
            try:
                ticked = _read(portal, record.boxes, lambda now, _: not any(_besides(record, now, wanted, change)), (button, AIM))
                _only_wanted(record, ticked, wanted, change)
                _guard(portal, wanted, entry, ticked.view)
                _about_to_save(portal, entry, change.values(), attempt)
                said = save(portal, button)
            finally:
                portal.with_handlers()
        portal.events.emit("saved", worker=portal.worker, practice=wanted.practice, list=entry.list.value, person=entry.name)
        return said


def _picture(portal: Portal, record: Record, change: Iterable[Assignment], attempt: Attempt, *, when: str) -> None:
    for each in change:
        box = record.boxes[each.permission]
        if box and portal.take_picture and (name := portal.take_picture(portal, box, each, when=when)):
            attempt.pictures.setdefault(each.permission, []).append(name)


def _about_to_save(portal: Portal, entry: RosterEntry, change: Iterable[Assignment], attempt: Attempt) -> None:
    for each in change:
        portal.events.emit(
            "about-to-save", worker=portal.worker, index=each.index, practice=each.practice, list=entry.list.value, person=each.person.name,
            email=each.person.email or entry.email, permission=each.permission, wanted=each.wanted,
        )  # fmt: skip
    attempt.saved = True


def _besides(record: Record, ticked: Record, wanted: Wanted, change: Mapping[str, Assignment]) -> tuple[list[str], list[str]]:
    """What differs after the tick and should not, and what should and does not."""
    strays = differences(record.view, ticked.view)
    strays += [name for name in wanted.permissions if name not in change and record.seen[name] != ticked.seen[name]]
    return strays, [name for name, each in change.items() if ticked.seen[name].on != each.wanted]


def _only_wanted(record: Record, ticked: Record, wanted: Wanted, change: Mapping[str, Assignment]) -> None:
    """After the tick nothing but the wanted boxes may differ; else the record is left without Save."""
    strays, undone = _besides(record, ticked, wanted, change)
    if strays:
        raise GuardFailed(
            f"Ticking changed something else as well ({', '.join(strays[:5])}), so Save was not pressed. Nothing was changed."
        )
    if undone:
        raise GuardFailed(f"The tick of {', '.join(undone)} did not hold, so Save was not pressed. Nothing was changed.")


def _prove(
    portal: Portal, wanted: Wanted, entry: RosterEntry, change: Mapping[str, Assignment], attempt: Attempt, said: str, then: str | None
) -> Record:  # fmt: skip
    """Opens the record in a fresh load and compares every field. Raises PortalChanged where another one differs.

    ``then``: the address that is opened after this, if one is known.
    """
    with portal.step(f"Open the record of {entry.name} again and compare every field", article="8", person=entry.name):
        try:
            fresh = _open(portal, wanted, entry, attempt, fresh=True, then=then, expected=lambda now, _: _is_proof(wanted, attempt, now))
        except (SessionEnded, BrowserGone):
            raise
        except PageError as error:
            raise type(error)(f"Save was pressed, and the record could not be read again: {error.message} {said}".strip()) from error
        proof = _no_strays(portal, wanted, entry, attempt, fresh)
        portal.ahead.plan(then)
        portal.ahead.ask()  # its answer comes while the picture is taken
        _picture(portal, proof, change.values(), attempt, when="after")
        return proof


def _is_proof(wanted: Wanted, attempt: Attempt, now: Record) -> bool:
    """Whether every field is as before Save, and every wanted box as wanted."""
    assert attempt.view is not None
    return not differences(attempt.view, now.view) and all(now.seen[name].on == on for name, on in wanted.permissions.items())


def _no_strays(portal: Portal, wanted: Wanted, entry: RosterEntry, attempt: Attempt, fresh: Record) -> Record:
    """Nothing but what was wanted may differ from before Save.

    A record that differs is opened once more, lest it was still being drawn. A field with another value stops the run; one
    that could not be compared, since it stands on one of both only, fails this person.
    """
    assert attempt.before is not None and attempt.view is not None
    if differences(attempt.view, fresh.view):
        fresh = _open(portal, wanted, entry, attempt, fresh=True)
    strays = changed(attempt.view, fresh.view)
    for name, on in wanted.permissions.items():
        was, now = attempt.before[name], fresh.seen[name]
        if now.on != was.on and now.on != on:
            strays.append(name)
    if strays:
        raise PortalChanged(
            f"After Save another field of {entry.name} differs as well: {', '.join(strays[:8])}. portal-bot does not put it back.",
            hint="Look at this record by hand. A field that changes by itself belongs into your map under record: volatile:.",
        )
    if lost := differences(attempt.view, fresh.view):
        raise PageError(f"Save was pressed, and these fields could not be compared with before: {', '.join(lost[:8])}. Look at the record.")
    return fresh
