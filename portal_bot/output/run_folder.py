"""The run folder ``runs/<UTC time>-<id>/``: what a run leaves behind, written as it goes.

    results.json   one row for each assignment, rewritten every second or so and at the end, always whole
    results.csv    the same rows for a spreadsheet
    events.jsonl   one line for each event, at once; lines that prove something are forced to the disk
    run.log        the same events for people
    pictures/      made when the first picture is

Nothing here ends a run in the middle of a record: what cannot be written is told by the next ``about-to-save``,
before Save is pressed, or by ``finish``.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import IO, Any

from portal_bot.model.entities import Assignment, Outcome, Result
from portal_bot.model.errors import RunFolderError
from portal_bot.model.events import Event
from portal_bot.model.exit_codes import Exit
from portal_bot.model.files import private, replace_text, write_private
from portal_bot.model.messages import log_line
from portal_bot.output.results_file import RunHeader, results_csv, results_json, utc

_MIN_REWRITE_SECONDS = 1.0
_REWRITE_SHARE = 50
"""Results are rewritten at most so often that it takes a fiftieth of the run's time, however many people there are."""
_FORCED = frozenset({"about-to-save", "person-done", "run-finished"})
_RESERVE_BYTES = 64 * 1024
_CUT_SHORT = "Save was being pressed when this was written; whether it was saved is not known. The next run reads it."
_MAKE_ROOM = "Make room, then run again: whoever is done is left alone."


class RunFolder:
    """A listener of the event stream that keeps the folder. ``finish`` writes the end of it, ``close`` does not.

    ``results``: a second place for results.json (``--results``), replaced at the start and written at the end.
    ``redact`` stands before what does not come through the event stream.
    Raises ``RunFolderError`` (exit 2) where the folder cannot be made or written.
    """

    def __init__(
        self,
        runs_dir: Path,
        header: RunHeader,
        assignments: Sequence[Assignment],
        *,
        results: Path | None = None,
        redact: Callable[[Any], Any] = lambda value: value,
    ) -> None:
        self._header = header
        self._results = results
        self._redact = redact
        self._started = datetime.now(UTC)
        self.id = secrets.token_hex(4)
        self.path = runs_dir.expanduser().absolute() / f"{_folder_time(self._started)}-{self.id}"
        self._rows = {each.index: redact(Result(each, Outcome.NOT_TRIED).row()) for each in assignments}
        self._problem: OSError | None = None
        self._next_write = 0.0
        self._ended = False
        self._files: list[IO[str]] = []
        try:
            self._open()
        except OSError as error:
            self.close()
            raise RunFolderError(
                f"The run folder {self.path} cannot be written: {_reason(error)}. Nothing was opened.",
                hint="Make room or name another folder with --runs-dir (and another file with --results).",
                exit=Exit.BAD_CONFIG,
            ) from error

    @property
    def pictures(self) -> Path:
        """The folder for pictures, made on first use."""
        folder = self.path / "pictures"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def __call__(self, event: Event) -> None:
        if self._ended:
            self._add_late(event)
            return
        try:
            self._append(event)
        except OSError as error:
            self._problem = self._problem or error
        if self._problem is not None and event.kind == "about-to-save":
            raise RunFolderError(
                f"The run folder {self.path} can no longer be written: {_reason(self._problem)}. "
                "Save was not pressed for this person, and nobody else is tried.",
                hint=_MAKE_ROOM,
            ) from self._problem
        self._note(event)
        if monotonic() >= self._next_write:
            # Where this fails (a spreadsheet holds the file open), the next time or the end makes up for it.
            with suppress(OSError):
                self._write_results(None, None)

    def finish(self, exit_code: Exit, results: Sequence[Result] = ()) -> None:
        """Writes the end: ``results`` stand over what the events said. Raises ``RunFolderError`` where that fails."""
        self._rows.update({each.assignment.index: self._redact(each.row()) for each in results})
        try:
            self._reserve.unlink(missing_ok=True)
            self._write_results(exit_code, datetime.now(UTC))
        except OSError as error:
            self._problem = self._problem or error
        finally:
            self.close()
            self._ended = True
        if self._problem is not None:
            raise RunFolderError(
                f"The run ended, but its folder {self.path} is not complete: {_reason(self._problem)}. "
                "What was done is what this output says.",
                hint=_MAKE_ROOM,
            ) from self._problem

    def close(self) -> None:
        """Lets go of the files. A folder that was not finished stays as that of a run that was cut short."""
        for file in self._files:
            try:
                file.close()
            except OSError as error:
                self._problem = self._problem or error

    # What the events say of each person

    def _note(self, event: Event) -> None:
        if event.kind == "person-done":
            self._rows[event["index"]] = event["result"]
        elif event.kind == "about-to-save":
            row = self._rows[event["index"]]
            self._rows[event["index"]] = {**row, "outcome": str(Outcome.FAILED), "detail": _CUT_SHORT}

    # Files

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700)
        self._reserve = self.path / ".reserve"
        self._events = self._keep(self.path / "events.jsonl")
        self._log = self._keep(self.path / "run.log")
        text = self._results_json(None, None)
        # Room for the last rewrite, given back at the end: a disk that fills up under way does not cost the results.
        write_private(self._reserve, "\0" * (2 * len(text.encode()) + _RESERVE_BYTES))
        self._write_results(None, None)
        if self._results is not None:
            replace_text(self._results, text)
        _sync_folder(self.path)

    def _keep(self, path: Path) -> IO[str]:
        file = open(path, "a", encoding="utf-8", newline="\n", opener=private)  # noqa: SIM115 - open for the whole run
        self._files.append(file)
        return file

    def _append(self, event: Event) -> None:
        at = event.at.astimezone(UTC)
        line = {"at": utc(at, "milliseconds"), "kind": event.kind, "worker": event.worker, **event.fields}
        self._events.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        self._events.flush()
        forced = event.kind in _FORCED and (event["result"] or {}).get("outcome") != Outcome.NOT_TRIED  # nothing was done there
        if forced:
            os.fsync(self._events.fileno())
        if sentence := log_line(event):
            self._log.write(f"{at:%Y-%m-%d %H:%M:%S}Z {sentence}\n")
            self._log.flush()

    def _add_late(self, event: Event) -> None:
        """What follows a run, such as a notice that nobody took, still belongs in its log; the results stand."""
        with (
            suppress(OSError),
            closing(self._keep(self.path / "events.jsonl")) as events,
            closing(self._keep(self.path / "run.log")) as log,
        ):
            self._events, self._log = events, log
            self._append(event)

    def _write_results(self, exit_code: Exit | None, finished: datetime | None) -> None:
        began = monotonic()
        self._next_write = began + _MIN_REWRITE_SECONDS
        text = self._results_json(exit_code, finished)
        replace_text(self.path / "results.json", text)
        replace_text(self.path / "results.csv", results_csv(list(self._rows.values())))
        if finished is not None and self._results is not None:
            replace_text(self._results, text)
        took = monotonic() - began
        self._next_write = monotonic() + max(_MIN_REWRITE_SECONDS, _REWRITE_SHARE * took)

    def _results_json(self, exit_code: Exit | None, finished: datetime | None) -> str:
        return results_json(
            self._header,
            list(self._rows.values()),
            run_id=self.id,
            started=self._started,
            finished=finished,
            exit_code=exit_code,
        )


def _sync_folder(path: Path) -> None:
    """Forces the folder's own entries to the disk, where the system knows such a thing."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _folder_time(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S}.{at.microsecond // 1000:03d}Z"


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
