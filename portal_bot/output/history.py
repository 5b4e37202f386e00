"""The history of all runs on this machine, in one SQLite file: one row a run, one row a result.

Each row is chained to the one before by SHA-256, so that a change to the past shows: ``verify`` names the first row that
does not fit. Rows taken off the end do not show by the file alone. For that the newest hash, the head, must have left the
machine: it is in every notice, and ``verify`` takes it back.

The file is ``history.sqlite3`` in the state folder, readable by its owner alone. Any SQLite tool reads its views ``runs``
and ``results``.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_bot import __version__
from portal_bot.model.errors import HistoryUnusable
from portal_bot.model.exit_codes import Exit
from portal_bot.model.name_matching import fits

GENESIS = "0" * 64
"""What the first row is chained to."""
_LAYOUT = 1
_WAIT_SECONDS = 30.0
"""For another run that writes its rows just now."""

RUN_COLUMNS = (
    "run", "mode", "started", "finished", "portal", "user_name", "os_user", "machine", "version", "config_sha256",
    "plan_digest", "counts", "exit_code", "exit_meaning", "error", "folder",
)  # fmt: skip
RESULT_COLUMNS = (
    "run", "at", "practice", "list", "name", "email", "permission", "wanted", "before", "after", "outcome", "detail", "seconds",
)  # fmt: skip


@dataclass(frozen=True)
class RunEntry:
    """A run as the history keeps it. Times are UTC, ``2026-11-23T06:30:00Z``. ``error``: why it could not go on."""

    run: str
    mode: str
    started: str
    finished: str
    portal: str
    user_name: str
    config_sha256: str
    plan_digest: str | None
    counts: Mapping[str, int]
    exit: Exit
    error: str | None = None
    folder: str | None = None

    def row(self) -> dict[str, Any]:
        """The row with who ran it, on which machine, and the version."""
        given = {
            **vars(self), "exit_code": int(self.exit), "exit_meaning": self.exit.meaning, "counts": dict(self.counts),
            "os_user": _os_user(), "machine": platform.node(), "version": __version__,
        }  # fmt: skip
        return {name: given[name] for name in RUN_COLUMNS}


@dataclass(frozen=True)
class Verdict:
    """What ``verify`` found. ``broken``: the first row that does not fit and why; empty where all do."""

    rows: int
    head: str
    broken: str = ""


class History:
    """The history in a state folder. Every method opens and closes the file; several runs may write at once."""

    def __init__(self, state_dir: Path) -> None:
        self.path = state_dir / "history.sqlite3"

    def add(self, run: RunEntry, results: Sequence[Mapping[str, Any]] = ()) -> str:
        """Appends a run and its results (rows of ``results.json``), all or none. The new head.

        Raises HistoryUnusable.
        """
        rows = [("run", run.row())]
        rows += [
            ("result", {"run": run.run, "at": run.finished} | {name: each.get(name) for name in RESULT_COLUMNS[2:]}) for each in results
        ]
        with self._opened(write=True) as database:
            database.execute("BEGIN IMMEDIATE")
            seq, head = database.execute("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1").fetchone() or (0, GENESIS)
            for kind, row in rows:
                data = json.dumps(row)
                seq, head = seq + 1, _chained(head, seq + 1, kind, data)
                database.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", (seq, kind, data, head))
            database.execute("COMMIT")
        return str(head)

    def head(self) -> str:
        """The newest row's hash; ``GENESIS`` where there is no row yet."""
        return self.verify().head

    def runs(self) -> list[dict[str, Any]]:
        """Every run, oldest first, with the keys ``RUN_COLUMNS``."""
        return self._rows("run")

    def results(self, run: str) -> list[dict[str, Any]]:
        """What came of each person in a run, with the keys ``RESULT_COLUMNS``."""
        return [row for row in self._rows("result") if row["run"] == run]

    def has_change(self, portal: str, user_name: str) -> bool:
        """Whether any run of an account has changed a permission and proved it. Raises HistoryUnusable."""
        if not self.path.exists():
            return False
        with self._opened(write=False) as database:
            (there,) = database.execute(
                "SELECT EXISTS (SELECT 1 FROM runs WHERE portal = ? AND user_name = ?"
                " AND (json_extract(counts, '$.granted') > 0 OR json_extract(counts, '$.removed') > 0))",
                (portal, user_name),
            ).fetchone()
            return bool(there)

    def all_results(self) -> list[dict[str, Any]]:
        """What came of each person in every run, oldest first, with the keys ``RESULT_COLUMNS``."""
        return self._rows("result")

    def of_person(self, name: str) -> list[dict[str, Any]]:
        """Everything that was ever done or seen for a person, oldest first. Names fit as those of a list do."""
        return [row for row in self._rows("result") if fits(row["name"], name)]

    def verify(self, head: str | None = None) -> Verdict:
        """Reads the whole chain. ``head``: a hash that was told earlier and must still be in it; its beginning will do."""
        before, count, known = GENESIS, 0, head is None
        for seq, kind, data, told in self._entries():
            count += 1
            if seq != count:
                return Verdict(count, before, f"row {count} is missing: after row {count - 1} comes row {seq}.")
            if _chained(before, seq, kind, data) != told:
                return Verdict(count, before, f"row {seq} was changed, or one before it was put in or taken out: {_said(kind, data)}.")
            before = told
            known = known or told.startswith(str(head))
        if not known:
            return Verdict(
                count, before, f"no row has the hash {head}: rows after row {count} were taken off the end, or all were written anew."
            )
        return Verdict(count, before)

    # -- the file --------------------------------------------------------------------------------------------------

    def _rows(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(data) for _, each, data, _ in self._entries() if each == kind]

    def _entries(self) -> list[tuple[int, str, str, str]]:
        if not self.path.exists():
            return []
        with self._opened(write=False) as database:
            return database.execute("SELECT seq, kind, data, hash FROM entries ORDER BY seq").fetchall()

    @contextmanager
    def _opened(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        try:
            if write:
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite itself would make it 0644
            with closing(sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)) as database:
                (layout,) = database.execute("PRAGMA user_version").fetchone()
                if layout > _LAYOUT:
                    raise HistoryUnusable(
                        f"The history {self.path} was written by a newer version of portal-bot.", hint="Use that version."
                    )
                if write and layout < _LAYOUT:
                    database.executescript(_MAKE)
                yield database
        except (OSError, sqlite3.Error) as error:
            raise HistoryUnusable(
                f"The history {self.path} cannot be {'written' if write else 'read'}: {error}.",
                hint="Make room, or see who else uses the file. The run folders say what each run did.",
            ) from error


def _chained(before: str, seq: int, kind: str, data: str) -> str:
    return hashlib.sha256(f"{before}\n{seq}\n{kind}\n{data}".encode("utf-8", "surrogatepass")).hexdigest()


def _said(kind: str, data: str) -> str:
    try:
        row = json.loads(data)
        if kind == "run":
            return f"the run {row['run']} of {row['started']}"
        return f"{row['permission']} of {row['name']} in the run {row['run']}"
    except (ValueError, KeyError, TypeError):
        return f"a {kind} that cannot be read"


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no entry for this user, or no such database on this system
        return "unknown"


def _view(name: str, kind: str, columns: Sequence[str]) -> str:
    picked = ", ".join(f"json_extract(data, '$.{column}') AS \"{column}\"" for column in columns)
    return f"CREATE VIEW IF NOT EXISTS {name} AS SELECT seq, {picked}, hash FROM entries WHERE kind = '{kind}';"  # noqa: S608


_MAKE = f"""BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS entries (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, data TEXT NOT NULL, hash TEXT NOT NULL);
{_view("runs", "run", RUN_COLUMNS)}
{_view("results", "result", RESULT_COLUMNS)}
PRAGMA user_version = {_LAYOUT};
COMMIT;"""
