"""The run folder (portal_bot/output/run_folder.py) and what the next run reads in it (portal_bot/output/unfinished_saves.py)."""

from __future__ import annotations

import csv
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from portal_bot.model.entities import Assignment, ListName, Mode, Outcome, Person, Result
from portal_bot.model.errors import RunFolderError
from portal_bot.model.events import Event, EventStream
from portal_bot.model.exit_codes import Exit
from portal_bot.output.results_file import RunHeader
from portal_bot.output.run_folder import RunFolder
from portal_bot.output.unfinished_saves import left_open, open_saves

HEADER = RunHeader(Mode.APPLY, "https://portal.example.com/", "office.admin@example.com", "ab" * 32)
KEYS = [
    "practice", "list", "name", "email", "permission", "wanted",
    "before", "after", "outcome", "detail", "seconds", "pictures",
]  # fmt: skip
RUN_KEYS = [
    "id", "mode", "started", "finished", "portal", "user_name", "version",
    "config_sha256", "exit_code", "exit_meaning", "counts",
]  # fmt: skip

posix_only = pytest.mark.skipif(os.name != "posix", reason="modes and limits of POSIX")


def assignments(count: int = 3) -> list[Assignment]:
    return [
        Assignment(index, "Meadowlark Pediatrics", ListName.STAFF, Person(f"Ana Reyes {index}"), "Messaging", True)
        for index in range(count)
    ]


@pytest.fixture
def make() -> Iterator[Callable[..., RunFolder]]:
    """Makes run folders that need not be finished by the test, as those of killed runs."""
    made: list[RunFolder] = []

    def new(*arguments: Any, **options: Any) -> RunFolder:
        made.append(RunFolder(*arguments, **options))
        return made[-1]

    yield new
    for folder in made:
        folder.finish(Exit.OK)


def started(folder: RunFolder, header: RunHeader = HEADER) -> EventStream:
    stream = EventStream()
    stream.listen(folder)
    stream.emit("run-started", run=folder.id, mode="apply", portal=header.portal, user_name=header.user_name)
    return stream


def about_to_save(stream: EventStream, wanted: Assignment) -> None:
    stream.emit(
        "about-to-save", practice=wanted.practice, list="staff", person=wanted.person.name, email=None,
        permission=wanted.permission, wanted=wanted.wanted, index=wanted.index,
    )  # fmt: skip


def granted(wanted: Assignment) -> Result:
    return Result(wanted, Outcome.GRANTED, before=False, after=True, seconds=1.234)


def done(stream: EventStream, result: Result) -> None:
    stream.emit("person-done", n=1, of=3, result=result.row(), index=result.assignment.index)


def read(folder: RunFolder, name: str = "results.json") -> Any:
    return json.loads((folder.path / name).read_text(encoding="utf-8"))


def test_results_have_every_key_of_the_contract(tmp_path: Path) -> None:
    """Other tools find every key, in the config's order, null where nothing is known."""
    people = assignments()
    folder = RunFolder(tmp_path / "runs", HEADER, people)
    stream = started(folder)
    done(stream, granted(people[2]))
    folder.finish(Exit.NOT_DONE, [granted(people[2])])

    results = read(folder)
    assert results["schema"] == 1
    run = results["run"]
    assert list(run) == RUN_KEYS
    assert (run["exit_code"], run["exit_meaning"]) == (4, "finished, some people not done")
    assert run["counts"] == {"granted": 1, "not-tried": 2}
    assert run["started"].endswith("Z")
    assert folder.path.name.endswith(run["id"])
    assert [list(row) for row in results["people"]] == [KEYS] * 3
    assert [row["name"] for row in results["people"]] == ["Ana Reyes 0", "Ana Reyes 1", "Ana Reyes 2"]
    assert results["people"][0]["before"] is None
    assert results["people"][2]["seconds"] == 1.23


def test_the_spreadsheet_has_the_same_rows_and_no_formulas(tmp_path: Path) -> None:
    """A name from the portal that begins like a formula stays a text in a spreadsheet."""
    person = Assignment(0, "Wren Family Care", ListName.PROVIDERS, Person("Zoë Ångström"), "Messaging", True)
    folder = RunFolder(tmp_path, HEADER, [person])
    folder.finish(Exit.NOT_DONE, [Result(person, Outcome.FAILED, before=False, detail='=HYPERLINK("http://x")')])
    with (folder.path / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == KEYS
    assert rows[0]["name"] == "Zoë Ångström"
    assert rows[0]["detail"].startswith("'=")


@posix_only
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    """Folder 0700, files 0600, whatever the umask."""
    before = os.umask(0)
    try:
        folder = RunFolder(tmp_path / "runs", HEADER, assignments(), results=tmp_path / "last.json")
        started(folder)
        folder.pictures.joinpath("x").touch()
        folder.finish(Exit.OK)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder.path, *folder.path.iterdir()]}
    assert modes.pop(folder.path.name) == modes.pop("pictures") == 0o700
    assert modes == dict.fromkeys(["results.json", "results.csv", "events.jsonl", "run.log"], 0o600)
    assert stat.S_IMODE((tmp_path / "last.json").stat().st_mode) == 0o600


def test_yesterdays_claims_never_stand(tmp_path: Path) -> None:
    """--results is replaced as soon as the run starts, and says nothing of anybody until the end."""
    last = tmp_path / "last.json"
    last.write_text('{"people": [{"outcome": "granted"}]}')
    people = assignments(1)
    folder = RunFolder(tmp_path / "runs", HEADER, people, results=last)
    claim = json.loads(last.read_text())
    assert [row["outcome"] for row in claim["people"]] == ["not-tried"]
    assert claim["run"]["finished"] is claim["run"]["exit_code"] is None
    folder.finish(Exit.OK, [granted(people[0])])
    assert json.loads(last.read_text()) == read(folder)


@posix_only
def test_results_may_go_to_a_pipe(tmp_path: Path) -> None:
    """What is not a file, such as /dev/null, is written to and never replaced."""
    folder = RunFolder(tmp_path, HEADER, assignments(), results=Path(os.devnull))
    folder.finish(Exit.OK)
    assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)


def test_a_killed_run_shows_what_it_did(tmp_path: Path) -> None:
    """After a kill, whoever was done is granted, whoever was in hand is told as unknown, the rest as not tried."""
    script = f"""
import os, signal, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tests.output.test_run_folder import *
people = assignments()
folder = RunFolder(Path({str(tmp_path)!r}), HEADER, people)
stream = started(folder)
about_to_save(stream, people[0]); done(stream, granted(people[0])); about_to_save(stream, people[1])
while "not known" not in (folder.path / "results.json").read_text():
    stream.emit("step", label="Press Save")
os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    (path,) = tmp_path.iterdir()
    results = json.loads((path / "results.json").read_text())
    assert [row["outcome"] for row in results["people"]] == ["granted", "failed", "not-tried"]
    assert "not known" in results["people"][1]["detail"]
    assert results["run"]["finished"] is None
    (left,) = left_open(tmp_path, HEADER)
    assert left.person == "Ana Reyes 1"
    assert "while Messaging of Ana Reyes 1 (Meadowlark Pediatrics) was being given" in str(left)


def test_a_torn_last_line_does_not_hide_an_open_save(tmp_path: Path, make: Callable[..., RunFolder]) -> None:
    """A run that lost power in the middle of a line is still read."""
    people = assignments()
    folder = make(tmp_path, HEADER, people)
    about_to_save(started(folder), people[1])
    with (folder.path / "events.jsonl").open("a") as file:
        file.write('{"kind": "person-do')
    assert [each.person for each in open_saves(folder.path)] == ["Ana Reyes 1"]


def test_only_the_last_run_of_the_same_account_counts(tmp_path: Path, make: Callable[..., RunFolder]) -> None:
    """A save left open is named once, by the next run of that account, and by nobody else's."""
    people = assignments()
    other = RunHeader(Mode.APPLY, HEADER.portal, "somebody.else@example.com", None)
    killed = make(tmp_path, HEADER, people)
    about_to_save(started(killed), people[0])
    between = make(tmp_path, other, people)
    started(between, other)
    now = make(tmp_path, HEADER, people)
    started(now)
    assert [each.folder for each in left_open(tmp_path, HEADER, before=now.path)] == [killed.path]
    assert left_open(tmp_path, other, before=now.path) == ()
    assert left_open(tmp_path, HEADER) == ()


def test_the_journal_has_each_line_at_once(tmp_path: Path, make: Callable[..., RunFolder]) -> None:
    """Nothing waits in memory: after an event, its line and its sentence are in the files."""
    people = assignments()
    folder = make(tmp_path, HEADER, people)
    stream = started(folder)
    about_to_save(stream, people[0])
    lines = [json.loads(line) for line in (folder.path / "events.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["run-started", "about-to-save"]
    assert lines[1]["person"] == "Ana Reyes 0"
    assert "About to press Save: Messaging on for Ana Reyes 0 (Staff Members," in (folder.path / "run.log").read_text()


def test_thousands_of_people_do_not_slow_the_run_down(tmp_path: Path, make: Callable[..., RunFolder]) -> None:
    """Between two rewrites of the results there is time for the run itself, however long the list."""
    people = assignments(2000)
    folder = make(tmp_path, HEADER, people)
    rewrites = set()
    stream = started(folder)
    for wanted in people[:300]:
        done(stream, granted(wanted))
        rewrites.add((folder.path / "results.json").stat().st_ino)
    assert len(rewrites) < 30


def test_a_folder_that_cannot_be_made_stops_before_anything_is_opened(tmp_path: Path) -> None:
    """Exit 2, with the reason and what to do."""
    (tmp_path / "runs").write_text("not a folder")
    with pytest.raises(RunFolderError, match=r"cannot be written: .+ Nothing was opened") as caught:
        RunFolder(tmp_path / "runs", HEADER, assignments())
    assert caught.value.exit is Exit.BAD_CONFIG
    assert "--runs-dir" in caught.value.hint


def test_a_results_file_that_cannot_be_written_stops_before_anything_is_opened(tmp_path: Path) -> None:
    """A run whose results nobody could read does not begin."""
    (tmp_path / "blocked").touch()
    with pytest.raises(RunFolderError):
        RunFolder(tmp_path / "runs", HEADER, assignments(), results=tmp_path / "blocked" / "last.json")


@contextmanager
def disk_full_after(size: int) -> Iterator[None]:
    """No file grows beyond ``size`` bytes: what a full disk does, without filling one."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@posix_only
def test_no_save_without_its_line_in_the_journal(tmp_path: Path) -> None:
    """On a full disk the run stops before the next Save is pressed; it never stops in the middle of a record."""
    people = assignments()
    folder = RunFolder(tmp_path, HEADER, people)
    stream = started(folder)
    with disk_full_after(10):
        stream.emit("saved", practice=None, list="staff", person="Ana Reyes 0")
        with pytest.raises(RunFolderError, match="Save was not pressed for this person"):
            about_to_save(stream, people[1])
    with pytest.raises(RunFolderError, match="not complete"):
        folder.finish(Exit.NOT_DONE, [granted(people[0])])
    assert [row["outcome"] for row in read(folder)["people"]] == ["granted", "not-tried", "not-tried"]


def test_what_does_not_come_by_events_is_redacted_too(tmp_path: Path) -> None:
    """The last results, which no event carries, cross the redactor like everything else."""

    def redact(value: Any) -> Any:
        return json.loads(json.dumps(value).replace("S3cr3t-Zebra", "***"))

    people = assignments(1)
    folder = RunFolder(tmp_path, HEADER, people, redact=redact)
    folder.finish(Exit.NOT_DONE, [Result(people[0], Outcome.FAILED, detail="the field holds S3cr3t-Zebra")])
    assert not any(b"S3cr3t" in path.read_bytes() for path in folder.path.iterdir() if path.is_file())


def test_every_kind_of_event_can_be_written(tmp_path: Path) -> None:
    """An event that lacks a field, or that nobody has heard of, is a line and not a crash."""
    folder = RunFolder(tmp_path, HEADER, assignments())
    kinds = [
        "step",
        "signed-in",
        "signed-out",
        "practice-started",
        "list-read",
        "person-started",
        "saved",
        "drift",
        "retry",
    ]
    kinds += ["picture", "warning", "note", "run-finished", "something-new"]
    for kind in kinds:
        folder(Event(kind))
    folder.finish(Exit.OK)
    assert len((folder.path / "events.jsonl").read_text().splitlines()) == len(kinds)
