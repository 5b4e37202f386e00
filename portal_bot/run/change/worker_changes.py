"""Changes that one worker makes: the first of an account alone, a second Save where the portal was busy, and who else was changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from flows.assign_permission import assign, is_pending, look
from flows.user_administration import return_to_list
from flows.visit import Attempt, Visit, Wanted
from portal_bot.model.entities import RosterEntry
from portal_bot.model.errors import PageError, PortalChanged
from portal_bot.portal.page.navigation import LONGEST_PAUSE
from portal_bot.run.change.neighbors import Neighbors, OpenRecord, neighbors_of
from portal_bot.run.run_context import RunContext
from portal_bot.run.session.worker_session import WorkerSession

BUSY_PAUSE = 5.0
"""Seconds before Save is pressed again where a busy portal does not say how long to wait."""
OPENED_BEFORE = 2
"""Records opened before a Save that are read again where that Save was not stored: it may have gone there."""


class WorkerChanges:
    """One worker's. ``enter`` chooses a practice in the working window where that is not known to be in it."""

    def __init__(self, around: RunContext, signed: WorkerSession, worker: int, *, enter: Callable[[str | None], None]) -> None:
        self._around = around
        self._signed = signed
        self._worker = worker
        self._enter = enter
        self._neighbors = Neighbors(signed.prove)
        self._opened_before: deque[OpenRecord] = deque(maxlen=OPENED_BEFORE)
        self._harm: PortalChanged | None = None
        self._changed_last = True
        """The last person needed a change, so the next one is reached from the list at once."""

    def make(self, wanted: Wanted, entry: RosterEntry, attempt: Attempt, roster: Sequence[RosterEntry]) -> Visit:
        """Gives or takes what one person lacks, and proves it. ``roster``: the list that the person is in, as far as it was read.

        Raises what ``assign`` raises; PortalChanged where somebody else's record was changed; Interrupted.
        """
        if not self._around.first_change.is_pending:
            return self._change(wanted, entry, attempt)
        visit = look(self._signed.portal, wanted, entry) if not attempt.saved else None
        if visit and not is_pending(wanted, visit):
            return visit
        return self._change_alone(wanted, entry, attempt, roster)

    def _change_alone(self, wanted: Wanted, entry: RosterEntry, attempt: Attempt, roster: Sequence[RosterEntry]) -> Visit:
        """The first change of an account: nobody else is changed meanwhile, and the neighbors in the list are compared."""
        with self._around.first_change.alone(self._around.brakes.stop) as is_first:
            if not is_first:
                return self._change(wanted, entry, attempt)
            return_to_list(self._signed.portal, entry.list)
            neighbors = self._neighbors.read(wanted, neighbors_of(entry, roster), roster)
            visit = self._change(wanted, entry, attempt)
            if visit.proved and visit.stored(wanted):
                self._compare(neighbors, entry)
                if self._harm is None:
                    self._around.first_change.made()
            return visit

    def _change(self, wanted: Wanted, entry: RosterEntry, attempt: Attempt) -> Visit:
        """Changes one person; presses Save once more where the portal was busy and has not stored the change."""

        def once() -> Visit:
            return assign(
                self._signed.portal, wanted, entry, attempt,
                lambda read: self._signed.prove(wanted.practice, entry.list, read), look_first=not self._changed_last,
            )  # fmt: skip

        visit = once()
        if visit.proved and not visit.stored(wanted) and visit.answer and visit.answer.is_busy and not attempt.saved_again:
            attempt.saved_again, attempt.saved = True, False
            pause = min(visit.answer.retry_after or BUSY_PAUSE, LONGEST_PAUSE)
            self._around.events.emit("retry", worker=self._worker, what=f"Save for {entry.name}", why=visit.answer.said, pause=pause)
            self._signed.portal.pause(pause)
            self._signed.work_in_fresh_window()
            self._enter(wanted.practice)
            visit = once()
        if visit.proved and not visit.stored(wanted):
            self._compare(self._opened_before, entry)
        self._changed_last = visit.proved
        self._opened_before.append(OpenRecord(wanted, entry, visit.record))
        return visit

    def _compare(self, before: Iterable[OpenRecord], changed: RosterEntry) -> None:
        """Stops the run where a record differs from before. What came of the person who was changed is reported first, so it is raised by
        ``heed``."""
        try:
            self._neighbors.compare(before, changed=changed)
        except PortalChanged as error:
            self._harm = error
            self._around.brakes.halt(error)

    def heed(self, wanted: Wanted, visit: Visit) -> None:
        """Counts a visit that ended without an error for the brakes of the run: a Save that was not stored counts against the portal.

        Raises PortalChanged where that Save has changed somebody else's record.
        """
        if self._harm is not None:
            raise self._harm
        brakes = self._around.brakes
        if not visit.proved or visit.stored(wanted):
            brakes.went_well()
        elif visit.answer and visit.answer.is_error:
            brakes.page_failed(PageError(f"Save was not stored: {visit.answer.said}."))
        else:
            brakes.not_stored(visit.entry.name)
