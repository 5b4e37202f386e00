"""One run from config to exit code.

settle credentials, lock, folder ► sign in ► for each practice: choose it, read its lists, find and visit each person
► results ► exit code
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from portal_bot.config.loader import Config
from portal_bot.model.entities import Assignment, ListName, Mode, RosterPerson
from portal_bot.model.errors import BrowserMissing, Interrupted, LimitReached, PortalBotError
from portal_bot.model.events import EventStream, Listener
from portal_bot.model.exit_codes import Exit, exit_of_run, worst
from portal_bot.model.plan import Limits, changes, counts, digest
from portal_bot.output.run_folder import RunFolder
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.account.state_dir import state_dir
from portal_bot.run.after_run import AfterRun
from portal_bot.run.collector import Collector, PracticeJob, by_practice
from portal_bot.run.preparation import PreparedRun, prepared
from portal_bot.run.run_context import RunContext
from portal_bot.run.run_options import RunOptions, RunReport
from portal_bot.run.session.worker_session import WorkerSession
from portal_bot.run.stopping.brakes import Brakes, in_threads
from portal_bot.run.work_queue import WorkQueue
from portal_bot.run.worker import Worker


def run(
    config: Config, options: RunOptions, *, listeners: Sequence[Listener] = (), credentials: Credentials | None = None,
    begun: Callable[[Brakes], None] = lambda _brakes: None,
) -> RunReport:  # fmt: skip
    """Plans or applies what the config wants. ``credentials``: given instead of looked up, as the demo does.

    ``begun`` is handed the run's brakes, for whoever has to stop it from outside.

    Raises PortalBotError only for what is wrong before the portal is opened; later errors stand in the report.
    """
    assignments = options.assignments(config)
    after = AfterRun(config, options.mode, tells=options.mode is Mode.APPLY or options.check, remembers=options.remembered)
    try:
        with _prepared(config, options, assignments, listeners, credentials) as job:
            begun(job.brakes)
            after.begins(job.events)
            report = job.finish(job.guarded(job.plan_or_apply))
            after.ended(report, job.folder.id, job.events, job.redactor.redact, state_dir())
            return report
    except Exception as error:
        after.did_not_begin(error, EventStream(listeners=listeners))
        raise


def read_rosters(
    config: Config, options: RunOptions, *, listeners: Sequence[Listener] = (), credentials: Credentials | None = None
) -> tuple[RunReport, tuple[RosterPerson, ...]]:
    """Everybody in the lists of the config's practices with the state of the config's permissions. Writes nothing to the portal."""
    assignments = config.assignments(options.people, options.practices)
    people: list[RosterPerson] = []
    after = AfterRun(config, options.mode, tells=False)
    with _prepared(config, options, (), listeners, credentials) as job:
        practices = dict.fromkeys(each.practice for each in assignments)
        permissions = tuple(dict.fromkeys(each.permission for each in assignments))

        def read() -> None:
            with job.signed_in(0) as work:
                for practice in practices:
                    people.extend(work.everybody(practice, job.lists(), permissions))

        error = job.guarded(lambda: in_threads(1, lambda _worker: read(), job.brakes))
        report = job.finish(error, read_badly=any(person.problem for person in people))
        after.ended(report, job.folder.id, job.events, job.redactor.redact, state_dir())
        return report, tuple(people)


@dataclass(frozen=True)
class Looking:
    """What doctor and calibrate have of a run: everything prepared, and nobody to do. ``brakes.reason``: what stopped it."""

    around: RunContext
    folder: RunFolder
    brakes: Brakes
    lists: tuple[ListName, ...]


@contextmanager
def looking(
    config: Config, options: RunOptions, *, listeners: Sequence[Listener] = (), credentials: Credentials | None = None
) -> Iterator[Looking]:
    """Credentials, lock, browser and run folder, for somebody who only looks. Raises PortalBotError as ``run`` does."""
    with _prepared(config, options, (), listeners, credentials) as job:
        yield Looking(job.around, job.folder, job.brakes, job.lists())


@contextmanager
def _prepared(
    config: Config, options: RunOptions, assignments: Sequence[Assignment], listeners: Sequence[Listener], credentials: Credentials | None
) -> Iterator[_Run]:
    with prepared(config, options, assignments, listeners, credentials) as (ready, around):
        yield _Run(ready, around)


class _Run:
    """What one run has in hand, from the prepared start to the report."""

    def __init__(self, ready: PreparedRun, around: RunContext) -> None:
        self.config = ready.config
        self.options = ready.options
        self.assignments = ready.assignments
        self.events = ready.events
        self.redactor = ready.redactor
        self.map = ready.map
        self.brakes = ready.brakes
        self.workers = ready.workers
        self.folder = ready.folder
        self.around = around
        self.tally = Collector(self.assignments, self.events)
        self.limits = Limits(
            self.config.limits.max_changes if self.options.max_changes is None else self.options.max_changes,
            self.config.limits.max_removals if self.options.max_removals is None else self.options.max_removals,
        )
        self.digest: str | None = None

    # -- the work --------------------------------------------------------------------------------------------------

    def lists(self) -> tuple[ListName, ...]:
        """The lists that this portal has."""
        return tuple(which for which in ListName if self.map.control(f"navigation.{which.value}") or which in self.map.navigation.addresses)

    @contextmanager
    def signed_in(
        self, worker: int, *, holds_back: bool = False, needed: Callable[[], bool] = lambda: True
    ) -> Iterator[Worker]:  # fmt: skip
        # A session that a person has begun is one worker's, and is not signed out: it is not shared.
        shares = self.config.run.share_session and bool(self.around.access.password) and self.around.access.kept is None
        with WorkerSession(self.around, worker, shares=shares, needed=needed) as signed:
            yield Worker(self.around, signed, self.tally, worker, holds_back=holds_back)

    def plan_or_apply(self) -> None:
        """One pass where the limits cannot be exceeded even if everybody changes; else reading ends before the first write."""
        jobs = by_practice(self.assignments)
        if self.options.mode is Mode.PLAN:
            self._pass(jobs, write=False)
            self.digest = digest(self.tally.all())
            return
        if self.options.expect is None and self.limits.cannot_be_exceeded_by(self.assignments):
            self._pass(jobs, write=True)
            return
        self._pass(jobs, write=False, holds_back=True)
        if self.brakes.stop.is_set():
            return
        seen = self.tally.all()
        self.digest = digest(seen)
        if self.options.expect not in (None, self.digest):
            raise LimitReached(
                f"Since the plan {self.options.expect} something has changed: the plan is {self.digest} now. Nothing was changed.",
                hint="Look at `portal-bot plan` again and give --expect the digest that it prints.",
            )
        self.limits.check(changes(seen))
        if changes(seen):
            self._pass(jobs, write=True)

    def _pass(self, jobs: Sequence[PracticeJob], *, write: bool, holds_back: bool = False) -> None:
        """One pass over all practices with as many workers as asked for; a practice with many people is shared among them."""
        shares = WorkQueue(jobs, self.brakes)
        workers = max(1, min(self.workers, sum(len(job.people) for job in jobs)))
        if not self.around.access.password:
            workers = 1  # one session that a person has begun is one worker's

        def work(number: int) -> None:
            with self.signed_in(number, holds_back=holds_back, needed=shares.something_left) as hands:
                while (next_share := shares.next(number)) is not None:
                    share, begins = next_share
                    try:
                        hands.practice(share, begins=begins, write=write)
                    finally:
                        shares.left(share)

        in_threads(workers, work, self.brakes)

    def guarded(self, do: Callable[[], None]) -> BaseException | None:
        """Does the work; whatever stopped it is returned, not raised, so that the results are told in any case."""
        try:
            do()
        except KeyboardInterrupt:
            self.brakes.interrupt()
        except Exception as error:
            return self.brakes.reason if isinstance(self.brakes.reason, Interrupted) else error
        reason = self.brakes.reason
        # One worker had no browser, and another was just about to open the portal.
        return reason.under_way() if isinstance(reason, BrowserMissing) and self.brakes.opened else reason

    # -- the end ---------------------------------------------------------------------------------------------------

    def finish(self, error: BaseException | None, *, read_badly: bool = False) -> RunReport:
        """Closes the results and reduces everything to one exit code."""
        if isinstance(error, PortalBotError) and self.options.lost_before:
            error.follows_lost_worker()
        results = self.tally.close(self._why_not_tried(error), planned_is_final=self.options.mode is not Mode.APPLY)
        results = tuple(replace(each, detail=self.redactor.redact(each.detail)) for each in results)
        ended_by = None if error is None else error.exit if isinstance(error, PortalBotError) else Exit.CRASH
        code = exit_of_run(
            results, mode=self.options.mode, check=self.options.check, read_badly=read_badly,
            deadline_reached=self.brakes.deadline_reached, error=ended_by,
        )  # fmt: skip
        tallied = counts(results)
        self.events.emit("run-finished", exit_code=int(code), exit_meaning=code.meaning, counts=tallied)
        try:
            self.folder.finish(code, results)
        except PortalBotError as problem:
            error, code = error or problem, worst([code, problem.exit])
        if isinstance(error, PortalBotError):
            error.message, error.hint = self.redactor.redact(error.message), self.redactor.redact(error.hint)
        trace = "" if error is None else self.redactor.redact("".join(traceback.format_exception(error)))
        return RunReport(code, results, self.folder.path, self.digest, error, trace)

    def _why_not_tried(self, error: BaseException | None) -> str:
        if self.options.lost_before:
            return "this worker did not come to it; one that was lost before may have done it"
        if isinstance(error, LimitReached):
            return "a limit refused the run before anything was changed"
        if self.brakes.deadline_reached:
            return "the deadline was reached before"
        if error is not None:
            return "the run stopped before"
        return ""
