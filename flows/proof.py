"""The proof of a change: the record as the portal gives it to a window in which nothing was ever typed. (Help article, step 8.)

Looking in the window that made the change proves nothing: a page may keep a draft of its form, or the browser the page before.
"""

from __future__ import annotations

from time import monotonic

from flows.visit import Attempt, Prove, RecordReading, Visit, Wanted, keep_picture, open_and_read
from portal_bot.model.entities import RosterEntry
from portal_bot.model.errors import BrowserGone, Busy, PageError, PortalChanged, SessionEnded
from portal_bot.portal.identity.record_identity import changed, differences
from portal_bot.portal.page.portal_page import PortalPage

FIRST_PAUSE = 0.25
"""Seconds between the first two readings of a record that does not show the change yet; each further pause is twice as long."""
MOST_READINGS = 4
"""Readings after a Save that was answered with an error, before it is given up that two of them agree."""


def prove_change(portal: PortalPage, wanted: Wanted, entry: RosterEntry, attempt: Attempt, prove: Prove) -> Visit:
    """Reads the record in the proof window until it shows the change, or until ``portal.settle_seconds`` have passed.

    A Save that the portal answered with an error counts only where two readings, that time apart, agree. (Replicas and asynchronous
    storage show the old state for some seconds; an error may come after the change was stored.)

    Raises PortalChanged where another field differs, PageError where the record cannot be read.
    """
    assert attempt.before is not None

    def read() -> RecordReading:
        return prove(lambda window: _read_proof(window, wanted, entry, attempt))

    def visit(record: RecordReading) -> Visit:
        assert attempt.before is not None
        found = Visit(entry, attempt.before, record, attempt.answer, proved=True)
        portal.typed = not found.stored(wanted)
        return found

    proof, began, pause = read(), monotonic(), FIRST_PAUSE
    if attempt.answer.is_error:
        for _ in range(MOST_READINGS):
            portal.pause(portal.settle_seconds)
            before, proof = proof, read()
            if proof.seen == before.seen:
                return visit(proof)
        raise PageError(
            f"Save was pressed, {attempt.answer.said}, and each reading of the record of {entry.name} shows something else.",
            hint="Look at the record in the portal, then run again.",
        )
    while not visit(proof).stored(wanted) and (left := began + portal.settle_seconds - monotonic()) > 0:
        portal.pause(min(pause, left))
        proof, pause = read(), pause * 2
    return visit(proof)


def _read_proof(window: PortalPage, wanted: Wanted, entry: RosterEntry, attempt: Attempt) -> RecordReading:
    """One reading of the record in the proof window; compares every field with before Save."""
    with window.step(f"Open the record of {entry.name} again and compare every field", article="8", person=entry.name):
        try:
            fresh = open_and_read(window, wanted, entry, attempt, fresh=True, expected=lambda now, _: _is_proof(wanted, attempt, now))
        except (SessionEnded, BrowserGone, Busy):
            raise
        except PageError as error:
            said = f"Save was pressed, and the record could not be read again: {error.message} {attempt.answer.said}".strip()
            raise type(error)(said, hint=error.hint) from error
        proof = _no_strays(window, wanted, entry, attempt, fresh)
        for names in attempt.pictures.values():
            del names[1:]
        changed_ones = [each for each in wanted.assignments if each.permission in attempt.pictures]
        keep_picture(window, proof, changed_ones, attempt, when="after")
        return proof


def _is_proof(wanted: Wanted, attempt: Attempt, now: RecordReading) -> bool:
    """Whether every field is as before Save, and every wanted box as wanted."""
    assert attempt.view is not None
    return not differences(attempt.view, now.view) and all(now.seen[name].on == on for name, on in wanted.permissions.items())


def _no_strays(portal: PortalPage, wanted: Wanted, entry: RosterEntry, attempt: Attempt, fresh: RecordReading) -> RecordReading:
    """Nothing but what was wanted may differ from before Save.

    A record that differs is opened once more, lest it was still being drawn. A field with another value stops the run; one
    that could not be compared, since it stands on one of both only, fails this person.
    """
    assert attempt.before is not None and attempt.view is not None
    if differences(attempt.view, fresh.view):
        fresh = open_and_read(portal, wanted, entry, attempt, fresh=True)
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
