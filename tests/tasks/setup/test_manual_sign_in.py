"""Signing in by hand (tasks/setup/manual_sign_in.py), the session that is kept (run/account/saved_session.py), and runs on it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import keyring
import pytest

from portal_bot.config.loader import Config, account_of, load_config
from portal_bot.model.entities import Mode, Outcome
from portal_bot.model.errors import CredentialError, PortalError, SessionUnreadable, SignInNeedsPerson
from portal_bot.model.exit_codes import Exit
from portal_bot.run.account.refused_passwords import RefusedPasswords
from portal_bot.run.account.saved_session import SavedSessions, kept_session_age
from portal_bot.run.engine import run
from portal_bot.run.run_options import RunOptions, RunReport
from portal_bot.tasks.setup.manual_sign_in import WindowForAPerson, window_for_a_person
from tests.helpers.keyring_in_memory import KeyringInMemory
from tests.helpers.program import Program
from tests.helpers.robot import Robot, everything_written

if TYPE_CHECKING:
    from portal_bot.sandbox import Sandbox

ACCOUNT = "https://portal.example.com|office.admin@example.com"
SESSION = {"state": {"cookies": [{"name": "session", "value": "S3ss10n-Zebra"}]}, "address": "https://x/", "tab": {}, "origin": "https://x"}
WEN = {"Meadowlark Pediatrics": {"providers": ["Wen Irwin, MD"]}}


@pytest.fixture
def in_memory() -> Iterator[KeyringInMemory]:
    """A system with a keyring that answers."""
    before, backend = keyring.get_keyring(), KeyringInMemory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def sessions(a_machine_of_its_own: Path) -> SavedSessions:
    return SavedSessions(a_machine_of_its_own)


# -- the file ---------------------------------------------------------------------------------------------------------


def test_a_kept_session_comes_back(sessions: SavedSessions, a_machine_of_its_own: Path) -> None:
    """With the time of its sign-in, for its own account alone, and gone when it is forgotten."""
    assert sessions.load(ACCOUNT) is None
    assert sessions.keep(ACCOUNT, SESSION) is False
    assert sessions.load(ACCOUNT) == SESSION
    assert sessions.load(f"{ACCOUNT}.other") is None
    age = kept_session_age(ACCOUNT, a_machine_of_its_own, datetime.now(UTC) + timedelta(days=3))
    assert age is not None
    assert age.days == 3
    assert (sessions.forget(ACCOUNT), sessions.forget(ACCOUNT)) == (True, False)
    assert sessions.load(ACCOUNT) is None
    assert kept_session_age(ACCOUNT, a_machine_of_its_own, datetime.now(UTC)) is None


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_only_its_owner_can_read_it(sessions: SavedSessions, a_machine_of_its_own: Path) -> None:
    """0600, whatever the umask."""
    before = os.umask(0)
    try:
        sessions.keep(ACCOUNT, SESSION)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in a_machine_of_its_own.iterdir()} == {0o600}


def test_with_a_keyring_it_is_encrypted(sessions: SavedSessions, in_memory: KeyringInMemory, a_machine_of_its_own: Path) -> None:
    """The file tells nothing without the key in the keyring, and the key goes with the session."""
    assert sessions.keep(ACCOUNT, SESSION) is True
    assert not any(b"Zebra" in content for _, content in everything_written(a_machine_of_its_own))
    assert sessions.load(ACCOUNT) == SESSION
    (key,) = in_memory.kept
    kept = in_memory.kept.pop(key)
    with pytest.raises(SessionUnreadable, match="gives no answer or has it no more"):
        sessions.load(ACCOUNT)
    in_memory.kept[key] = "A" * 43 + "="
    with pytest.raises(SessionUnreadable, match="another key"):
        sessions.load(ACCOUNT)
    in_memory.kept[key] = kept
    sessions.forget(ACCOUNT)
    assert in_memory.kept == {}


def test_a_damaged_file_is_told(sessions: SavedSessions, a_machine_of_its_own: Path) -> None:
    """Not taken for no session at all, and not a crash."""
    sessions.keep(ACCOUNT, SESSION)
    (file,) = a_machine_of_its_own.iterdir()
    file.write_text('{"how": "plain"')
    with pytest.raises(SessionUnreadable, match="damaged"):
        sessions.load(ACCOUNT)


# -- a person, and runs after that ------------------------------------------------------------------------------------


def config_for(portal: Sandbox, folder: Path) -> Config:
    return load_config(Robot(folder, portal.url, portal.user_name, portal.password).write(WEN))


def sign_in_by_hand(window: WindowForAPerson, portal: Sandbox) -> None:
    """What a person does in the window."""
    page = window.portal.page
    page.locator("input[type=password]").wait_for()
    page.locator("input:visible").first.fill(portal.user_name)
    page.locator("input[type=password]").fill(portal.password)
    page.locator("input[type=password]").press("Enter")


def keep_a_session(portal: Sandbox, config: Config, sessions: SavedSessions) -> None:
    with window_for_a_person(config, headless=True) as window:
        sign_in_by_hand(window, portal)
        sessions.keep(account_of(config), asdict(window.session()))


def go(config: Config, mode: Mode = Mode.APPLY) -> RunReport:
    return run(config, RunOptions(mode))


@pytest.mark.own_thread
def test_runs_go_on_from_a_sign_in_by_hand(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, sessions: SavedSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No password is needed or sent; the run leaves the session as good as it was; when it is over, the run says so."""
    portal = start_sandbox(layout="modern", people=8, practices=1)
    config = config_for(portal, tmp_path)
    with pytest.raises(CredentialError):
        go(config)
    keep_a_session(portal, config, sessions)
    first = go(config)
    assert (first.exit, first.results[0].outcome) == (Exit.OK, Outcome.GRANTED)
    second = go(config)
    assert (second.exit, second.results[0].outcome) == (Exit.OK, Outcome.UNCHANGED)
    audit = portal.audit()
    assert (len(audit["sign_ins"]), audit["sign_outs"]) == (1, 0)
    cookies = [cookie["value"] for cookie in (sessions.load(account_of(config)) or {})["state"]["cookies"] if cookie["httpOnly"]]
    assert cookies
    assert not any(cookie.encode() in content for cookie in cookies for _, content in everything_written(tmp_path))

    portal.end_sessions()
    over = go(config, Mode.PLAN)
    assert (over.exit, type(over.error)) == (Exit.PORTAL, SignInNeedsPerson)
    assert "portal-bot login" in str(over.error)
    assert len(portal.audit()["sign_ins"]) == 1

    monkeypatch.setenv("PORTAL_BOT_PASSWORD", portal.password)
    by_password = go(config, Mode.PLAN)
    assert by_password.exit is Exit.OK
    assert "no longer takes the session" in (by_password.folder / "run.log").read_text(encoding="utf-8")
    audit = portal.audit()
    assert (len(audit["sign_ins"]), audit["sign_outs"]) == (2, 1)


@pytest.mark.own_thread
def test_a_refused_password_does_not_stop_a_run_that_needs_none(
    start_sandbox: Callable[..., Sandbox],
    tmp_path: Path,
    sessions: SavedSessions,
    monkeypatch: pytest.MonkeyPatch,
    a_machine_of_its_own: Path,
) -> None:
    """The kept session is used, and what was refused is not sent when that is over."""
    portal = start_sandbox(layout="classic", people=8, practices=1)
    config = config_for(portal, tmp_path)
    keep_a_session(portal, config, sessions)
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", "wrong-Zebra-99")
    RefusedPasswords(a_machine_of_its_own).remember(account_of(config), "wrong-Zebra-99")
    assert go(config, Mode.PLAN).exit is Exit.OK
    portal.end_sessions()
    over = go(config, Mode.PLAN)
    assert (over.exit, type(over.error)) == (Exit.PORTAL, SignInNeedsPerson)
    assert len(portal.audit()["sign_ins"]) == 1


@pytest.mark.own_thread
@pytest.mark.full
def test_a_kept_session_is_not_shared(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, sessions: SavedSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a password too, workers and `share_session`: the person's session is one worker's and stays; the other's own is signed out."""
    portal = start_sandbox(layout="modern", people=8, practices=2)
    everybody = [{"name": row.display, "email": row.email} for row in portal.site.office.people(1, "staff")]
    robot = Robot(tmp_path, portal.url, portal.user_name, portal.password, run={"workers": 2, "share_session": True})
    config = load_config(robot.write({"Meadowlark Pediatrics": {"staff": everybody[:4]}}))
    keep_a_session(portal, config, sessions)
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", portal.password)
    assert go(config).exit is Exit.OK
    audit = portal.audit()
    assert (len(audit["sign_ins"]), audit["sign_outs"]) == (2, 1)
    monkeypatch.delenv("PORTAL_BOT_PASSWORD")
    assert go(config).exit is Exit.OK


@pytest.mark.own_thread
def test_a_kept_session_that_no_browser_takes(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, sessions: SavedSessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one of another version: the password does."""
    portal = start_sandbox(layout="classic", people=8, practices=1)
    config = config_for(portal, tmp_path)
    sessions.keep(account_of(config), {**SESSION, "address": portal.url})
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", portal.password)
    report = go(config, Mode.PLAN)
    assert report.exit is Exit.OK
    assert "no longer takes the session" in (report.folder / "run.log").read_text(encoding="utf-8")


@pytest.mark.own_thread
def test_nobody_signs_in(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """After the time is over it says what that may be, and nothing was typed or kept."""
    portal = start_sandbox(layout="classic", people=8, practices=1)
    with (
        window_for_a_person(config_for(portal, tmp_path), headless=True) as window,
        pytest.raises(PortalError, match="Nobody was seen to sign in") as caught,
    ):
        window.session(within=0.5)
    assert "portal-bot doctor" in caught.value.hint
    assert portal.audit()["sign_ins"] == []


@pytest.mark.own_thread
def test_a_window_that_is_closed(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """Is told as that."""
    portal = start_sandbox(layout="classic", people=8, practices=1)
    with window_for_a_person(config_for(portal, tmp_path), headless=True) as window:
        window._browser.leave(window.portal.page)
        with pytest.raises(PortalError, match="The window was closed"):
            window.session(within=5)


# -- the command ------------------------------------------------------------------------------------------------------


def test_forgetting_opens_nothing(portal_bot: Program, tmp_path: Path, sessions: SavedSessions, a_machine_of_its_own: Path) -> None:
    """--forget and --forget-refusal say what was there, and take it away."""
    path = Robot(tmp_path, "https://portal.example.com/", "office.admin@example.com", "x").write(WEN)
    sessions.keep(ACCOUNT, SESSION)
    refusals = RefusedPasswords(a_machine_of_its_own)
    refusals.remember(ACCOUNT, "wrong-Zebra-99")
    code, out, _ = portal_bot("login", "-c", path, "--forget", "--forget-refusal")
    assert (code, "session is deleted" in out, "refusal is forgotten" in out) == (0, True, True)
    assert (sessions.load(ACCOUNT), refusals.check(ACCOUNT, "wrong-Zebra-99")) == (None, None)
    code, out, _ = portal_bot("login", "-c", path, "--forget", "--forget-refusal")
    assert (code, "No session is kept" in out, "No refusal is remembered" in out) == (0, True, True)
