"""The command line's own promises: help, errors as sentences, what is printed at the end (portal_bot/cli)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal_bot import __version__
from portal_bot.cli import run_summary
from portal_bot.cli.error_handling import guarded
from portal_bot.cli.flags import OutputFlags
from portal_bot.cli.progress import RunConsole
from portal_bot.model.entities import Assignment, ListName, Outcome, Person, Result
from portal_bot.model.errors import LimitReached
from portal_bot.model.events import Event
from portal_bot.model.exit_codes import Exit
from portal_bot.model.messages import recap
from tests.helpers.config_files import portal, write
from tests.helpers.program import Program


def person(outcome: Outcome, name: str = "Ana Reyes", *, index: int = 0, detail: str = "", permission: str = "Messaging") -> Result:
    wanted = Assignment(index, "Meadowlark Pediatrics", ListName.STAFF, Person(name), permission, True)
    changed = outcome is Outcome.GRANTED
    return Result(wanted, outcome, before=not changed, after=True if changed else None, detail=detail)


def test_help_names_every_command_and_exit_code(portal_bot: Program) -> None:
    """Whoever asks for help sees what there is to type and what the exit codes mean."""
    code, out, _ = portal_bot("--help")
    assert code == 0
    for command in ("demo", "validate", "schema", "roster", "plan", "apply", "sandbox", "browser"):
        assert f" {command} " in out
    said = " ".join(out.split())
    for exit_code in Exit:
        assert f"{exit_code.value} {exit_code.meaning}" in said


def test_without_a_command_there_is_help(portal_bot: Program) -> None:
    """Typing only the program's name is not an error message."""
    _, out, err = portal_bot()
    assert "Usage: portal-bot" in out + err


def test_the_version_is_the_packages(portal_bot: Program) -> None:
    """One place says the version."""
    assert portal_bot("--version") == (0, f"portal-bot {__version__}\n", "")


@pytest.mark.parametrize("words", [["plan", "--chek"], ["aply"], ["plan", "--max-changes", "many"], ["plan", "--workers", "0"]])
def test_a_wrong_option_is_exit_2(portal_bot: Program, words: list[str]) -> None:
    """A typing mistake is a sentence and exit 2, before anything is opened."""
    code, out, err = portal_bot(*words)
    assert (code, out) == (2, "")
    assert "portal-bot" in err
    assert "Traceback" not in err


def test_help_loads_nothing_heavy() -> None:
    """--help stays quick because browser, config and sandbox are loaded only by the commands that need them."""
    script = """
import sys
from portal_bot.cli import main
sys.argv = ["portal-bot", "--help"]
try: main()
except SystemExit: pass
heavy = {"playwright", "pydantic", "yaml", "flask", "sqlalchemy", "keyring", "jinja2"}
sys.exit(" ".join(sorted(heavy & set(sys.modules))) or 0)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_errors_are_sentences_with_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """An error that has a name: what happened, what to do, what the exit code means; no traceback."""

    def fail() -> Exit:
        raise LimitReached("30 changes are due, and the limit is 25. Nothing was changed.", hint="Run with --max-changes 30.")

    assert guarded(fail, debug=False) is Exit.REFUSED
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "30 changes are due, and the limit is 25. Nothing was changed.",
        "Run with --max-changes 30.",
        "exit 5: refused by a limit; nothing was changed",
    ]


def test_a_bug_does_not_show_what_it_had_in_hand(capsys: pytest.CaptureFixture[str]) -> None:
    """The text of an unexpected error is not shown: it may hold anything, a password too."""

    def fail() -> Exit:
        raise ValueError("fill('S3cr3t-Zebra-99')")

    assert guarded(fail, debug=False) is Exit.CRASH
    err = capsys.readouterr().err
    assert "S3cr3t" not in err
    assert "ValueError" in err
    assert "--debug" in err
    assert err.splitlines()[-1].startswith("exit 1: ")


def test_ctrl_c_is_130(capsys: pytest.CaptureFixture[str]) -> None:
    """Interrupting is told as such."""

    def interrupted() -> Exit:
        raise KeyboardInterrupt

    assert guarded(interrupted, debug=False) is Exit.INTERRUPTED
    assert capsys.readouterr().err == "exit 130: interrupted\n"


def test_the_recap_is_one_line_a_permission() -> None:
    """Counts by outcome in plain words, and how many are not done."""
    results = [person(Outcome.GRANTED)] * 7 + [person(Outcome.UNCHANGED)] * 3 + [person(Outcome.BY_ROLE)] * 2
    assert recap(results) == "Messaging: 7 granted, 3 unchanged, 2 by role. 0 not done."
    results += [person(Outcome.NOT_FOUND), person(Outcome.FAILED, permission="Scheduling")]
    assert recap(results).endswith("; Scheduling: nobody. 2 not done (1 not found, 1 failed).")


def test_whoever_needs_somebody_comes_first_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    """The closing table begins with the people that somebody has to look after."""
    missing = person(Outcome.NOT_FOUND, "Anna Reyes", detail="Nobody of that name. Near: Ana Reyes")
    run_summary.show_results([person(Outcome.GRANTED, "Marcus Bell"), missing], quiet=False)
    out = capsys.readouterr().out
    assert out.index("Anna Reyes") < out.index("Marcus Bell")
    assert "  Nobody of that name. Near: Ana Reyes.\n  Check spelling and list." in out
    assert out.splitlines()[-1] == "Messaging: 1 granted. 1 not done (1 not found)."


def test_with_many_people_those_as_wanted_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """A nightly run over hundreds shows the few that matter."""
    many = [person(Outcome.UNCHANGED, f"Person {index}", index=index) for index in range(200)]
    run_summary.show_results([*many, person(Outcome.GRANTED, "Marcus Bell")], quiet=False)
    out = capsys.readouterr().out
    assert "Marcus Bell" in out
    assert "Person 7" not in out
    assert "Not listed here: 200 unchanged. results.csv has everybody." in out


def test_quiet_is_the_recap_only(capsys: pytest.CaptureFixture[str]) -> None:
    """-q leaves one line of results."""
    run_summary.show_results([person(Outcome.GRANTED)], quiet=True)
    assert capsys.readouterr().out == "Messaging: 1 granted. 0 not done.\n"


def test_names_are_never_read_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    """A name with brackets stands as it is, and cannot colour or hide anything."""
    name = "Ana [red]Reyes[/red] [/]"
    run_summary.show_results([person(Outcome.FAILED, name, detail="[bold]x[/bold]")], quiet=False)
    row = person(Outcome.FAILED, name).row()
    with RunConsole(OutputFlags()) as console:
        console(Event("person-done", {"n": 1, "of": 1, "result": row}))
    out, err = capsys.readouterr()
    assert name in out
    assert "[bold]x[/bold]" in out
    assert name in err


def events() -> list[Event]:
    row = person(Outcome.GRANTED).row()
    return [
        Event("run-started", {"mode": "apply", "people": 2, "practices": 1, "portal": "https://p/", "user_name": "a@b"}),
        Event("practice-started", {"practice": "Meadowlark Pediatrics", "people": 2}),
        Event("person-started", {"n": 1, "of": 2, "person": "Ana Reyes", "permission": "Messaging"}),
        Event("step", {"label": "Tick Messaging", "article": "7", "person": "Ana Reyes"}),
        Event("person-done", {"n": 1, "of": 2, "result": row}),
        Event("warning", {"text": "The portal is slow."}),
        Event("person-done", {"n": 2, "of": 2, "result": row}),
        Event("run-finished", {"exit_code": 0, "exit_meaning": "as asked"}),
    ]


def shown(capsys: pytest.CaptureFixture[str], flags: OutputFlags) -> list[str]:
    with RunConsole(flags) as console:
        for event in events():
            console(event)
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_progress_says_where_the_run_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a terminal: a line for each practice and person, n of m and the time left, on standard error only."""
    lines = shown(capsys, OutputFlags())
    assert lines[1] == "Practice Meadowlark Pediatrics: 2 people."
    assert lines[2].startswith("[1 of 2] Ana Reyes (Staff Members, Meadowlark Pediatrics): Messaging granted · about ")
    assert lines[2].endswith(" left")
    assert lines[3] == "Warning: The portal is slow."
    assert len(lines) == 5


def test_verbose_shows_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    """-v adds the steps in the article's words."""
    assert "Tick Messaging (step 7 of the help article)" in shown(capsys, OutputFlags(verbose=True))


def test_quiet_shows_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    """-q says nothing under way."""
    assert shown(capsys, OutputFlags(quiet=True)) == []


def test_a_run_that_did_not_begin_replaces_yesterdays_results(portal_bot: Program, tmp_path: Path) -> None:
    """With a config that is not there, --results holds no old claim but this run's exit code."""
    last = tmp_path / "last.json"
    last.write_text('{"people": [{"outcome": "granted"}]}')
    code, out, err = portal_bot("apply", "-c", tmp_path / "nowhere.yaml", "--results", last)
    assert (code, out) == (2, "")
    assert "nowhere.yaml" in err
    assert err.splitlines()[-1] == "exit 2: bad option or config; nothing was opened"
    written: dict[str, Any] = json.loads(last.read_text())
    assert written["people"] == []
    assert written["run"]["exit_code"] == 2
    assert written["run"]["mode"] == "apply"


def test_a_map_with_a_key_that_lost_its_meaning_loads_with_a_warning(portal_bot: Program, tmp_path: Path) -> None:
    """`record: ahead:` of version 0.1: a warning with file and line, and the config is sound."""
    (tmp_path / "my-portal.yaml").write_text("save: {button: {role: button, name: Store}}\nrecord:\n  ahead: false\n", encoding="utf-8")
    path = write(tmp_path, portal("map: my-portal.yaml"))
    code, out, err = portal_bot("validate", "-c", path)
    assert (code, out.startswith("config.yaml is sound")) == (0, True)
    assert "my-portal.yaml:3: 'ahead' no longer has a meaning" in err
