"""The whole job for one person: open the record, tick, Save, and prove it. (Help article, steps 6 to 8.)

Guards, each checked on the page itself: the practice and the person before the first click and again before Save; every
other field of the form before the tick, after it, and in the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from flows.proof import prove_change
from flows.record import set_permission
from flows.save import SaveAnswer, find_save, save, save_on_tick
from flows.user_administration import address_of, return_to_list
from flows.visit import Attempt, Prove, RecordReading, Visit, Wanted, guard, keep_picture, missing_change, open_and_read, read_boxes
from portal_bot.model.entities import Assignment, RosterEntry
from portal_bot.model.errors import BrowserGone, Busy, GuardFailed, PageError, SessionEnded
from portal_bot.portal.controls.mouse import AIM, aim_at_box
from portal_bot.portal.identity.record_identity import differences
from portal_bot.portal.page.portal_page import PortalPage


def look(portal: PortalPage, wanted: Wanted, entry: RosterEntry) -> Visit:
    """Opens a record and reads the permissions; writes nothing."""
    record = open_and_read(portal, wanted, entry, Attempt())
    return Visit(entry, record.seen, record)


def assign(portal: PortalPage, wanted: Wanted, entry: RosterEntry, attempt: Attempt, prove: Prove, *, look_first: bool = False) -> Visit:
    """Gives or takes permissions of one person in one visit and one Save, and proves it.

    ``look_first``: the record is likely as wanted, so it is read by its address first and reached from the list only to change it.

    Raises GuardFailed (nothing was saved), PortalChanged (another field differs after Save), PageError.
    """
    if attempt.saved and (settled := _settled(portal, wanted, entry, attempt, prove)):
        return settled
    if look_first and address_of(portal, entry):
        record = open_and_read(portal, wanted, entry, attempt)
        if not missing_change(wanted, record):
            return Visit(entry, record.seen, record)
    record = open_and_read(
        portal, wanted, entry, attempt, to_save=True, expected=lambda now, read: _pictured(portal, wanted, entry, attempt, now, read)
    )
    attempt.before = attempt.before or record.seen
    attempt.view = attempt.view or record.view
    change = missing_change(wanted, record)
    if not change:
        return Visit(entry, record.seen, record)
    with portal.in_hand():
        attempt.answer = _tick_and_save(portal, wanted, entry, record, change, attempt)
        _leave_record(portal, entry)
        return prove_change(portal, wanted, entry, attempt, prove)


def is_pending(wanted: Wanted, visit: Visit) -> bool:
    """Whether a record that was looked at lacks something that is wanted and can be changed."""
    return bool(missing_change(wanted, visit.record))


def _settled(portal: PortalPage, wanted: Wanted, entry: RosterEntry, attempt: Attempt, prove: Prove) -> Visit | None:
    """What became of a Save after which the session or the browser ended; ``None`` where it was not stored, so that it is pressed again."""
    with portal.in_hand():
        visit = prove_change(portal, wanted, entry, attempt, prove)
    if visit.stored(wanted):
        return visit
    attempt.saved = False
    return None


def _pictured(
    portal: PortalPage, wanted: Wanted, entry: RosterEntry, attempt: Attempt, now: RecordReading, read: Callable[..., RecordReading]
) -> bool:
    """Takes the pictures before a change, and whether the record was the same before and after that: then it stands still."""
    change = {} if attempt.saved else missing_change(wanted, now)
    if change:
        attempt.pictures.clear()  # of a try that came to nothing
        with suppress(GuardFailed):  # a form that is still filling; what stands there in the end decides
            guard(portal, wanted, entry, now.view)
            keep_picture(portal, now, change.values(), attempt, when="before")
            name, each = next(iter(change.items()))
            box = now.boxes[name]
            if len(attempt.pictures) == len(change) and read(presses=(box, aim_at_box(each.wanted)) if box else None).is_like(now):
                return True
            attempt.pictures.clear()
    return False


def _tick_and_save(
    portal: PortalPage, wanted: Wanted, entry: RosterEntry, record: RecordReading, change: Mapping[str, Assignment], attempt: Attempt
) -> SaveAnswer:
    names = ", ".join(change)
    on_tick = portal.map.save.on_tick
    with portal.step(
        f"{'Tick' if all(c.wanted for c in change.values()) else 'Set'} {names} for {entry.name}", article="7", person=entry.name
    ):
        if not attempt.pictures:
            keep_picture(portal, record, change.values(), attempt, when="before")
        if on_tick:
            _about_to_save(portal, entry, change.values(), attempt)
        portal.typed, mark = True, portal.traffic.started
        for name, each in change.items():
            box = record.boxes[name]
            assert box is not None
            set_permission(portal, box, each.wanted)
        if on_tick:
            return save_on_tick(portal, mark)
    with portal.step(f"Press Save for {entry.name}", article="8", person=entry.name):
        button = find_save(portal, next(box for box in record.boxes.values() if box))
        answer = None
        while answer is None:  # once, unless an optional screen comes up over Save at the last moment
            portal.can_be_clicked(button)
            portal.without_handlers()
            try:
                ticked = read_boxes(portal, record.boxes, lambda now, _: not any(_besides(record, now, wanted, change)), (button, AIM))
                _only_wanted(record, ticked, wanted, change)
                guard(portal, wanted, entry, ticked.view)
                _about_to_save(portal, entry, change.values(), attempt)
                answer = save(portal, button)
            finally:
                portal.with_handlers()
        portal.events.emit("saved", worker=portal.worker, practice=wanted.practice, list=entry.list.value, person=entry.name)
        return answer


def _about_to_save(portal: PortalPage, entry: RosterEntry, change: Iterable[Assignment], attempt: Attempt) -> None:
    for each in change:
        portal.events.emit(
            "about-to-save", worker=portal.worker, index=each.index, practice=each.practice, list=entry.list.value, person=each.person.name,
            email=each.person.email or entry.email, permission=each.permission, wanted=each.wanted,
        )  # fmt: skip
    attempt.saved = True


def _besides(record: RecordReading, ticked: RecordReading, wanted: Wanted, change: Mapping[str, Assignment]) -> tuple[list[str], list[str]]:
    """What differs after the tick and should not, and what should and does not."""
    strays = differences(record.view, ticked.view)
    strays += [name for name in wanted.permissions if name not in change and record.seen[name] != ticked.seen[name]]
    return strays, [name for name, each in change.items() if ticked.seen[name].on != each.wanted]


def _only_wanted(record: RecordReading, ticked: RecordReading, wanted: Wanted, change: Mapping[str, Assignment]) -> None:
    """After the tick nothing but the wanted boxes may differ; else the record is left without Save."""
    strays, undone = _besides(record, ticked, wanted, change)
    if strays:
        raise GuardFailed(
            f"Ticking changed something else as well ({', '.join(strays[:5])}), so Save was not pressed. Nothing was changed."
        )
    if undone:
        raise GuardFailed(f"The tick of {', '.join(undone)} did not hold, so Save was not pressed. Nothing was changed.")


def _leave_record(portal: PortalPage, entry: RosterEntry) -> None:
    """Back to the list. The proof window must not open a record that is still open here: a portal may keep the open one in its session."""
    if portal.map.record.by_address and address_of(portal, entry):
        portal.leave()
        return
    try:
        return_to_list(portal, entry.list)
    except (SessionEnded, BrowserGone, Busy):
        raise
    except PageError as error:
        portal.events.emit("warning", worker=portal.worker, text=f"After Save the list did not open: {error.message}")
        portal.leave()
