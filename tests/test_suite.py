"""What holds for the suite itself, tried on small suites of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def suite(folder: Path, text: str, *options: str, ci: str = "") -> tuple[int, str, dict[str, str]]:
    """A suite with these tests, under the rules of this one: exit code, output, and what came of each test."""
    (folder / "test_small.py").write_text(text, encoding="utf-8")
    rules = ["-c", ROOT / "pyproject.toml", "--rootdir", ROOT, "-p", "tests.conftest", "-p", "no:cacheprovider", "-v"]
    environ = {name: value for name, value in os.environ.items() if name != "PLAYWRIGHT_NODEJS_PATH"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *rules, *options, folder],
        cwd=ROOT, env={**environ, "CI": ci}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    outcomes = re.findall(r"::(test_\w+) (PASSED|FAILED|ERROR|SKIPPED)", done.stdout)
    return done.returncode, done.stdout + done.stderr, dict(outcomes)


CAUGHT = """
import os, signal

def test_one(portal_bot, monkeypatch):
    monkeypatch.setattr("portal_bot.config.loader.load_config", lambda _: os.kill(os.getpid(), signal.SIGINT))
    assert portal_bot("validate")[0] == 0

def test_two():
    pass
"""
HANDLED = """
import os, signal
import pytest
from portal_bot.run.stopping.stop_signals import heeded_signals
from portal_bot.run.stopping.brakes import Brakes

@pytest.fixture
def a_run():
    brakes = Brakes(3)
    with heeded_signals(brakes):
        os.kill(os.getpid(), signal.SIGINT)
        assert brakes.stop.wait(10)
    assert brakes.reason is None

def test_one(a_run):
    pass

def test_two():
    pass
"""


@pytest.mark.parametrize("tests", [CAUGHT, HANDLED])
def test_ctrl_c_stops_the_suite_and_fails_no_test(tmp_path: Path, tests: str) -> None:
    """Also where the program catches it, or has a handler of its own: the next test does not begin."""
    code, out, outcomes = suite(tmp_path, tests)
    assert (code, outcomes) == (pytest.ExitCode.INTERRUPTED, {}), out
    assert "KeyboardInterrupt" in out


MIXED = """
import subprocess, sys
import pytest
from tests.helpers.missing_programs import is_missing, needs_program

TRIES = []

def driver():
    return subprocess.run([sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True)

@needs_program("no-such-program")
def test_needs_a_program():
    subprocess.run(["no-such-program"])

def test_finds_something_missing():
    is_missing("a browser")

@pytest.mark.flaky(reruns=1)
def test_is_known_to_race():
    TRIES.append(1)
    assert len(TRIES) > 1

def test_fails_once(tries=[]):
    tries.append(1)
    assert len(tries) > 1

def test_starts_a_browser():
    assert "needs the marker browser" in driver().stderr

@pytest.mark.browser
def test_is_marked():
    assert driver().returncode == 0

@pytest.mark.own_thread
def test_has_its_own_thread(request):
    assert request.node.get_closest_marker("browser")

def test_presses_ctrl_c(portal_bot, monkeypatch, press_ctrl_c):
    monkeypatch.setattr("portal_bot.config.loader.load_config", lambda _: press_ctrl_c())
    assert portal_bot("validate")[0] == 130

def test_has_a_page(page):
    pass
"""


def test_the_suite_skips_for_a_missing_program_and_runs_again_only_what_is_known_to_race(tmp_path: Path) -> None:
    """A test that starts a browser needs the marker (here it is Playwright's driver), and one that presses Ctrl-C goes on."""
    code, out, outcomes = suite(tmp_path, MIXED, "-k", "not has_a_page")
    assert outcomes == {
        "test_needs_a_program": "SKIPPED",
        "test_finds_something_missing": "SKIPPED",
        "test_is_known_to_race": "PASSED",
        "test_fails_once": "FAILED",
        "test_starts_a_browser": "PASSED",
        "test_is_marked": "PASSED",
        "test_has_its_own_thread": "PASSED",
        "test_presses_ctrl_c": "PASSED",
    }, out
    assert code == 1


def test_ci_skips_no_test_for_a_missing_program_and_counts_what_was_run_again(tmp_path: Path) -> None:
    """CI is not green because of what it did not try. Tests without a browser are all that `-m "not browser"` leaves."""
    code, out, outcomes = suite(tmp_path, MIXED, "-m", "not browser", ci="true")
    assert outcomes == {
        "test_needs_a_program": "FAILED",
        "test_finds_something_missing": "FAILED",
        "test_is_known_to_race": "PASSED",
        "test_fails_once": "FAILED",
        "test_starts_a_browser": "PASSED",
        "test_presses_ctrl_c": "PASSED",
    }, out
    assert (code, "3 deselected" in out) == (1, True)
    assert "a browser is missing, and CI skips no test for that" in out
    assert "tests run again: 1" in out
