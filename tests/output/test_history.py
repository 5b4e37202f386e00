"""The history (portal_bot/output/history.py), its command, and the clearing of old run folders (portal_bot/output/retention.py)."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal_bot.model.entities import Assignment, ListName, Mode, Outcome, Person, Result
from portal_bot.model.errors import HistoryUnusable, PortalBotError
from portal_bot.model.exit_codes import Exit
from portal_bot.output.history import GENESIS, RESULT_COLUMNS, RUN_COLUMNS, History, RunEntry
from portal_bot.output.results_file import RunHeader
from portal_bot.output.retention import clear
from tests.helpers.program import Program

ANA = Assignment(0, "Meadowlark Pediatrics", ListName.STAFF, Person("Ana Reyes"), "Messaging", True)
GRANTED = Result(ANA, Outcome.GRANTED, before=False, after=True, seconds=1.2).row()


def entry(run: str = "aaaa1111", *, exit: Exit = Exit.OK, mode: str = "apply", error: str | None = None) -> RunEntry:
    return RunEntry(
        run, mode, "2026-11-23T06:30:00Z", "2026-11-23T06:31:00Z", "https://portal.example.com/", "office.admin@example.com",
        "ab" * 32, "0123456789ab", {"granted": 1}, exit, error, "/somewhere/runs/x",
    )  # fmt: skip


@pytest.fixture
def history(a_machine_of_its_own: Path) -> History:
    return History(a_machine_of_its_own)


def three_runs(history: History) -> list[str]:
    return [history.add(entry(run), [GRANTED]) for run in ("aaaa1111", "bbbb2222", "cccc3333")]


def change(history: History, statement: str) -> None:
    """What somebody with a SQLite tool could do."""
    with sqlite3.connect(history.path) as database:
        database.execute(statement)
    database.close()


def test_each_run_and_each_result_is_a_row(history: History) -> None:
    """Who, where, when, with which config and plan, and what came of each person: all of it is there to be read."""
    history.add(entry(), [GRANTED])
    (run,) = history.runs()
    assert list(run) == list(RUN_COLUMNS)
    assert all(run[name] not in (None, "") for name in RUN_COLUMNS if name != "error")
    assert run["counts"] == {"granted": 1}
    (result,) = history.results("aaaa1111")
    assert list(result) == list(RESULT_COLUMNS)
    assert (result["name"], result["before"], result["after"], result["outcome"]) == ("Ana Reyes", False, True, "granted")


def test_any_sqlite_tool_reads_it(history: History) -> None:
    """The views have the columns of the rows, so that an auditor needs nothing of ours."""
    history.add(entry(), [GRANTED])
    database = sqlite3.connect(history.path)
    assert database.execute("SELECT run, exit_code, os_user = '' FROM runs").fetchall() == [("aaaa1111", 0, 0)]
    assert database.execute("SELECT name, permission, outcome FROM results").fetchall() == [("Ana Reyes", "Messaging", "granted")]
    database.close()


def test_an_untouched_history_is_whole(history: History) -> None:
    """Nothing is told as changed that was not, and the head is that of the last row."""
    assert history.verify().head == GENESIS
    heads = three_runs(history)
    assert len(set(heads)) == 3
    assert (history.verify().broken, history.verify().rows, history.head()) == ("", 6, heads[-1])
    assert not any(history.verify(head).broken for head in (*heads, heads[0][:12]))


@pytest.mark.parametrize(
    ("statement", "row"),
    [
        ("UPDATE entries SET data = replace(data, 'granted', 'removed') WHERE seq = 4", "row 4 was changed"),
        ("UPDATE entries SET hash = 'ff' || substr(hash, 3) WHERE seq = 2", "row 2 was changed"),
        ("UPDATE entries SET kind = 'note' WHERE seq = 3", "row 3 was changed"),
        ("DELETE FROM entries WHERE seq = 3", "row 3 is missing"),
        ("DELETE FROM entries WHERE seq = 1", "row 1 is missing"),
    ],
)
def test_a_change_to_the_past_shows(history: History, statement: str, row: str) -> None:
    """Whatever is changed or taken out, the first row that does not fit is named."""
    three_runs(history)
    change(history, statement)
    assert history.verify().broken.startswith(row)


def test_a_row_put_in_between_shows(history: History) -> None:
    """Rows moved along to make room for another no longer follow from each other."""
    three_runs(history)
    change(history, "UPDATE entries SET seq = -(seq + 1) WHERE seq >= 3")
    change(history, "UPDATE entries SET seq = -seq WHERE seq < 0")
    change(history, "INSERT INTO entries SELECT 3, kind, data, hash FROM entries WHERE seq = 1")
    assert history.verify().broken.startswith("row 3 was changed, or one before it was put in")


def test_rows_taken_off_the_end_show_by_a_head_that_was_told(history: History) -> None:
    """The file alone cannot show it; the head from a notice does."""
    heads = three_runs(history)
    change(history, "DELETE FROM entries WHERE seq > 4")
    assert history.verify().broken == ""
    assert "were taken off the end" in history.verify(heads[2]).broken
    assert history.verify(heads[1]).broken == ""


def test_runs_that_end_at_the_same_time_are_one_chain(history: History) -> None:
    """Runs of several accounts write at once, and none loses a row."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: history.add(entry(f"{number:08d}"), [GRANTED, GRANTED]), range(12)))
    assert (history.verify().broken, history.verify().rows) == ("", 36)
    assert len(history.runs()) == 12


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_the_owner_can_read_it(history: History) -> None:
    """0600, whatever the umask."""
    before = os.umask(0)
    try:
        history.add(entry())
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in history.path.parent.iterdir()} == {0o600}


def test_a_history_that_cannot_be_used_is_told(history: History) -> None:
    """A file that is no database, or one of a later version, is named with a reason and is never written over."""
    history.path.write_bytes(b"something else entirely, longer than a header" * 40)
    with pytest.raises(HistoryUnusable, match=r"cannot be written: .*not a database"):
        history.add(entry())
    assert history.path.read_bytes().startswith(b"something else")
    history.path.unlink()
    history.add(entry())
    change(history, "PRAGMA user_version = 99")
    with pytest.raises(PortalBotError, match="newer version"):
        history.runs()


# -- the command ------------------------------------------------------------------------------------------------------


def test_the_command_lists_runs_and_people(portal_bot: Program, history: History) -> None:
    """Runs in a table; one run by the beginning of its name; a person by any way of writing the name."""
    code, out, _ = portal_bot("history")
    assert (code, "no run in the history yet" in out) == (0, True)
    heads = three_runs(history)
    code, out, _ = portal_bot("history")
    assert code == 0
    assert all(said in out for said in ("aaaa1111", "cccc3333", "portal.example.com", "granted 1", "0: as asked", heads[-1]))
    code, out, _ = portal_bot("history", "bbbb")
    assert (code, "Ana Reyes" in out, "off → on" in out) == (0, True, True)
    code, out, _ = portal_bot("history", "--person", "Reyes, Ana")
    assert [run in out for run in ("aaaa1111", "bbbb2222", "cccc3333")] == [True] * 3
    code, out, _ = portal_bot("history", "--person", "Ana Rey")
    assert "nothing about this person" in out


def test_the_command_writes_a_spreadsheet(portal_bot: Program, history: History, tmp_path: Path) -> None:
    """CSV to standard output or to a file, of the runs or of people, with headings also where there is nothing."""
    _, out, _ = portal_bot("history", "--csv", "-")
    assert out.split(",")[:2] == list(RUN_COLUMNS[:2])
    three_runs(history)
    _, out, _ = portal_bot("history", "--csv", "-")
    assert [row["run"] for row in csv.DictReader(io.StringIO(out))] == ["aaaa1111", "bbbb2222", "cccc3333"]
    code, out, err = portal_bot("history", "--person", "Ana Reyes", "--csv", tmp_path / "ana.csv")
    assert (code, out, "3 rows" in err) == (0, "", True)
    with (tmp_path / "ana.csv").open(encoding="utf-8", newline="") as file:
        assert [row["after"] for row in csv.DictReader(file)] == ["true"] * 3


def test_the_command_verifies(portal_bot: Program, history: History) -> None:
    """Exit 0 and the head where all is whole, exit 4 and the first broken row where it is not."""
    heads = three_runs(history)
    code, out, _ = portal_bot("history", "--verify", "--head", heads[0])
    assert (code, heads[-1] in out) == (0, True)
    change(history, "UPDATE entries SET data = replace(data, 'Ana', 'Ann') WHERE seq = 2")
    code, out, _ = portal_bot("history", "--verify")
    assert (code, "row 2 was changed" in out, "Messaging of Ann Reyes" in out) == (4, True, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["zzzz"], "the history has no such run"),
        (["x", "--person", "Ana"], "do not go together"),
        (["--verify", "--csv", "-"], "reads the whole history"),
        (["--head", "abcdef123"], "--head is for --verify"),
        (["--verify", "--head", "ab"], "eight characters"),
    ],
)
def test_questions_that_make_no_sense_are_refused(portal_bot: Program, words: list[str], said: str) -> None:
    """Exit 2 and a sentence."""
    code, _, err = portal_bot("history", *words)
    assert (code, said in err) == (2, True)


# -- old run folders --------------------------------------------------------------------------------------------------

HEADER = RunHeader(Mode.APPLY, "https://portal.example.com/", "office.admin@example.com", None)
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def old_run(runs: Path, days: int, *, user: str | None = HEADER.user_name, number: int = 0) -> Path:
    folder = runs / f"{NOW - timedelta(days=days):%Y%m%dT%H%M%S}.000Z-{number:08x}"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "before.png").write_bytes(b"png")
    (folder / "report.html").write_text('<img src="data:image/png;base64,AAAA">')
    (folder / "results.json").write_text(json.dumps({"run": {"portal": HEADER.portal, "user_name": user}}))
    return folder


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_old_runs_go_when_their_time_has_come(tmp_path: Path) -> None:
    """Older than runs: the folder goes; older than pictures: what shows pages goes, the results stay; the rest stays."""
    ancient, old, young, now = (old_run(tmp_path, days) for days in (400, 100, 10, 0))
    cleared = clear(tmp_path, HEADER, current=now, now=NOW, pictures=timedelta(days=90), runs=timedelta(days=365))
    assert (cleared.runs, cleared.pictures, cleared.problems) == (1, 1, ())
    assert not ancient.exists()
    assert names(old) == ["results.json"]
    assert names(young) == names(now) == ["pictures", "report.html", "results.json"]
    again = clear(tmp_path, HEADER, current=now, now=NOW, pictures=timedelta(days=90), runs=timedelta(days=365))
    assert (again.runs, again.pictures) == (0, 0)


def test_the_folder_over_several_portals_goes_with_the_last_of_its_runs(tmp_path: Path) -> None:
    """Not while one of its runs is there, nor for an account that had no part in it."""
    ours, others = old_run(tmp_path, 400, number=1), old_run(tmp_path, 400, user="somebody.else@example.com", number=2)
    over_all = tmp_path / f"{NOW - timedelta(days=400):%Y%m%dT%H%M%S}.000Z-00000003-fleet"
    over_all.mkdir()
    portals = [{"portal": HEADER.portal, "user_name": user, "folder": str(run)} for user, run in (("x", others), (HEADER.user_name, ours))]
    (over_all / "results.json").write_text(json.dumps({"portals": [*portals, portals[0] | {"folder": None}]}))
    now = old_run(tmp_path, 0)
    stranger = RunHeader(Mode.APPLY, "https://elsewhere.example.com/", HEADER.user_name, None)

    def clear_for(header: RunHeader) -> None:
        assert clear(tmp_path, header, current=now, now=NOW, pictures=None, runs=timedelta(days=365)).problems == ()

    clear_for(HEADER)
    assert (ours.exists(), over_all.exists()) == (False, True)
    shutil.rmtree(others)
    clear_for(stranger)
    assert over_all.exists()
    clear_for(HEADER)
    assert names(tmp_path) == [now.name]


def test_nothing_else_is_ever_deleted(tmp_path: Path) -> None:
    """Not the run that asks, nor another account's, nor what only looks like a run, nor anything behind a link."""
    runs, outside = tmp_path / "runs", tmp_path / "outside"
    others = old_run(runs, 400, user="somebody.else@example.com", number=1)
    (runs / "notes").mkdir()
    unknown = runs / f"{NOW - timedelta(days=400):%Y%m%dT%H%M%S}.000Z-00000002"
    unknown.mkdir()
    elsewhere = old_run(outside, 400, number=3)
    (runs / elsewhere.name).symlink_to(elsewhere, target_is_directory=True)
    within = old_run(runs, 399, number=4)
    (within / "trace.zip").symlink_to(elsewhere / "results.json")
    now = old_run(runs, 380, number=5)
    clear(runs, HEADER, current=now, now=NOW, pictures=timedelta(days=1), runs=None)
    assert names(within) == ["results.json"]
    clear(runs, HEADER, current=now, now=NOW, pictures=None, runs=timedelta(days=1))
    assert not within.exists()
    assert names(others) == names(elsewhere) == names(now) == ["pictures", "report.html", "results.json"]
    assert (runs / "notes").is_dir()
    assert unknown.is_dir()
    assert (runs / elsewhere.name).is_symlink()
