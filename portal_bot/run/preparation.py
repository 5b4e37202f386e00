"""What a run needs before the portal is opened: credentials, lock, run folder, browser. All that can be wrong is wrong here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date

from portal_bot.config.loader import Config, account_of
from portal_bot.model.entities import Assignment
from portal_bot.model.events import EventStream, Listener
from portal_bot.model.redaction import Redactor
from portal_bot.output.evidence.change_pictures import ChangePictures
from portal_bot.output.evidence.failure_evidence import FailureEvidence
from portal_bot.output.evidence.recorders import Recorders
from portal_bot.output.results_file import RunHeader
from portal_bot.output.run_folder import RunFolder
from portal_bot.output.unfinished_saves import left_open
from portal_bot.portal.browser.discovery import ensure_browser
from portal_bot.portal.map.portal_map import PortalMap, load_map, map_warnings, packaged_map
from portal_bot.run.account.account_lock import account_lock
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.account.refused_passwords import RefusedPasswords
from portal_bot.run.account.state_dir import account_file, state_dir
from portal_bot.run.account.totp import OneTimeCodes
from portal_bot.run.first_change import FirstChange, proved_before
from portal_bot.run.run_context import Access, RunContext
from portal_bot.run.run_options import RunOptions
from portal_bot.run.session.resume import ResumableSession, credentials_beside, not_refused
from portal_bot.run.stopping.brakes import Brakes
from portal_bot.run.stopping.stop_signals import heeded_signals, kept_deadline


@dataclass(frozen=True)
class PreparedRun:
    """A run that is ready to begin."""

    config: Config
    options: RunOptions
    assignments: Sequence[Assignment]
    events: EventStream
    redactor: Redactor
    map: PortalMap
    brakes: Brakes
    workers: int
    folder: RunFolder
    watching: Recorders

    def context(self, given: Credentials, kept: ResumableSession | None, *, remember_refusal: Callable[[], None]) -> RunContext:
        config = self.config
        headless = config.browser.headless and not self.options.headed
        found = ensure_browser(config.browser, headless=headless, say=lambda text: self.events.emit("note", text=text))
        access = Access(
            config.portal.url, config.portal.user_name, given.password,
            codes=self._codes(given), allowed_origins=tuple(config.portal.sign_in_origins),
            kept=kept.session if kept else None, keep_again=kept.keep_again if kept else lambda _session: None,
        )  # fmt: skip
        names = tuple(dict.fromkeys(practice.name for practice in config.practices if practice.name))
        return RunContext(
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

    def announce(self) -> None:
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


@contextmanager
def prepared(
    config: Config,
    options: RunOptions,
    assignments: Sequence[Assignment],
    listeners: Sequence[Listener],
    credentials: Credentials | None,
) -> Iterator[tuple[PreparedRun, RunContext]]:
    """Everything that can go wrong before the portal is opened: credentials, browser, lock, run folder."""
    redactor = Redactor()
    events = EventStream(redactor.redact)
    portal_map = load_map(config.portal.map, packaged_map())
    brakes = Brakes(config.limits.stop_after_failures)
    workers = 1 if options.watch else options.workers or config.run.workers  # one film, one worker
    kept = None if credentials else ResumableSession.of(config, state_dir())
    given = credentials or credentials_beside(kept, config)
    redactor.add(given.password, kind="password")
    if given.totp_secret:
        redactor.add(given.totp_secret, kind="one-time secret")
    watching = Recorders(options.watch, lambda: folder.path, events, redactor)
    refusals = RefusedPasswords(state_dir())
    header = RunHeader(options.mode, config.portal.url, config.portal.user_name, config.sha256)
    runs_dir = options.runs_dir or config.folder / "runs"
    with ExitStack() as stack:
        stack.enter_context(account_lock(state_dir(), account_of(config), what=str(options.mode)))
        if credentials is None:  # asked under the lock: the run that held it may have been refused just now
            given = not_refused(given, kept, lambda password: refusals.refuse_again(account_of(config), password))
        folder: RunFolder = RunFolder(runs_dir, header, assignments, results=options.results, redact=redactor.redact)
        stack.callback(folder.close)
        events.listen(folder)
        for listener in listeners:
            events.listen(listener)
        ready = PreparedRun(config, options, assignments, events, redactor, portal_map, brakes, workers, folder, watching)
        context = ready.context(given, kept, remember_refusal=lambda: refusals.remember(account_of(config), given.password))
        stack.enter_context(heeded_signals(brakes))
        stack.enter_context(kept_deadline(brakes, options.deadline or config.deadline_for(len(assignments))))
        stack.callback(watching.close)
        ready.announce()
        for warning in (*given.warnings, *(kept.warnings if kept else ())):
            events.emit("warning", text=warning)
        yield ready, context
