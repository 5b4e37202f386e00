"""What follows a run: the history, notices and pings, and the clearing of old run folders.

Nothing here changes how a run ended. What goes wrong is a warning in the run's own log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from portal_bot.config.loader import Config
from portal_bot.model.entities import Mode, Result
from portal_bot.model.errors import PortalBotError
from portal_bot.model.events import EventStream
from portal_bot.model.exit_codes import Exit
from portal_bot.model.plan import counts
from portal_bot.output.history import History, RunEntry
from portal_bot.output.notifications import Ping, RunEnding, message, ping, send
from portal_bot.output.results_file import RunHeader, utc
from portal_bot.output.retention import clear


class Report(Protocol):
    """What is known of a run when it has ended."""

    @property
    def exit(self) -> Exit: ...
    @property
    def results(self) -> Sequence[Result]: ...
    @property
    def folder(self) -> Path: ...
    @property
    def digest(self) -> str | None: ...
    @property
    def error(self) -> BaseException | None: ...


class AfterRun:
    """One run's way into the history and to those who are told. Make it when the run begins.

    ``tells``: whether somebody is told; looking, such as a plain ``plan``, tells nobody. ``remembers``: whether the run
    goes into the history here.
    """

    def __init__(self, config: Config, mode: Mode, *, tells: bool, remembers: bool = True) -> None:
        self._config = config
        self._mode = mode
        self._tells = tells
        self._remembers = remembers
        self._started = datetime.now(UTC)

    def begins(self, events: EventStream) -> None:
        """The run is about to open the portal."""
        if self._tells and self._config.notify.ping:
            _warn(events, ping(self._config.notify.ping, Ping.START, folder=self._config.folder))

    def ended(self, report: Report, run: str, events: EventStream, redact: Callable[[Any], Any], state_dir: Path) -> None:
        """The run has ended: its results are written, and this says so elsewhere."""
        head = self._remember(report, run, events, redact, state_dir)
        self._tell(
            RunEnding(self._mode, self._config.portal.url, report.exit, report.results, counts(report.results), run, head, report.error),
            events,
            redact,
        )
        self._write_page(report, events)
        self._clear(report, events)

    def did_not_begin(self, error: BaseException, events: EventStream) -> None:
        """Nothing was opened, which whoever waits for a scheduled run must hear of too."""
        code = error.exit if isinstance(error, PortalBotError) else Exit.CRASH
        self._tell(RunEnding(self._mode, self._config.portal.url, code, error=error), events, lambda value: value)

    def _remember(self, report: Report, run: str, events: EventStream, redact: Callable[[Any], Any], state_dir: Path) -> str | None:
        if not self._remembers:
            return None
        error = report.error
        entry = RunEntry(
            run=run, mode=str(self._mode), started=utc(self._started), finished=utc(datetime.now(UTC)),
            portal=self._config.portal.url, user_name=self._config.portal.user_name, config_sha256=self._config.sha256,
            plan_digest=report.digest, counts=counts(report.results), exit=report.exit,
            error=redact(error.message if isinstance(error, PortalBotError) else type(error).__name__) if error else None,
            folder=str(report.folder),
        )  # fmt: skip
        try:
            return History(state_dir).add(entry, [redact(each.row()) for each in report.results])
        except Exception as problem:  # the run is over and stays what it was, whatever is wrong with the history
            why = problem.message if isinstance(problem, PortalBotError) else type(problem).__name__
            _warn(events, f"This run is not in the history: {why}")
            return None

    def _write_page(self, report: Report, events: EventStream) -> None:
        if self._mode not in (Mode.PLAN, Mode.APPLY):
            return
        from portal_bot.output.report.run_report import write_report

        try:
            write_report(report.folder)
        except Exception as problem:  # the results stand without it
            _warn(events, f"report.html could not be written ({type(problem).__name__}); `portal-bot report` makes it again.")

    def _tell(self, ended: RunEnding, events: EventStream, redact: Callable[[Any], Any]) -> None:
        settings = self._config.notify
        if not self._tells:
            return
        try:
            title, text = message(ended, names=settings.names)
            if ended.concerns(settings.on):
                for problem in send(settings.urls, redact(title), redact(text), folder=self._config.folder):
                    _warn(events, problem)
            if settings.ping:
                how = Ping.FAIL if ended.failed else Ping.SUCCESS
                _warn(events, ping(settings.ping, how, redact(text), folder=self._config.folder))
        except Exception as problem:  # as above
            _warn(events, f"Nobody could be told of this run ({type(problem).__name__}).")

    def _clear(self, report: Report, events: EventStream) -> None:
        keep = self._config.retention
        if keep.pictures is None and keep.runs is None:
            return
        header = RunHeader(self._mode, self._config.portal.url, self._config.portal.user_name, None)
        cleared = clear(report.folder.parent, header, current=report.folder, now=datetime.now(UTC), pictures=keep.pictures, runs=keep.runs)
        for problem in cleared.problems:
            _warn(events, problem)
        if cleared.runs or cleared.pictures:
            events.emit("note", text=f"As the config says, {cleared.runs} old runs were deleted, and the pictures of {cleared.pictures}.")


def _warn(events: EventStream, text: str) -> None:
    if text:
        events.emit("warning", text=text)
