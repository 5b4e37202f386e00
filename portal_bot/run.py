"""One run from config to exit code. The only place outside ``flows`` that calls the flows.

settle credentials, lock, folder ► sign in ► for each practice: choose it, read its lists, find and visit each person
► results ► exit code
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from portal_bot.account_lock import account_lock
from portal_bot.after_run import AfterRun
from portal_bot.browser import ensure_browser
from portal_bot.config import Config, account_of
from portal_bot.credentials import Credentials
from portal_bot.errors import BrowserMissing, Interrupted, LimitReached, PortalBotError
from portal_bot.events import EventStream, Listener
from portal_bot.evidence.failure import FailureEvidence
from portal_bot.evidence.pictures import ChangePictures
from portal_bot.evidence.watching_run import WatchingRun
from portal_bot.first_change import FirstChange, proved_before
from portal_bot.journal import left_open
from portal_bot.kept_for_run import KeptForRun, credentials_beside, not_refused
from portal_bot.model import Assignment, Exit, ListName, Mode, Outcome, RosterPerson
from portal_bot.one_time_codes import OneTimeCodes
from portal_bot.plan import Limits, changes, counts, digest, exit_of_results, worst
from portal_bot.portal_map import load_map, map_warnings
from portal_bot.portal_work import Work
from portal_bot.redaction import Redactor
from portal_bot.refusals import Refusals
from portal_bot.results_file import RunHeader
from portal_bot.run_folder import RunFolder
from portal_bot.run_options import RunOptions, RunReport
from portal_bot.shares import Shares
from portal_bot.signed_in import SignedIn
from portal_bot.state import account_file, state_dir
from portal_bot.stopping import heeded_signals, kept_deadline
from portal_bot.surroundings import Access, Surroundings
from portal_bot.tally import PracticeJob, Tally, by_practice
from portal_bot.workers import Brakes, in_threads


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
        with _Run.prepared(config, options, assignments, listeners, credentials) as job:
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
    with _Run.prepared(config, options, (), listeners, credentials) as job:
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

    around: Surroundings
    folder: RunFolder
    brakes: Brakes
    lists: tuple[ListName, ...]


@contextmanager
def looking(
    config: Config, options: RunOptions, *, listeners: Sequence[Listener] = (), credentials: Credentials | None = None
) -> Iterator[Looking]:
    """Credentials, lock, browser and run folder, for somebody who only looks. Raises PortalBotError as ``run`` does."""
    with _Run.prepared(config, options, (), listeners, credentials) as job:
        yield Looking(job.around, job.folder, job.brakes, job.lists())


class _Run:
    """What one run has in hand, from the prepared start to the report."""

    def __init__(
        self, config: Config, options: RunOptions, assignments: Sequence[Assignment], events: EventStream, redactor: Redactor
    ) -> None:
        self.config = config
        self.options = options
        self.assignments = assignments
        self.events = events
        self.redactor = redactor
        self.map = load_map(config.portal.map, packaged_map())
        self.brakes = Brakes(config.limits.stop_after_failures)
        self.tally = Tally(assignments, events)
        self.limits = Limits(
            config.limits.max_changes if options.max_changes is None else options.max_changes,
            config.limits.max_removals if options.max_removals is None else options.max_removals,
        )
        self.workers = 1 if options.watch else options.workers or config.run.workers  # one film, one worker
        self.digest: str | None = None
        self.folder: RunFolder
        self.around: Surroundings
        self.watching: WatchingRun

    @classmethod
    @contextmanager
    def prepared(
        cls,
        config: Config,
        options: RunOptions,
        assignments: Sequence[Assignment],
        listeners: Sequence[Listener],
        credentials: Credentials | None,
    ) -> Iterator[_Run]:
        """Everything that can go wrong before the portal is opened: credentials, browser, lock, run folder."""
        redactor = Redactor()
        events = EventStream(redactor.redact)
        job = cls(config, options, assignments, events, redactor)
        kept = None if credentials else KeptForRun.of(config, state_dir())
        given = credentials or credentials_beside(kept, config)
        redactor.add(given.password, kind="password")
        if given.totp_secret:
            redactor.add(given.totp_secret, kind="one-time secret")
        job.watching = WatchingRun(options.watch, lambda: job.folder.path, events, redactor)
        refusals = Refusals(state_dir())
        header = RunHeader(options.mode, config.portal.url, config.portal.user_name, config.sha256)
        runs_dir = options.runs_dir or config.folder / "runs"
        with ExitStack() as stack:
            stack.enter_context(account_lock(state_dir(), account_of(config), what=str(options.mode)))
            if credentials is None:  # asked under the lock: the run that held it may have been refused just now
                given = not_refused(given, kept, lambda password: refusals.refuse_again(account_of(config), password))
            job.folder = RunFolder(runs_dir, header, assignments, results=options.results, redact=redactor.redact)
            stack.callback(job.folder.close)
            events.listen(job.folder)
            for listener in listeners:
                events.listen(listener)
            job.around = job._surroundings(given, kept, remember_refusal=lambda: refusals.remember(account_of(config), given.password))
            stack.enter_context(heeded_signals(job.brakes))
            stack.enter_context(kept_deadline(job.brakes, options.deadline or config.deadline_for(len(assignments))))
            stack.callback(job.watching.close)
            job._start()
            for warning in (*given.warnings, *(kept.warnings if kept else ())):
                events.emit("warning", text=warning)
            yield job

    def _surroundings(self, given: Credentials, kept: KeptForRun | None, *, remember_refusal: Callable[[], None]) -> Surroundings:
        config = self.config
        headless = config.browser.headless and not self.options.headed
        found = ensure_browser(config.browser, headless=headless, say=lambda text: self.events.emit("note", text=text))
        access = Access(
            config.portal.url, config.portal.user_name, given.password,
            codes=self._codes(given), allowed_origins=tuple(config.portal.sign_in_origins),
            kept=kept.session if kept else None, keep_again=kept.keep_again if kept else lambda _session: None,
        )  # fmt: skip
        names = tuple(dict.fromkeys(practice.name for practice in config.practices if practice.name))
        return Surroundings(
            access, self.map, self.events, self.brakes, found, headless, names,
            remember_refusal=remember_refusal,
            keep_secret=lambda value: self.redactor.add(value, kind="session cookie"), today=date.today(),
            patience=config.limits.wait.total_seconds(), step_limit=config.limits.step.total_seconds(),
            settle=config.limits.settle.total_seconds(), first_change=FirstChange(needed=self._is_careful()),
            evidence=FailureEvidence(lambda: self.folder.pictures, self.events, self.redactor.redact),
            pictures=self._pictures(),
            workers=self.workers, watch=tuple(self.watching.each),
        )  # fmt: skip

    def _pictures(self) -> ChangePictures | None:
        """Not in a run that is filmed: the name over the row would be on the film for a moment, whatever is painted over there."""
        if self.config.run.pictures == "none" or self.options.watch.record:
            return None
        return ChangePictures(lambda: self.folder.pictures, self.events)

    def _is_careful(self) -> bool:
        """Whether the first change is made alone: asked for, or this account has none in the history that proved right."""
        if self.options.careful is not None:
            return self.options.careful
        return not proved_before(self.config)

    def _codes(self, given: Credentials) -> OneTimeCodes | None:
        if not given.totp_secret:
            return None
        kept = account_file(state_dir(), account_of(self.config), ".code-used")
        return OneTimeCodes(
            given.totp_secret, self.brakes.stop.wait, lambda code: self.redactor.add(code, kind="one-time code"), kept=kept
        )  # fmt: skip

    def _start(self) -> None:
        self.events.emit(
            "run-started", run=self.folder.id, mode=str(self.options.mode), portal=self.config.portal.url,
            user_name=self.config.portal.user_name, people=len(self.assignments),
            practices=len({each.practice for each in self.assignments}),
        )  # fmt: skip
        header = RunHeader(self.options.mode, self.config.portal.url, self.config.portal.user_name, None)
        for text in map_warnings(self.config.portal.map):
            self.events.emit("warning", text=text)
        for save in left_open(self.folder.path.parent, header, before=self.folder.path):
            self.events.emit("warning", text=str(save))

    # -- the work --------------------------------------------------------------------------------------------------

    def lists(self) -> tuple[ListName, ...]:
        """The lists that this portal has."""
        return tuple(which for which in ListName if self.map.control(f"navigation.{which.value}") or which in self.map.navigation.addresses)

    @contextmanager
    def signed_in(
        self, worker: int, *, holds_back: bool = False, needed: Callable[[], bool] = lambda: True
    ) -> Iterator[Work]:  # fmt: skip
        # A session that a person has begun is one worker's, and is not signed out: it is not shared.
        shares = self.config.run.share_session and bool(self.around.access.password) and self.around.access.kept is None
        with SignedIn(self.around, worker, shares=shares, needed=needed) as signed:
            yield Work(self.around, signed, self.tally, worker, holds_back=holds_back)

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
        shares = Shares(jobs, self.brakes)
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
        codes = [exit_of_results(results, check=self.options.check)]
        if self.options.mode is not Mode.APPLY and not self.options.check:
            codes = [Exit.OK]
        if read_badly or (self.brakes.deadline_reached and any(r.outcome is Outcome.NOT_TRIED for r in results)):
            codes.append(Exit.NOT_DONE)
        if error is not None:
            codes.append(error.exit if isinstance(error, PortalBotError) else Exit.CRASH)
        if error is not None and codes[-1] is Exit.BAD_CONFIG and all(each.outcome is Outcome.NOT_TRIED for each in results):
            codes = [Exit.BAD_CONFIG]  # no browser: nothing was opened
        code = worst(codes)
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


def packaged_map() -> Path:
    """The portal map that comes with the flows."""
    import flows

    return Path(flows.__file__).with_name("practice_portal.yaml")
