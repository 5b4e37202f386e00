"""What came of a run over several portals: how each ended, everybody's row, and the folder that holds all of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_bot.config.loader import Config
from portal_bot.model.entities import Assignment, Outcome, Result
from portal_bot.model.errors import PortalBotError, RunFolderError
from portal_bot.model.exit_codes import Exit, worst
from portal_bot.model.files import replace_text
from portal_bot.model.messages import count, recap
from portal_bot.model.plan import counts
from portal_bot.output.results_file import RunHeader, results_csv, results_json

if TYPE_CHECKING:
    from portal_bot.run.run_options import RunOptions, RunReport


@dataclass(frozen=True)
class PortalReport:
    """How one portal's run ended. ``report`` is ``None`` where none came back, and ``error`` says why."""

    config: Config
    report: RunReport | None
    error: BaseException | None = None
    assignments: tuple[Assignment, ...] = ()
    """Whom the run was about, for where there is no report."""

    @property
    def name(self) -> str:
        return self.config.path.stem

    @property
    def exit(self) -> Exit:
        if self.report is not None:
            return self.report.exit
        return self.error.exit if isinstance(self.error, PortalBotError) else Exit.CRASH

    @property
    def begun(self) -> bool | None:
        """Whether the portal was opened; ``None`` where that is not known, and people may have been changed."""
        if self.report is not None:
            return self.report.exit is not Exit.BAD_CONFIG  # no browser: nothing was opened
        return False if isinstance(self.error, PortalBotError) and not self.error.may_have_begun else None

    @property
    def results(self) -> tuple[Result, ...]:
        """One for each assignment, also of a portal that was not begun or of which nothing was heard again."""
        if self.report is not None:
            return self.report.results
        if self.begun is None:
            why = "no results came back from this portal: whether it was changed is not known"
            return tuple(Result(each, Outcome.FAILED, detail=why) for each in self.assignments)
        return tuple(Result(each, Outcome.NOT_TRIED, detail="this portal was not begun") for each in self.assignments)

    @property
    def said(self) -> str:
        """In a few words, for the line of this portal."""
        if self.report is not None and self.begun:
            return recap(self.results)
        people = count(len(self.results), "person", "people")
        return f"not begun, {people} not tried." if self.begun is False else f"no results came back for {people}."


def worst_of(ended: Sequence[PortalReport]) -> Exit:
    """The exit code over all portals, by the rule for one. A portal that could not begin leaves people not done (4), unless
    none could (2)."""
    return worst_code([each.exit for each in ended])


def worst_code(codes: Sequence[Exit]) -> Exit:
    """As ``worst_of``, from the portals' exit codes."""
    if all(code is Exit.BAD_CONFIG for code in codes):
        return Exit.BAD_CONFIG
    return worst(Exit.NOT_DONE if code is Exit.BAD_CONFIG else code for code in codes)


def meaning_over_all(code: Exit) -> str:
    """What an exit code means of several portals: that one was refused says nothing of the others."""
    return "one portal or more was refused by a limit, and not changed" if code is Exit.REFUSED else code.meaning


class FleetFolder:
    """The folder with the results of all portals, rewritten after each: ``runs/<UTC time>-<id>-fleet/``.

    Raises RunFolderError (exit 2) where it cannot be made.
    """

    def __init__(self, folder: Path, options: RunOptions) -> None:
        self._options = options
        self._id = secrets.token_hex(4)
        self._started = datetime.now(UTC)
        self.runs_dir = (options.runs_dir or folder / "runs").expanduser().absolute()
        self.path = self.runs_dir / f"{self._started:%Y%m%dT%H%M%S}.{self._started.microsecond // 1000:03d}Z-{self._id}-fleet"
        try:
            self.runs_dir.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700)
            self._write((), finished=False)
        except OSError as error:
            raise RunFolderError(
                f"The run folder {self.path} cannot be written: {error.strerror or error}. Nothing was opened.",
                hint="Make room or name another folder with --runs-dir (and another file with --results).",
                exit=Exit.BAD_CONFIG,
            ) from error

    def so_far(self, ended: Sequence[PortalReport]) -> None:
        """Some portals have ended. Where that cannot be written, the next time or the end makes up for it."""
        with suppress(OSError):
            self._write(ended, finished=False)

    def finish(self, ended: Sequence[PortalReport]) -> None:
        """All portals have ended. Raises RunFolderError (exit 4) where that cannot be written."""
        try:
            self._write(ended, finished=True)
        except OSError as error:
            raise RunFolderError(
                f"The run ended, but its folder {self.path} is not complete: {error.strerror or error}. "
                "What was done is what this output and each portal's own folder say.",
                hint="Make room, and close what holds a file of it open.",
            ) from error
        from portal_bot.output.report.run_report import write_report

        with suppress(Exception):  # the results stand without the page, and `portal-bot report` makes it again
            write_report(self.path)

    def _write(self, ended: Sequence[PortalReport], *, finished: bool) -> None:
        rows = [row for each in ended for row in _rows(each)]
        code = worst_of(ended) if finished else None
        header = RunHeader(self._options.mode, None, None, None)
        text = results_json(
            header, rows, run_id=self._id, started=self._started, finished=datetime.now(UTC) if finished else None, exit_code=code
        )
        whole = json.loads(text)
        if code is not None:
            whole["run"]["exit_meaning"] = meaning_over_all(code)
        portals = [_about(each) for each in ended]
        whole = {"schema": whole["schema"], "run": whole["run"], "portals": portals, "people": whole["people"]}
        written = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
        replace_text(self.path / "results.json", written)
        replace_text(self.path / "results.csv", results_csv(rows))
        if self._options.results is not None:
            replace_text(self._options.results, written)


def _rows(ended: PortalReport) -> list[dict[str, Any]]:
    """The rows as the run's own folder has them. Pictures stay where they are, in the folder beside."""
    which = {"config": ended.config.path.name, "portal": ended.config.portal.url}
    if ended.report is not None:
        folder = ended.report.folder
        with suppress(OSError, ValueError, KeyError):
            rows: list[dict[str, Any]] = json.loads((folder / "results.json").read_text(encoding="utf-8"))["people"]
            return [{**which, **row, "pictures": [f"../{folder.name}/{each}" for each in row["pictures"]]} for row in rows]
    return [{**which, **each.row(), "pictures": []} for each in ended.results]


def _about(ended: PortalReport) -> dict[str, Any]:
    error = ended.error
    return {
        "config": ended.config.path.name,
        "portal": ended.config.portal.url,
        "user_name": ended.config.portal.user_name,
        "begun": ended.begun,
        "exit_code": int(ended.exit),
        "exit_meaning": ended.exit.meaning,
        "error": None if error is None else error.message if isinstance(error, PortalBotError) else type(error).__name__,
        "folder": None if ended.report is None else str(ended.report.folder),
        "counts": counts(ended.results),
    }
