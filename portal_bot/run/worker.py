"""One worker's time in the portal: signed in, through practices, lists and records.

A session that ends under way is signed in again once, a browser that crashes is replaced once, each time in the same
practice and at the same person; what was already pressed for that person is settled by reading.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import TypeVar

from flows.assign_permission import look
from flows.practice import select_practice
from flows.save import SaveAnswer
from flows.user_administration import open_list, read_roster, search_roster
from flows.visit import Attempt, Visit, Wanted
from portal_bot.model.entities import Assignment, ListName, Outcome, Person, Result, RosterEntry, RosterPerson
from portal_bot.model.errors import (
    BrowserGone,
    GuardFailed,
    Interrupted,
    PageError,
    PortalBotError,
    PracticeMissing,
    SentHome,
    SessionEnded,
)
from portal_bot.model.name_matching import find_person, searched_as
from portal_bot.model.plan import planned, proved
from portal_bot.run.change.neighbors import has_twins
from portal_bot.run.change.worker_changes import WorkerChanges
from portal_bot.run.collector import Collector, PersonJob
from portal_bot.run.run_context import RunContext
from portal_bot.run.session.worker_session import WorkerSession
from portal_bot.run.work_queue import Share

PASSING = frozenset({PageError.kind, GuardFailed.kind})
"""Kinds of failures that may pass: a list drawn anew under the click, a form still filling when it was compared."""
MOST_RENEWALS = 10
"""Sign-ins after ended sessions in one run; a portal that ends every session at once is not to be signed in to for ever."""
T = TypeVar("T")


class Worker:
    """What one worker does with jobs: finds people in the lists, visits their records, keeps results."""

    def __init__(self, around: RunContext, signed: WorkerSession, tally: Collector, worker: int, *, holds_back: bool = False) -> None:
        """``holds_back``: a reading pass that a writing pass follows; what is pending is not yet the person's result."""
        self._around = around
        self._signed = signed
        self._tally = tally
        self._worker = worker
        self._holds_back = holds_back
        self._been_in_a_list = False
        self._rosters: dict[tuple[str | None, ListName], Sequence[RosterEntry]] = {}
        self._changes = WorkerChanges(around, signed, worker, enter=self._enter)

    def practice(self, share: Share, *, begins: bool, write: bool) -> None:
        """Everybody of one practice whom nobody else does. A practice that cannot be chosen fails its people; the others go on."""
        self._signed.join(share)
        if begins:
            try:
                people, rosters = self._begin(share, write)
            except SentHome:
                share.not_begun()
                return
            share.opened(people, rosters, self._signed.portal.learned)
        elif share.opens(self._around.brakes, lambda: _knows_records(share)):
            self._signed.portal.learned.take_over(share.learned)
        stop, sessions = self._around.brakes.stop, self._around.brakes.sessions
        while not stop.is_set() and not sessions.sends_home(self._worker) and (following := share.next()) is not None:
            person, attempt = following
            attempt = attempt or Attempt()
            if not self._person(share, person, attempt, write):
                share.give_back(person, attempt)
            share.met_one()
            self._signed.person_done()
        share.met_one()  # nobody waits for one who is gone

    def _begin(self, share: Share, write: bool) -> tuple[list[PersonJob], dict[ListName, Sequence[RosterEntry]]]:
        """Reads the lists of a practice: who is to be done, less those who have failed with their list, and the lists."""
        rosters: dict[ListName, Sequence[RosterEntry]] = {}
        people = [person for person in share.job.people if self._is_due(person, write)]
        if people:
            self._around.events.emit("practice-started", worker=self._worker, practice=share.practice, people=len(people))
        lists = () if self._around.map.list.use_search else tuple(dict.fromkeys(person.list for person in people))
        for which in lists:
            try:
                self._again_if_lost(lambda: self._enter(share.practice))
                share.was_entered(len(people))
                rosters[which] = self._again_if_lost(lambda w=which: self._roster(share.practice, w))  # type: ignore[misc]
            except SentHome:
                raise
            except PageError as error:
                if not isinstance(error, PracticeMissing) and not self._been_in_a_list:
                    raise  # not a single list was ever seen: this portal is not recognised
                lost = [p for p in people if p.list is which or isinstance(error, PracticeMissing)]
                for person in lost:
                    self._fail(person, error)
                people = [person for person in people if person not in lost]
                if isinstance(error, PracticeMissing):
                    break
        return people, rosters

    def everybody(self, practice: str | None, lists: Iterable[ListName], permissions: Sequence[str]) -> list[RosterPerson]:
        """Every person of a practice's lists with the state of some permissions; writes nothing."""
        found: list[RosterPerson] = []
        for which in lists:
            roster = self._again_if_lost(lambda w=which: self._roster(practice, w))  # type: ignore[misc]
            for n, entry in enumerate(roster, 1):
                self._around.events.emit(
                    "person-started", worker=self._worker, n=n, of=len(roster), practice=practice, list=which.value,
                    person=entry.name, permission=", ".join(permissions),
                )  # fmt: skip
                person = Person(entry.name, entry.email)
                asked = tuple(Assignment(i, practice, which, person, name, True) for i, name in enumerate(permissions))
                wanted = Wanted(asked, twins=has_twins(entry, roster))
                row = (practice, which, entry.name, entry.email, entry.location or entry.shown_under)
                try:
                    visit = self._again_if_lost(lambda w=wanted, e=entry: self._look(practice, w, e))  # type: ignore[misc]
                    found.append(RosterPerson(*row, visit.before))
                except PageError as error:
                    found.append(RosterPerson(*row, {}, error.message))
                    self._around.brakes.page_failed(error)
                else:
                    self._around.brakes.went_well()
                self._signed.person_done()
        return found

    # -- one person ------------------------------------------------------------------------------------------------

    def _is_due(self, person: PersonJob, write: bool) -> bool:
        """In a second, writing pass only those with a change pending."""
        known = [self._tally.of(each) for each in person.assignments]
        return not any(known) or (write and any(r is not None and r.outcome.pending for r in known))

    def _person(self, share: Share, job: PersonJob, attempt: Attempt, write: bool) -> bool:
        """Does one person, whatever comes of it; false only where that is left to another worker."""
        practice = share.practice
        started, newest = monotonic(), self._around.brakes.sessions.newest
        names = ", ".join(each.permission for each in job.assignments)
        self._around.events.emit(
            "person-started", worker=self._worker, n=self._tally.done + 1, of=self._tally.total, practice=practice,
            list=job.list.value, person=job.person.name, permission=names,
        )  # fmt: skip
        try:
            roster = self._searched(practice, job) if self._around.map.list.use_search else share.rosters[job.list]
            match = find_person(job.person, roster)
            if not match.entries:
                self._not_there(job, match.why)
                return True
            entry = match.entries[0] if len(match.entries) == 1 else self._told_apart(practice, job, match.entries)
            if entry is None:
                self._ambiguous(job, match.entries)
                return True
            wanted = Wanted(job.assignments, twins=has_twins(entry, roster))
            visit = self._once_more(attempt, lambda: self._again_if_lost(lambda: self._visit(share, wanted, entry, attempt, write)))
        except SentHome:
            return False
        except PageError as error:
            self._fail(job, error, seconds=monotonic() - started, attempt=attempt)
            if self._around.evidence:
                self._around.evidence(self._signed.portal, error)
            self._around.brakes.page_failed(error)
        except Interrupted:
            raise
        except PortalBotError as error:  # the run ends with this person
            self._fail(job, error, seconds=monotonic() - started, attempt=attempt)
            raise
        else:
            self._told(job, visit, attempt, seconds=monotonic() - started)
            self._changes.heed(wanted, visit)
            self._around.brakes.sessions.went_on(self._signed.number, newest)
        return True

    def _visit(self, share: Share, wanted: Wanted, entry: RosterEntry, attempt: Attempt, write: bool) -> Visit:
        if self._signed.portal.typed:
            self._signed.work_in_fresh_window()
        self._enter(share.practice)
        if not write:
            return look(self._signed.portal, wanted, entry)
        return self._changes.make(wanted, entry, attempt, share.rosters.get(entry.list, ()))

    def _look(self, practice: str | None, wanted: Wanted, entry: RosterEntry) -> Visit:
        self._enter(practice)
        return look(self._signed.portal, wanted, entry)

    def _told_apart(self, practice: str | None, job: PersonJob, entries: Sequence[RosterEntry]) -> RosterEntry | None:
        """Rows that the list does not tell apart are told apart by the e-mail address on their records, if at all."""
        if not job.person.email:
            return None
        fitting = []
        for entry in entries:
            try:
                self._again_if_lost(lambda e=entry: self._look(practice, Wanted(job.assignments, twins=True), e))  # type: ignore[misc]
            except GuardFailed:
                continue
            fitting.append(entry)
        return fitting[0] if len(fitting) == 1 else None

    def _told(self, job: PersonJob, visit: Visit, attempt: Attempt, *, seconds: float) -> None:
        for each in job.assignments:
            before, after = visit.before[each.permission], visit.after.get(each.permission)
            email = None if each.person.email else visit.entry.email
            if after is not None and before.settles(each.wanted) is None:
                pictures = tuple(attempt.pictures.get(each.permission, ()))
                answer = visit.answer or SaveAnswer()
                result = proved(
                    each, before, after, answer.said, answered_badly=answer.is_error, email=email, seconds=seconds, pictures=pictures
                )
                self._tally.add(result, worker=self._worker)
            else:
                result = planned(each, before, email=email, seconds=seconds)
                self._tally.add(result, final=self._final(result), worker=self._worker)

    def _final(self, result: Result) -> bool:
        return not (self._holds_back and result.outcome.pending)

    def _not_there(self, job: PersonJob, why: str) -> None:
        for each in job.assignments:
            awaited = each.until is not None and self._around.today <= each.until
            outcome = Outcome.AWAITED if awaited else Outcome.NOT_FOUND
            detail = f"not in the portal yet; looked for until {each.until}" if awaited else why
            self._tally.add(Result(each, outcome, detail=detail), worker=self._worker)
        self._around.brakes.went_well()

    def _ambiguous(self, job: PersonJob, entries: Sequence[RosterEntry]) -> None:
        said = "; ".join(entry.said for entry in entries)
        detail = f"{len(entries)} people fit: {said}. Nobody was changed; add an e-mail address or location to the config"
        for each in job.assignments:
            self._tally.add(Result(each, Outcome.AMBIGUOUS, detail=detail), worker=self._worker)
        self._around.brakes.went_well()

    def _fail(self, job: PersonJob, error: PortalBotError, *, seconds: float | None = None, attempt: Attempt | None = None) -> None:
        for each in job.assignments:
            before = attempt.before[each.permission].on if attempt and attempt.before else None
            pictures = tuple(attempt.pictures.get(each.permission, ())) if attempt else ()
            result = Result(each, Outcome.FAILED, before=before, detail=error.message, seconds=seconds, pictures=pictures)
            self._tally.add(result, worker=self._worker)

    # -- being in the right place ----------------------------------------------------------------------------------

    def _enter(self, practice: str | None) -> None:
        """Chooses the practice where this session is not known to be in it."""
        if self._signed.entered != (practice,):
            if self._signed.entered or self._signed.portal.at_record:
                self._signed.portal.go_home()
            select_practice(self._signed.portal, practice)
            self._signed.entered = (practice,)
            self._signed.portal.learned.list_address = {}

    def _roster(self, practice: str | None, which: ListName) -> Sequence[RosterEntry]:
        if (practice, which) not in self._rosters:
            self._enter(practice)
            portal = self._signed.portal
            open_list(portal, which)
            roster = read_roster(portal, which)
            self._around.events.emit(
                "list-read", worker=self._worker, practice=practice, list=which.value, people=len(roster),
                pages=max((entry.page for entry in roster), default=1),
            )  # fmt: skip
            for watcher in portal.watchers:
                watcher.met(which, roster)
            self._not_the_other_list(practice, which, roster)
            self._rosters = {key: rows for key, rows in self._rosters.items() if key[0] == practice}
            self._rosters[practice, which] = roster
            self._been_in_a_list = True
        return self._rosters[practice, which]

    def _searched(self, practice: str | None, job: PersonJob) -> Sequence[RosterEntry]:
        """The rows that the list's own search gives for a person, for lists of thousands."""

        def search() -> Sequence[RosterEntry]:
            self._enter(practice)
            open_list(self._signed.portal, job.list)
            return search_roster(self._signed.portal, job.list, searched_as(job.person.name))

        return self._again_if_lost(search)

    def _not_the_other_list(self, practice: str | None, which: ListName, roster: Sequence[RosterEntry]) -> None:
        for (where, other), rows in self._rosters.items():
            if (
                where == practice
                and other is not which
                and rows
                and [(r.name, r.email) for r in rows] == [(r.name, r.email) for r in roster]
            ):
                raise PageError(f"{which.caption} shows the same people as {other.caption}: the portal did not open the other list.")

    def _once_more(self, attempt: Attempt, do: Callable[[], T]) -> T:
        """Does something; once more from the start where a page was not itself for a moment and nothing was pressed yet."""
        try:
            return do()
        except PageError as error:
            if attempt.saved or error.kind not in PASSING:
                raise
            self._around.events.emit("retry", worker=self._worker, what=self._signed.portal.step_label, why=error.message, pause=0)
            self._signed.portal.at_record = True
            return do()

    def _again_if_lost(self, do: Callable[[], T]) -> T:
        """Does something; once more after a session that ended, and after a browser that crashed for the first time.

        A browser that had to be ended is replaced for the next person, and this one fails.
        """
        renewed = False
        while True:
            try:
                return self._signed.portal.patiently(do)
            except SessionEnded as error:
                sessions = self._around.brakes.sessions
                if self._signed.notices_the_end() and sessions.ended(self._signed.number) and self._around.workers > 1:
                    text = "The portal ends one session when another begins: going on with one worker. Put `workers: 1` under `run:`."
                    self._around.events.emit("warning", worker=self._worker, text=text)
                if sessions.sends_home(self._worker):  # asked once: what holds for others may change meanwhile
                    raise SentHome(error.message, hint=error.hint) from error
                if (renewed and self._around.workers == 1) or self._signed.sessions_ended > MOST_RENEWALS:
                    raise
                renewed = True
                self._around.events.emit("warning", worker=self._worker, text="The portal ended the session; signing in again.")
                self._signed.renew_session()
            except BrowserGone as error:
                self._signed.browsers_gone += 1
                again = self._signed.browsers_gone == 1 and not self._signed.browser.was_ended
                self._around.events.emit("warning", worker=self._worker, text=f"{error.message} Starting a new one.")
                self._signed.renew_browser()
                if not again:
                    raise


def _knows_records(share: Share) -> bool:
    """Whether it is known how a record of the practice opens: by its address, if its row has any."""
    has_address = any(entry.address for entry in itertools.chain(*share.rosters.values()))
    return not has_address or bool(share.learned.by_address)
