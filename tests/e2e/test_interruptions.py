"""What happens to a run from outside: refused twice, signals, kill -9, a second run, a browser that dies, a portal that is down."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page

import portal_bot.run.session.password_sign_in
from flows.sign_in import sign_in
from portal_bot.model.exit_codes import Exit
from portal_bot.portal.browser import process as session
from portal_bot.portal.browser.process import BrowserProcess
from portal_bot.sandbox import Sandbox
from tests.helpers.robot import Robot, everything_written, outcomes

MEADOWLARK = "Meadowlark Pediatrics"
PEOPLE = {MEADOWLARK: {"staff": ["Marcus Bell", {"name": "Ana Reyes", "email": "ana.reyes@example.com"}], "providers": ["Wen Irwin, MD"]}}
PROGRAM = [sys.executable, "-c", "from portal_bot.cli import main; main()"]


class Started:
    """The program as a process of its own, with what it has written so far."""

    def __init__(self, folder: Path, config: Path, password: str, *words: str) -> None:
        self.folder = folder
        environ = {**os.environ, "PORTAL_BOT_PASSWORD": password, "PORTAL_BOT_STATE_DIR": str(folder / "state")}
        self.process = subprocess.Popen(
            [*PROGRAM, *words, "-c", str(config)], env=environ, cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def wait_for(self, kind: str) -> None:
        """Until an event of this kind stands in the newest run folder."""
        while not any(event["kind"] == kind for event in self.events()):
            assert self.process.poll() is None, self.process.communicate()
            try:
                self.process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue

    def events(self) -> Iterator[dict[str, Any]]:
        folders = sorted((self.folder / "runs").glob("*/events.jsonl"))
        for line in folders[-1].read_text(encoding="utf-8").splitlines() if folders else []:
            try:
                yield json.loads(line)
            except ValueError:
                return

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err

    def results(self) -> dict[str, Any]:
        newest = sorted((self.folder / "runs").glob("*/results.json"))[-1]
        found: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))
        return found


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    running: list[Started] = []

    def start(sandbox: Sandbox, *words: str, password: str | None = None) -> Started:
        config = Robot(tmp_path, sandbox.url, sandbox.user_name, "").write(PEOPLE)
        running.append(Started(tmp_path, config, sandbox.password if password is None else password, *words))
        return running[-1]

    yield start
    for each in running:
        each.process.kill()


def test_a_refused_password_is_never_sent_twice(sandbox_classic: Sandbox, started: Callable[..., Started], tmp_path: Path) -> None:
    """Accounts lock: the second run says when it was refused and does not open the portal; another password is tried."""
    wrong = "Wrong-Horse-41"
    code, _, err = started(sandbox_classic, "apply", password=wrong).end()
    assert code == Exit.PORTAL, err
    assert "refused the user name or password" in err
    assert len(sandbox_classic.audit()["sign_ins"]) == 1

    code, _, err = started(sandbox_classic, "apply", password=wrong).end()
    assert code == Exit.PORTAL
    assert "was not sent again" in err
    assert len(sandbox_classic.audit()["sign_ins"]) == 1
    for path, content in everything_written(tmp_path):
        assert wrong.encode() not in content, path
    assert wrong not in err

    code, _, err = started(sandbox_classic, "plan").end()
    assert code == Exit.OK, err


def test_sigterm_finishes_the_record_in_hand_signs_out_and_tells_the_rest(
    start_sandbox: Callable[..., Sandbox], started: Callable[..., Started]
) -> None:
    sandbox = start_sandbox(layout="modern", faults=("slow-save:1",))
    run = started(sandbox, "apply")
    run.wait_for("about-to-save")
    run.process.send_signal(signal.SIGTERM)
    code, _, err = run.end()
    assert code == Exit.INTERRUPTED, err
    told = [(row["name"], row["outcome"]) for row in run.results()["people"]]
    assert [outcome for _, outcome in told] == ["granted", "not-tried", "not-tried"]
    assert len(sandbox.audit()["changes"]) == 1
    assert sandbox.audit()["sign_outs"] == 1
    assert run.results()["run"]["exit_code"] == 130


@pytest.mark.full
def test_after_kill_9_the_next_run_names_what_was_left_open_and_finishes(
    start_sandbox: Callable[..., Sandbox], started: Callable[..., Started]
) -> None:
    sandbox = start_sandbox(layout="modern", faults=("slow-save:2*1",))
    run = started(sandbox, "apply")
    run.wait_for("about-to-save")
    for process in [*psutil.Process(run.process.pid).children(recursive=True), run.process]:
        process.kill()
    run.end()
    assert run.results()["run"]["finished"] is None
    again = started(sandbox, "apply")
    code, _, err = again.end()
    assert code == Exit.OK, err
    assert "ended while Messaging of" in err
    stored = [(change["person"], change["field"]) for change in sandbox.audit()["changes"]]
    assert len(stored) == 3
    assert len(set(stored)) == 3


@pytest.mark.full
def test_two_runs_at_once_on_one_account_are_refused(start_sandbox: Callable[..., Sandbox], started: Callable[..., Started]) -> None:
    sandbox = start_sandbox(layout="modern", faults=("slow-save:2*1",))
    first = started(sandbox, "apply")
    first.wait_for("about-to-save")
    code, _, err = started(sandbox, "plan").end()
    assert code == Exit.REFUSED
    assert f"process {first.process.pid}" in err
    assert first.end()[0] == Exit.OK


@pytest.mark.full
def test_a_browser_that_dies_is_replaced_once(start_sandbox: Callable[..., Sandbox], started: Callable[..., Started]) -> None:
    sandbox = start_sandbox(layout="modern", faults=("slow-save:1*1",))
    run = started(sandbox, "apply")
    run.wait_for("about-to-save")
    for child in psutil.Process(run.process.pid).children(recursive=True):
        if "chrom" in child.name():
            child.kill()
    code, _, err = run.end()
    assert code == Exit.OK, err
    stored = [change["person"] for change in sandbox.audit()["changes"]]
    assert sorted(stored) == sorted(set(stored))
    assert len(stored) == 3


@pytest.mark.full
@pytest.mark.parametrize(
    "handed_over", [pytest.param(True, id="that of the sign-in"), pytest.param(False, id="that of a session that ended")]
)
def test_a_page_that_does_not_close_costs_nobody(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handed_over: bool
) -> None:
    """The browser is stopped in its tracks as a page is left for the first time, so that it has to be ended: another one goes on, and
    everybody is done. The page of the sign-in is left where its session is handed over, as if somebody looked on."""
    sandbox = start_sandbox(layout="modern")
    closes, times = BrowserProcess.leave, 0

    def leave(browser: BrowserProcess, place: Page | BrowserContext) -> None:
        nonlocal times
        times += 1
        if times == 1:
            assert browser._driver is not None
            for process in browser._driver.children(recursive=True):
                process.suspend()
        closes(browser, place)

    monkeypatch.setattr(session, "CLOSING", 0.5)
    monkeypatch.setattr(BrowserProcess, "leave", leave)
    if handed_over:
        monkeypatch.setattr(portal_bot.run.session.password_sign_in, "sign_in", lambda *said, **more: sign_in(*said, **more) and False)
    robot = Robot(tmp_path, sandbox.url, sandbox.user_name, sandbox.password)
    robot.heard = lambda event: sandbox.end_sessions() if event.kind == "person-done" and event["n"] == 1 else None
    report = robot.apply(PEOPLE)
    assert (report.exit, {outcome for _, outcome in outcomes(report)}) == (Exit.OK, {"granted"}), report.error
    assert times > handed_over


@pytest.mark.full
def test_a_portal_that_is_down_is_told_by_name(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{held.getsockname()[1]}/"
        report = Robot(tmp_path, url, "office.admin@example.com", "some-password").apply(PEOPLE)
    assert report.exit is Exit.PORTAL
    assert "cannot be reached" in str(report.error)


@pytest.mark.full
def test_a_clock_that_jumps_back_under_way_changes_nothing(
    sandbox_modern: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waits and the deadline go by the clock that only runs forward; the people are done and the results are whole."""

    class Jumping(datetime):
        asked = 0

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Jumping:
            cls.asked += 1
            return cls.fromtimestamp(time.time() - (3 * 3600 if cls.asked > 15 else 0), tz)

    monkeypatch.setattr("portal_bot.model.events.datetime", Jumping)
    monkeypatch.setattr("portal_bot.output.run_folder.datetime", Jumping)
    report = Robot(tmp_path, sandbox_modern.url, sandbox_modern.user_name, sandbox_modern.password).apply(PEOPLE)
    assert Jumping.asked > 15
    assert report.exit is Exit.OK, report.error
    assert [result.outcome for result in report.results] == ["granted"] * 3
    assert len(sandbox_modern.audit()["changes"]) == 3
