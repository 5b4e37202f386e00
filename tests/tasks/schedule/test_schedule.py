"""Schedules (portal_bot/tasks/schedule): what is written is read by the libraries and programs that will read it."""

from __future__ import annotations

import os
import plistlib
import shlex
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from croniter import croniter

from portal_bot.model.errors import ConfigError
from portal_bot.run.account.saved_session import SavedSessions
from portal_bot.tasks.schedule import cron, launchd, systemd, task_scheduler
from portal_bot.tasks.schedule.job import Job
from portal_bot.tasks.schedule.timing import timing
from tests.helpers.config_files import ONE, portal, write
from tests.helpers.missing_programs import needs_program
from tests.helpers.program import Program

posix_only = pytest.mark.skipif(os.name != "posix", reason="programs of Unix")
DAILY, EVERY, WEEKDAYS = ("06:30", None, None), (None, "2h", None), (None, None, "Mon..Fri 06:30")
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def job(tmp_path: Path) -> Callable[..., Job]:
    """Jobs whose paths hold whatever a schedule could trip over."""
    folder = tmp_path / "Dr. O'Brien's office & 100% $HOME"
    folder.mkdir()
    program = tmp_path / "a b%c" / "portal-bot$x"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    config = write(folder, ONE)

    def make(*when: str | None, **more: object) -> Job:
        return Job(program, config, timing(*when), **more)  # type: ignore[arg-type]

    return make


# -- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expression"),
    [
        (DAILY, "*-*-* 06:30:00"),
        (EVERY, "*-*-* 00/2:00:00"),
        ((None, "15m", None), "*-*-* *:00/15:00"),
        (WEEKDAYS, "Mon,Tue,Wed,Thu,Fri *-*-* 06:30:00"),
        ((None, None, "sat..mon,Thu 23:05"), "Mon,Thu,Sat,Sun *-*-* 23:05:00"),
        ((None, None, "Mon *-*-01..07 06:30"), "Mon *-*-01..07 06:30"),
    ],
)
def test_times_in_systemds_words(when: tuple[str | None, ...], expression: str) -> None:
    """What other systems can do too is written out; what only systemd can do is left to it."""
    assert systemd.calendar(timing(*when)) == expression


@needs_program("systemd-analyze")
@pytest.mark.parametrize("when", [DAILY, EVERY, WEEKDAYS, (None, "10m", None), (None, "12h", None)])
def test_systemd_and_cron_mean_the_same_time(when: tuple[str | None, ...]) -> None:
    """The next four times, as systemd and as a library of cron reckon them."""
    asked = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=4", "--base-time=2026-11-22 23:59:00 UTC", systemd.calendar(timing(*when))],
        capture_output=True, text=True, check=True, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
    )  # fmt: skip
    told = [
        line.split(":", 1)[1].split()[1:3]
        for line in asked.stdout.splitlines()
        if "elapse:" in line or "Iteration #" in line or "Iter. #" in line
    ]
    reckoned = croniter(cron.fields(timing(*when)), MONDAY.replace(day=22, hour=23, minute=59))
    assert [" ".join(each) for each in told] == [f"{reckoned.get_next(datetime):%Y-%m-%d %H:%M:%S}" for _ in range(4)]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ((None, None, None), "Say when"),
        (("06:30", "2h", None), "Say when"),
        (("25:00", None, None), "must be a time of the day"),
        ((None, "7h", None), "must be one of 10m, 15m"),
        ((None, None, "Mon\n06:30 x\x00"), "must be an expression"),
    ],
)
def test_times_that_are_none_are_refused(when: tuple[str | None, ...], said: str) -> None:
    """With what would be one."""
    with pytest.raises(ConfigError, match=said):
        timing(*when)


# -- each system's own words ------------------------------------------------------------------------------------------


@needs_program("systemd-analyze")
@pytest.mark.parametrize("when", [DAILY, EVERY, WEEKDAYS])
def test_systemd_takes_the_units(job: Callable[..., Job], tmp_path: Path, when: tuple[str | None, ...]) -> None:
    """`systemd-analyze verify` has nothing against timer and service, whatever the paths hold."""
    units = tmp_path / "units"
    units.mkdir()
    made = job(*when, environ=(("PORTAL_BOT_STATE_DIR", '/a "b" $c %d'),), credential=tmp_path / "the password")
    (units / f"{made.name}.timer").write_text(systemd.timer_unit(made))
    (units / f"{made.name}.service").write_text(systemd.service_unit(made))
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, sorted(units.iterdir()))],
        capture_output=True, text=True, check=False, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    assert (verified.returncode, [line for line in verified.stderr.splitlines() if made.name in line]) == (0, [])


def test_a_run_of_systemd_is_made_up_for_and_stopped_politely(job: Callable[..., Job]) -> None:
    """Persistent, with a random delay; only the program itself is asked to stop, with time for the record in hand; no shell."""
    made = job(*DAILY)
    timer, service = systemd.timer_unit(made), systemd.service_unit(made)
    assert "\nPersistent=true\n" in timer
    assert "\nRandomizedDelaySec=300\n" in timer
    assert "\nKillMode=mixed\nTimeoutStopSec=120\n" in service
    assert f"\nWorkingDirectory={str(made.config.parent).replace('%', '%%')}\n" in service
    assert "# LoadCredential=portal-bot-password:" in service
    assert "/sh" not in service


@posix_only
def test_a_shell_reads_crons_line_as_it_was_meant(job: Callable[..., Job], tmp_path: Path) -> None:
    """The five fields are cron's; the rest, run by sh as cron would, starts the program in the config's folder."""
    made = job(*WEEKDAYS, environ=(("PORTAL_BOT_STATE_DIR", "/a $b %d 'e'"),))
    line = cron.line(made)
    fields, rest = " ".join(line.split(" ", 5)[:5]), line.split(" ", 5)[5]
    assert croniter(fields, MONDAY).get_next(datetime) == MONDAY.replace(hour=6, minute=30)
    assert "%" not in rest.replace("\\%", "")
    assert ">" not in rest
    made.program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$PWD" "$PORTAL_BOT_STATE_DIR" "$@" > {shlex.quote(str(tmp_path / "told"))}\n')
    subprocess.run(["/bin/sh", "-c", rest.replace("\\%", "%")], check=True, cwd="/")
    told = (tmp_path / "told").read_text().splitlines()
    assert told == [str(made.config.parent), "/a $b %d 'e'", "apply", "--quiet", "--config", str(made.config)]


def test_other_lines_of_a_crontab_stay(job: Callable[..., Job]) -> None:
    """Put in once, replaced when put in again, taken out without a trace; another config's job is another."""
    others = "# mine\nMAILTO=me\n5 4 * * * do something\n"
    one, again = job(*DAILY), job(*EVERY)
    other = Job(one.program, one.config.with_name("other.yaml"), one.timing)
    both = cron.with_job(cron.with_job(others, one), other)
    assert both.startswith(others)
    assert both.count("portal-bot schedule install") == 2
    replaced = cron.with_job(both, again)
    assert (replaced.count(cron.marker(one.name)), cron.line(again) in replaced, cron.line(one) in replaced) == (1, True, False)
    assert cron.without_job(cron.without_job(replaced, one.name), other.name) == others
    assert cron.with_job("no line end", one).startswith("no line end\n#")


@pytest.mark.parametrize(("when", "times"), [(DAILY, 1), (EVERY, 12), (WEEKDAYS, 5), ((None, "15m", None), 4)])
def test_macos_reads_the_property_list(job: Callable[..., Job], when: tuple[str | None, ...], times: int) -> None:
    """As plistlib does: words apart, absolute paths, the config's folder, so many times."""
    made = job(*when, environ=(("PORTAL_BOT_STATE_DIR", "/a <b>"),))
    read = plistlib.loads(launchd.property_list(made).encode())
    assert read["ProgramArguments"] == list(made.command)
    assert all(Path(read[key]).is_absolute() for key in ("WorkingDirectory",))
    assert read["EnvironmentVariables"] == {"PORTAL_BOT_STATE_DIR": "/a <b>"}
    assert len(read["StartCalendarInterval"]) == times
    assert read["RunAtLoad"] is False
    if when == WEEKDAYS:
        assert [each["Weekday"] for each in read["StartCalendarInterval"]] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("when", [DAILY, EVERY, WEEKDAYS])
def test_windows_reads_the_task(job: Callable[..., Job], when: tuple[str | None, ...]) -> None:
    """Well-formed in UTF-16, with what the schema requires, each trigger's elements in the schema's order."""
    made = job(*when)
    root = ElementTree.fromstring(task_scheduler.task_xml(made, date(2026, 11, 23)).encode("utf-16"))
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    assert (root.tag, root.get("version")) == (f"{{{space['t']}}}Task", "1.2")
    (execute,) = root.findall("t:Actions/t:Exec", space)
    assert execute.findtext("t:Command", "", space) == str(made.program)
    assert execute.findtext("t:Arguments", "", space) == f'apply --quiet --config "{made.config}"'
    assert execute.findtext("t:WorkingDirectory", "", space) == str(made.config.parent)
    (trigger,) = root.findall("t:Triggers/t:CalendarTrigger", space)
    order = [
        "Enabled",
        "StartBoundary",
        "EndBoundary",
        "Repetition",
        "ExecutionTimeLimit",
        "RandomDelay",
        "ScheduleByDay",
        "ScheduleByWeek",
    ]
    names = [each.tag.partition("}")[2] for each in trigger]
    assert names == sorted(names, key=order.index)
    start = datetime.fromisoformat(trigger.findtext("t:StartBoundary", "", space))
    assert (start.hour, start.minute) == ((0, 0) if when == EVERY else (6, 30))
    assert (trigger.findtext("t:Repetition/t:Interval", None, space) == "PT120M") == (when == EVERY)
    assert len(trigger.findall("t:ScheduleByWeek/t:DaysOfWeek/*", space)) == (5 if when == WEEKDAYS else 0)
    for required in ("Principals/t:Principal/t:LogonType", "Settings/t:StartWhenAvailable", "Settings/t:MultipleInstancesPolicy"):
        assert root.find(f"t:{required}", space) is not None


@pytest.mark.parametrize("write_it", [cron.line, launchd.property_list, lambda job: task_scheduler.task_xml(job, date(2026, 11, 23))])
def test_what_only_systemd_can_do_is_refused_elsewhere(job: Callable[..., Job], write_it: Callable[[Job], str]) -> None:
    """With what can be said instead."""
    with pytest.raises(ConfigError, match="only systemd can do this"):
        write_it(job(None, None, "Mon *-*-01..07 06:30"))


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, with programs of the system that note how they were called, and a crontab in a file."""
    programs = tmp_path / "programs"
    programs.mkdir()
    calls, table = tmp_path / "calls", tmp_path / "crontab"
    calls.touch()
    scripts = {
        "systemctl": "",
        "systemd-analyze": "",
        "loginctl": "echo Linger=no",
        "crontab": f'if [ "$1" = -l ]; then if [ -e {table} ]; then cat {table}; else echo "no crontab for you" >&2; exit 1; fi; '
        f"else cat > {table}; fi",
    }
    for name, script in scripts.items():
        (programs / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {calls}\n{script}\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    return tmp_path


def with_password_file(folder: Path) -> Path:
    (folder / "password").write_text("S3cr3t-Zebra-99\n")
    (folder / "password").chmod(0o600)
    return write(folder, portal("password_from: file:password"))


@posix_only
def test_a_timer_is_installed_shown_and_removed(portal_bot: Program, system: Path) -> None:
    """The files stand where systemd looks, it is told of them, a user who does not linger is warned, and all of it goes again."""
    config = with_password_file(system)
    code, out, err = portal_bot("schedule", "install", "--for", "systemd", "--daily", "06:30", "-c", config)
    assert (code, "daily at 06:30" in out, "enable-linger" in err) == (0, True, True)
    units = system / "home" / ".config" / "systemd" / "user"
    timer, service = sorted(units.iterdir(), reverse=True)
    assert (timer.suffix, service.suffix, timer.stem) == (".timer", ".service", service.stem)
    assert "S3cr3t" not in timer.read_text() + service.read_text() + out + err
    calls = (system / "calls").read_text()
    assert f"systemctl --user daemon-reload\nsystemctl --user enable --now {timer.name}\n" in calls
    code, out, _ = portal_bot("schedule", "show", "--for", "systemd", "-c", config)
    assert (code, str(timer) in out) == (0, True)
    code, out, _ = portal_bot("schedule", "remove", "--for", "systemd", "-c", config)
    assert (code, list(units.iterdir())) == (0, [])
    assert f"disable --now {timer.name}" in (system / "calls").read_text()
    _, out, _ = portal_bot("schedule", "show", "--for", "systemd", "-c", config)
    assert "Nothing is scheduled" in out


@posix_only
def test_a_line_is_put_into_the_crontab_and_taken_out(portal_bot: Program, system: Path) -> None:
    """Through crontab alone; what stood there before stands there afterwards."""
    config = with_password_file(system)
    code, _, _ = portal_bot("schedule", "install", "--for", "cron", "--every", "2h", "-c", config)
    assert (code, (system / "crontab").read_text().count("\n")) == (0, 2)
    (system / "crontab").write_text("5 4 * * * mine\n" + (system / "crontab").read_text())
    code, out, _ = portal_bot("schedule", "show", "--for", "cron", "-c", config)
    assert (code, "apply --quiet --config" in out) == (0, True)
    assert portal_bot("schedule", "remove", "--for", "cron", "-c", config)[0] == 0
    assert (system / "crontab").read_text() == "5 4 * * * mine\n"


@posix_only
def test_a_crontab_that_cannot_be_read_is_not_written(portal_bot: Program, system: Path) -> None:
    """Else whatever stood in it would be gone."""
    config = with_password_file(system)
    (system / "programs" / "crontab").write_text(
        f'#!/bin/sh\n[ "$1" = -l ] && echo "permission denied" >&2 && exit 1\ntouch {system}/written\n'
    )
    code, _, err = portal_bot("schedule", "install", "--for", "cron", "--daily", "06:30", "-c", config)
    assert (code, "permission denied" in err, (system / "written").exists()) == (2, True, False)


@posix_only
@pytest.mark.parametrize("kind", ["systemd", "cron", "launchd", "windows"])
def test_a_dry_run_prints_and_changes_nothing(portal_bot: Program, system: Path, kind: str) -> None:
    """For each system, also on another; without a password too, and no program of the system is called."""
    config = write(system, ONE)
    code, out, _ = portal_bot("schedule", "install", "--dry-run", "--for", kind, "--on-calendar", "Mon..Fri 06:30", "-c", config)
    assert (code, str(config) in out) == (0, True)
    assert (system / "calls").read_text() == ""
    assert not (system / "home").exists()


@posix_only
@pytest.mark.parametrize("named", ["map:", "password_from: env:OFFICE_PASSWORD", "password_from: file:not-there"])
def test_a_run_that_would_find_no_password_is_not_scheduled(
    portal_bot: Program, system: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """A variable of this shell does not count, whether it is one of portal-bot's own or one that the config names."""
    (system / "pw").write_text("S3cr3t-Zebra-99")
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", "S3cr3t-Zebra-99")
    monkeypatch.setenv("PORTAL_BOT_PASSWORD_FILE", str(system / "pw"))
    monkeypatch.setenv("OFFICE_PASSWORD", "S3cr3t-Zebra-99")
    config = write(system, portal(named))
    code, out, err = portal_bot("schedule", "install", "--for", "systemd", "--daily", "06:30", "-c", config)
    assert (code, "A scheduled run would find no password." in err, "password_from: file:PATH" in err) == (2, True, True)
    assert "which a schedule does not see" in err
    assert "S3cr3t" not in out + err
    assert (system / "calls").read_text() == ""


@posix_only
def test_other_places_of_a_password_will_do(portal_bot: Program, system: Path, a_machine_of_its_own: Path) -> None:
    """A file that systemd hands over, a command, and (with a word about its end) a session kept by hand."""
    (system / "pw").write_text("S3cr3t-Zebra-99")
    plain = write(system, ONE)
    words = ("schedule", "install", "--for", "systemd", "--daily", "06:30", "-c")
    assert portal_bot(*words, plain)[0] == 2
    assert portal_bot(*words, plain, "--credential", system / "pw")[0] == 0
    (service,) = (system / "home").rglob("*.service")
    assert f"\nLoadCredential=portal-bot-password:{system / 'pw'}\n" in service.read_text()
    code, _, err = portal_bot(*words, plain, "--credential", system / "nothing")
    assert (code, "cannot be read" in err) == (2, True)
    assert portal_bot(*words, write(system, portal("password_from: 'command:echo S3cr3t-Zebra-99'"), "by-command.yaml"))[0] == 0
    SavedSessions(a_machine_of_its_own).keep("https://p.example.com|admin", {})
    code, _, err = portal_bot(*words, plain)
    assert (code, "till it is over" in err) == (0, True)


@posix_only
def test_a_folder_of_configs_is_one_timer(portal_bot: Program, system: Path) -> None:
    """Each portal's password has to be found by itself; one that systemd hands over would be typed into all of them."""
    (system / "pw").write_text("S3cr3t-Zebra-99")
    portals = system / "portals"
    portals.mkdir()
    write(portals, portal("password_from: file:../pw"), "north.yaml")
    south = portal("map:").replace("p.example.com", "q.example.com")
    write(portals, south, "south.yaml")
    words = ("schedule", "install", "--for", "systemd", "--daily", "06:30", "-c", portals)
    code, _, err = portal_bot(*words)
    assert (code, "south.yaml: A scheduled run would find no password." in err, "north.yaml" in err) == (2, True, False)
    code, _, err = portal_bot(*words, "--credential", system / "pw")
    assert (code, "would be typed into each portal" in err) == (2, True)
    assert (system / "calls").read_text() == ""
    write(portals, south.replace("map:", "password_from: file:../pw"), "south.yaml")
    code, out, _ = portal_bot(*words)
    assert (code, f"with {portals}" in out) == (0, True)
    (service,) = (system / "home").rglob("*.service")
    assert f'"apply" "--quiet" "--config" "{portals}"\n' in service.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["begin"], "must be one of show, install, remove"),
        (["show", "--for", "at"], "must be one of systemd, cron"),
        (["show", "--daily", "06:30"], "are for `schedule install`"),
        (["install", "--for", "cron"], "Say when"),
        (["install", "--for", "cron", "--daily", "06:30", "--credential", "x"], "--credential is for systemd"),
    ],
)
def test_words_that_make_no_sense_are_refused(portal_bot: Program, tmp_path: Path, words: list[str], said: str) -> None:
    """Exit 2 and a sentence; nothing is written."""
    code, _, err = portal_bot("schedule", *words, "-c", write(tmp_path, ONE))
    assert (code, said in err) == (2, True)
