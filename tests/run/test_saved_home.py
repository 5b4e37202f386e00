"""A saved home of the version before: its state, history, sessions, timers, config, map and run folders are read.

``saved_home`` was written by portal-bot as it was before its packages. The people in it are invented.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal_bot.config.loader import Config, account_of, load_config
from portal_bot.config.people.spreadsheet import read_people
from portal_bot.model.entities import Mode
from portal_bot.model.errors import SessionUnreadable, SignInRefused
from portal_bot.output.history import History
from portal_bot.output.report.run_report import write_report
from portal_bot.output.results_file import RunHeader
from portal_bot.output.retention import clear
from portal_bot.output.unfinished_saves import left_open
from portal_bot.portal.map.portal_map import load_map, packaged_map
from portal_bot.run.account.refused_passwords import RefusedPasswords
from portal_bot.run.account.saved_session import SavedSessions
from portal_bot.run.session.resume import ResumableSession
from portal_bot.tasks.schedule import cron, systemd
from portal_bot.tasks.schedule.job import Job
from portal_bot.tasks.schedule.timing import timing
from tests.helpers.keyring_in_memory import KeyringInMemory
from tests.helpers.program import Program


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The saved home, in use."""
    place = tmp_path / "home"
    shutil.copytree(Path(__file__).with_name("saved_home"), place)
    monkeypatch.setenv("PORTAL_BOT_STATE_DIR", str(place / "state"))
    return place


@pytest.fixture
def config(home: Path) -> Config:
    return load_config(home / "config.yaml")


@pytest.fixture
def header(config: Config) -> RunHeader:
    return RunHeader(Mode.APPLY, config.portal.url, config.portal.user_name, config.sha256)


def test_the_config_and_the_map_mean_the_same(config: Config) -> None:
    """Who shall have what, and what the portal calls things."""
    wanted = [(each.list.value, each.person.name, each.wanted, each.until is not None) for each in config.assignments()]
    assert wanted == [
        ("providers", "Wen Irwin, MD", True, False),
        ("staff", "Ana Reyes", True, False),
        ("staff", "Omar Haddad", False, False),
        ("staff", "Nina Castellano", True, True),
    ]
    portal_map = load_map(config.portal.map, packaged_map())
    assert portal_map.captions["staff"] == "Team Members"
    assert [str(each.name) for each in portal_map.save.button] == ["Save changes"]


def test_a_list_of_people_is_read(home: Path) -> None:
    people = read_people(home / "people.csv")
    assert [(row.name, row.access) for row in people.rows] == [("Ana Reyes", True), ("Omar Haddad", False)]


def test_the_history_is_whole_and_goes_on(home: Path, portal_bot: Program) -> None:
    """Every row keeps its hash, the runs are shown, and the account is known to have been changed before."""
    history = History(home / "state")
    verdict = history.verify()
    assert (verdict.rows, verdict.broken) == (10, "")
    assert [run["counts"] for run in history.runs()] == [
        {"granted": 1, "removed": 1, "unchanged": 1, "awaited": 1},
        {"unchanged": 3, "awaited": 1},
    ]
    assert [row["outcome"] for row in history.of_person("Irwin, Wen")] == ["granted", "unchanged"]
    code, out, _ = portal_bot("history", "--verify")
    assert code == 0
    assert verdict.head[:12] in out


def test_a_saved_session_is_taken_up(config: Config, home: Path) -> None:
    """A session that a person began before is the next run's."""
    kept = ResumableSession.of(config, home / "state")
    assert kept is not None and kept.session is not None and kept.warnings == ()
    assert kept.signed_in == datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
    assert kept.session.address == "https://portal.example.com/dashboard"
    assert kept.session.state["cookies"][0]["value"] == "invented"
    assert kept.session.tab == {"token": "invented-token-0123456789"}


def test_an_encrypted_session_is_opened_with_its_old_key(config: Config, home: Path) -> None:
    """The key's name in the keyring is the same as before."""
    keyring = pytest.importorskip("keyring")
    account = account_of(config).replace("office.admin", "second.admin")
    before, backend = keyring.get_keyring(), KeyringInMemory()
    keyring.set_keyring(backend)
    try:
        with pytest.raises(SessionUnreadable):
            SavedSessions(home / "state").load(account)
        for place, key in json.loads((home / "keyring.json").read_text("utf-8")).items():
            service, _, user = place.partition("/")
            keyring.set_password(service, user, key)
        session = SavedSessions(home / "state").load(account)
    finally:
        keyring.set_keyring(before)
    assert session is not None
    assert session["origin"] == "https://portal.example.com"


def test_a_refused_password_stays_refused(config: Config, home: Path) -> None:
    """It is not sent again by the new version, from here or from a worker of a cluster."""
    refused = RefusedPasswords(home / "state")
    with pytest.raises(SignInRefused):
        refused.refuse_again(account_of(config), "an old password")
    assert refused.check(account_of(config), "another password") is None
    with pytest.raises(SignInRefused):
        refused.refuse_elsewhere(account_of(config).replace("office.admin", "second.admin"))


def test_a_save_that_was_left_open_is_named(home: Path, header: RunHeader) -> None:
    """The last run before was killed in the middle of a Save."""
    (save,) = left_open(home / "runs", header)
    assert (save.person, save.permission, save.wanted) == ("Wen Irwin, MD", "Messaging", True)


def test_the_page_of_an_old_run_is_made_again(home: Path, config: Config, portal_bot: Program) -> None:
    """Finished or killed, each old run folder still gives its page."""
    folders = sorted((home / "runs").iterdir())
    assert len(folders) == 3
    for folder in folders:
        write_report(folder)
        assert "Wen Irwin, MD" in (folder / "report.html").read_text("utf-8")


def test_old_run_folders_are_cleared_like_new_ones(home: Path, header: RunHeader) -> None:
    later = datetime.now(UTC) + timedelta(days=3650)
    cleared = clear(
        home / "runs", header, current=home / "runs/99990101T000000.000Z-ffffffff", now=later, pictures=None, runs=timedelta(days=1)
    )
    assert (cleared.runs, cleared.problems) == (3, ())


def test_timers_stay_as_they_are(home: Path) -> None:
    """What a schedule of the version before starts is what this one would install."""
    job = Job(Path("/opt/portal-bot/bin/portal-bot"), Path("/home/office/config.yaml"), timing("06:30", None, None))
    assert systemd.service_unit(job) == (home / "timer.service").read_text("utf-8")
    assert systemd.timer_unit(job) == (home / "timer.timer").read_text("utf-8")
    crontab = (home / "crontab").read_text("utf-8")
    assert cron.with_job("", job) == crontab
    assert cron.without_job(crontab, job.name).strip() == ""


def test_nothing_that_is_stored_names_a_module(home: Path) -> None:
    """Stored data outlives the names of packages, so none of them is in it."""
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"portal_bot." not in content, path
            assert not content.startswith(b"\x80"), f"{path} is a pickle"
    assert os.environ["PORTAL_BOT_STATE_DIR"] == str(home / "state")
