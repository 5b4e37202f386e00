"""What is promised of browsers that run elsewhere: the same job through them, and plain words where they are not there."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal_bot.model.errors import BrowserMissing, PortalError
from portal_bot.model.exit_codes import Exit
from portal_bot.portal.browser.discovery import NoSettings, ensure_browser, find_browser, version_of
from portal_bot.sandbox import Sandbox
from tests.helpers.browser_elsewhere import running_chromium, said_by, system_chromium
from tests.helpers.config_files import portal, problems, write
from tests.helpers.missing_programs import is_missing
from tests.helpers.robot import Robot, everything_written, outcomes

SECRET_PATH = "a-path-that-only-we-know-4711"


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[str]:
    """A Chromium that runs already; the address of its debugging port."""
    if system_chromium() is None:
        is_missing("a Chromium of the system")
    with running_chromium(tmp_path / "profile") as address:
        yield address


@pytest.fixture
def playwright_server(tmp_path: Path) -> Iterator[str]:
    """A Playwright server with one path, whose own browser is that of this machine."""
    found = ensure_browser(NoSettings(), headless=True, say=print)
    environ = {}
    if found.executable_path is not None:
        told = subprocess.run(
            [sys.executable, "-m", "playwright", "install", "--dry-run", "--only-shell", "chromium"], capture_output=True, text=True
        )
        folder = re.search(r"chromium_headless_shell-\d+", told.stdout)
        assert folder
        own = tmp_path / "browsers" / folder[0]
        for place in ("chrome-headless-shell-linux64/chrome-headless-shell", "chrome-linux/headless_shell"):
            (own / place).parent.mkdir(parents=True)
            (own / place).write_text(f'#!/bin/sh\nexec "{found.executable_path}" "$@"\n')
            (own / place).chmod(0o700)
        (own / "INSTALLATION_COMPLETE").touch()
        environ = {"PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "browsers")}
    command = [sys.executable, "-m", "playwright", "run-server", "--host", "127.0.0.1", "--port", "0", "--path", f"/{SECRET_PATH}"]
    with said_by(command, r"ws://\S+", env={**os.environ, **environ}) as address:
        yield address


@pytest.mark.browser
@pytest.mark.skipif(sys.platform != "linux", reason="starts programs as Linux names them")
@pytest.mark.parametrize("way", ["cdp", pytest.param("connect", marks=pytest.mark.full)])
def test_the_job_is_done_in_a_browser_that_runs_elsewhere(
    request: pytest.FixtureRequest, sandbox_modern: Sandbox, tmp_path: Path, way: str
) -> None:
    """Through a debugging port or a Playwright server; what is written does not tell the server's secret path."""
    address = request.getfixturevalue({"cdp": "chromium", "connect": "playwright_server"}[way])
    (tmp_path / "bot").mkdir()
    bot = Robot(tmp_path / "bot", sandbox_modern.url, sandbox_modern.user_name, sandbox_modern.password, browser={way: address})
    report = bot.apply({"Meadowlark Pediatrics": {"providers": ["Wen Irwin, MD"]}})
    assert (report.exit, outcomes(report)) == (Exit.OK, [("Wen Irwin, MD", "granted")])
    assert [change["email"] for change in sandbox_modern.audit()["changes"]] == ["wen.irwin@example.com"]
    assert not [path for path, content in everything_written(report.folder) if SECRET_PATH.encode() in content]
    if way == "cdp":  # it is not ours to end, and our window in it is closed
        with urllib.request.urlopen(f"{address}/json/list") as answer:
            assert sandbox_modern.url not in json.dumps(json.load(answer))


@pytest.mark.skipif(sys.platform != "linux", reason="starts programs as Linux names them")
@pytest.mark.full
def test_a_browser_elsewhere_that_is_lost_under_way(sandbox_modern: Sandbox, tmp_path: Path) -> None:
    """The run ends as one of the portal, not as one that was never begun: who is done is proved and told."""
    if system_chromium() is None:
        is_missing("a Chromium of the system")
    with ExitStack() as stack:
        address = stack.enter_context(running_chromium(tmp_path / "profile"))
        bot = Robot(tmp_path, sandbox_modern.url, sandbox_modern.user_name, sandbox_modern.password, browser={"cdp": address})
        bot.heard = lambda event: stack.close() if event.kind == "person-done" and event["n"] == 1 else None
        report = bot.apply({"Meadowlark Pediatrics": {"providers": ["Wen Irwin, MD", "Priya Natarajan, NP"], "staff": ["Lena Ostrow"]}})
    assert report.exit is Exit.PORTAL
    assert [outcome for _, outcome in outcomes(report)] == ["granted", "failed", "not-tried"]
    assert isinstance(report.error, PortalError)
    assert "cannot be reached. Nothing listens there. Who is done stays done." in report.error.message
    assert "Nothing was opened" not in report.error.message


@pytest.mark.browser
def test_a_run_without_its_browser_has_opened_nothing(tmp_path: Path, unused: Callable[[], int]) -> None:
    """That is a matter of the config, and everybody stands as not tried."""
    bot = Robot(tmp_path, "https://portal.example.com/", "office", "secret", browser={"cdp": f"http://127.0.0.1:{unused()}"})
    report = bot.apply({"Meadowlark Pediatrics": {"providers": ["Wen Irwin, MD"]}})
    assert (report.exit, outcomes(report)) == (Exit.BAD_CONFIG, [("Wen Irwin, MD", "not-tried")])
    assert "Nothing was opened." in str(report.error)


@pytest.mark.browser
@pytest.mark.parametrize(("way", "scheme"), [("connect", "ws"), ("cdp", "http")])
def test_a_browser_that_is_not_there_is_named(way: str, scheme: str, unused: Callable[[], int]) -> None:
    """The server, the key of the config and what to do; not the path, which is a secret."""
    found = find_browser(NoSettings(**{way: f"{scheme}://127.0.0.1:{unused()}/{SECRET_PATH}"}), headless=True)
    assert found
    with pytest.raises(BrowserMissing) as caught:
        version_of(found)
    assert f"(browser: {way}:) cannot be reached. Nothing listens there. Nothing was opened." in caught.value.message
    assert f"{scheme}://127.0.0.1:" in caught.value.message
    assert SECRET_PATH not in str(caught.value) + repr(found)


@pytest.fixture
def unused() -> Callable[[], int]:
    """A port that nothing listens on."""

    def port() -> int:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            return int(listening.getsockname()[1])

    return port


@pytest.mark.parametrize(
    ("browser", "told"),
    [
        ("connect: 'http://127.0.0.1:3000/'", "'connect': this must be an address that begins with ws:// or wss://."),
        ("connect: 'ws://elsewhere.example.com:3000/'", "the password goes this way: use wss:// or https://"),
        ("cdp: 'http://elsewhere.example.com:9222'", "the password goes this way: use wss:// or https://"),
        ("connect: 'ws://127.0.0.1:3000/', channel: msedge", "'connect' and 'channel' name two browsers; keep one of them."),
        ("connect: 'ws://127.0.0.1:3000/', cdp: 'http://127.0.0.1:9222'", "'connect' and 'cdp' name two browsers; keep one of them."),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, browser: str, told: str) -> None:
    """Before anything is opened, with the line: the wrong kind of address, an open way for the password, two browsers."""
    (problem,) = problems(write(tmp_path, portal("password_from: keyring") + f"browser: {{{browser}}}\n"))
    assert problem.startswith("config.yaml:8: ")
    assert told in problem
