"""Finding, installing and starting a browser (portal_bot/portal/browser/discovery.py)."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
from playwright.sync_api import Page

from portal_bot.cli.demo.demo import example_config
from portal_bot.model.errors import BrowserMissing
from portal_bot.model.exit_codes import Exit
from portal_bot.portal.browser.discovery import NoSettings, context_options, ensure_browser, find_browser, launch_options, version_of
from portal_bot.portal.browser.found_browser import FoundBrowser
from portal_bot.portal.browser.install_locations import CHANNELS, Machine, channel_places, system_browsers
from tests.helpers.missing_programs import is_missing
from tests.helpers.program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="makes programs out of shell scripts")


@dataclass
class Settings:
    channel: str | None = None
    executable_path: Path | str | None = None
    connect: str | None = None
    cdp: str | None = None


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser, and without a network to get one from; returns its only folder of programs."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    return programs


def program(path: Path, script: str = "exit 0") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def debian_with_root() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists()


def test_nothing_installed_is_nothing_found(bare_machine: Path) -> None:
    """Looking for a browser neither invents nor installs one."""
    assert find_browser(NoSettings(), headless=True) is None
    assert find_browser(NoSettings(), headless=False) is None


def test_the_headless_shell_is_for_headless_runs_only(bare_machine: Path) -> None:
    """Headless prefers the shell; headed takes the browser that has a window."""
    shell = program(bare_machine / "chromium-headless-shell")
    full = program(bare_machine / "chromium")
    seen = [find_browser(NoSettings(), headless=headless) for headless in (True, False)]
    assert [found and found.executable_path for found in seen] == [shell, full]


def test_chrome_before_edge_before_chromium(bare_machine: Path) -> None:
    """The system's browsers come in the order that the documentation gives."""
    names = ["google-chrome", "microsoft-edge", "chromium"]
    for name in names:
        program(bare_machine / name)
    machine = Machine("linux", os.environ, Path.home())
    assert [path.name for _, path in system_browsers(machine, headless=False)] == names


@pytest.mark.browser
def test_playwrights_own_comes_before_the_systems(bare_machine: Path, tmp_path: Path) -> None:
    """A Chromium that fits the running Playwright comes first: its shell, or else its full browser without a window."""
    program(bare_machine / "google-chrome")
    revision = own_revision()
    for name in ("chromium", "chromium_headless_shell"):
        folder = tmp_path / "playwright" / f"{name}-{revision}"
        folder.mkdir(parents=True)
        (folder / "INSTALLATION_COMPLETE").touch()
        found = find_browser(NoSettings(), headless=True)
        assert found
        assert found.executable_path is None
        assert found.channel == ("chromium" if name == "chromium" else None)


def test_a_download_that_broke_off_does_not_count(bare_machine: Path, tmp_path: Path) -> None:
    """Playwright's folder without its mark of completion is not a browser."""
    (tmp_path / "playwright" / f"chromium_headless_shell-{own_revision()}").mkdir(parents=True)
    assert find_browser(NoSettings(), headless=True) is None


def own_revision() -> str:
    import json

    import playwright

    browsers = json.loads((Path(playwright.__file__).parent / "driver/package/browsers.json").read_text())
    return str(next(each["revision"] for each in browsers["browsers"] if each["name"] == "chromium"))


def test_the_configured_path_comes_first(bare_machine: Path, tmp_path: Path) -> None:
    """What the config names is used, whatever else is installed."""
    program(bare_machine / "chromium-headless-shell")
    mine = program(tmp_path / "my-browser")
    found = find_browser(Settings(executable_path=mine), headless=True)
    assert found == FoundBrowser(mine, None, f"the browser that the config names ({mine})")


def test_a_configured_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """No other browser is used in silence."""
    with pytest.raises(BrowserMissing, match=r"nowhere, but there is no such file. Nothing was opened") as caught:
        find_browser(Settings(executable_path=tmp_path / "nowhere"), headless=True)
    assert caught.value.exit is Exit.BAD_CONFIG
    assert "remove the line" in caught.value.hint


def test_a_configured_path_that_is_no_program_is_an_error(tmp_path: Path) -> None:
    """A text file is told from a program."""
    (tmp_path / "notes.txt").touch()
    with pytest.raises(BrowserMissing, match="not a program"):
        find_browser(Settings(executable_path=tmp_path / "notes.txt"), headless=True)


def test_a_misspelt_channel_names_those_there_are() -> None:
    """The message has the list to choose from."""
    with pytest.raises(BrowserMissing, match="'crome', which does not exist") as caught:
        find_browser(Settings(channel="crome"), headless=True)
    assert "msedge" in caught.value.hint


@pytest.mark.skipif(Path("/opt/google/chrome-canary").exists(), reason="it is installed here")
def test_a_channel_that_is_not_installed_says_so() -> None:
    """No other browser is used in silence."""
    with pytest.raises(BrowserMissing, match="'chrome-canary', which is not installed here"):
        find_browser(Settings(channel="chrome-canary"), headless=True)


@pytest.mark.parametrize(
    ("system", "channel", "place"),
    [
        ("linux", "chrome", "/opt/google/chrome/chrome"),
        ("linux", "chrome-dev", "/opt/google/chrome-unstable/chrome"),
        ("linux", "msedge-beta", "/opt/microsoft/msedge-beta/msedge"),
        ("darwin", "chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("darwin", "msedge", "/Users/ana/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
        ("win32", "chrome", "C:/Program Files/Google/Chrome/Application/chrome.exe"),
        ("win32", "msedge", "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe"),
        ("win32", "chrome-canary", "C:/Users/ana/AppData/Local/Google/Chrome SxS/Application/chrome.exe"),
    ],
)
def test_the_usual_places_of_each_system(system: str, channel: str, place: str) -> None:
    """Each channel is looked for where its vendor installs it."""
    windows = {
        "PROGRAMFILES": "C:/Program Files",
        "PROGRAMFILES(X86)": "C:/Program Files (x86)",
        "LOCALAPPDATA": "C:/Users/ana/AppData/Local",
    }
    machine = Machine(system, windows, Path("/Users/ana"))
    assert PurePosixPath(place) in [PurePosixPath(each) for each in channel_places(channel, machine)]


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_every_channel_has_a_place_on_every_system(system: str) -> None:
    """A channel that the config allows never ends in a crash."""
    machine = Machine(system, {"PROGRAMFILES": "C:/Program Files"}, Path("/Users/ana"))
    assert all(channel_places(channel, machine) for channel in CHANNELS if channel != "chromium")


@pytest.mark.browser
@pytest.mark.skipif(not debian_with_root(), reason="needs Debian or Ubuntu, as root")
def test_without_a_download_debian_gets_its_own_package(bare_machine: Path, tmp_path: Path) -> None:
    """Each step is said before it is taken: first the download, then `apt-get update` once and the package."""
    real = find_real_browser()
    log = tmp_path / "apt.log"
    shell = bare_machine / "chromium-headless-shell"
    install = f"/bin/ln -s {real} {shell}"
    program(bare_machine / "apt-get", f'echo "$@" >> {log}\n[ "$1" = install ] && {install}\nexit 0')
    said: list[str] = []

    found = ensure_browser(NoSettings(), headless=True, say=said.append)

    assert found.executable_path == shell
    assert log.read_text().splitlines() == ["update", "install -y --no-install-recommends chromium-headless-shell"]
    assert said[0] == "There is no browser on this machine yet."
    assert said[1] == "Installing one: python -m playwright install --only-shell chromium"
    assert said[2].startswith("That did not work: ")
    assert said[3] == "Installing one: apt-get install -y --no-install-recommends chromium-headless-shell"
    assert said[4].startswith("Installed: ")


@pytest.mark.browser
@pytest.mark.skipif(not debian_with_root(), reason="needs Debian or Ubuntu, as root")
def test_a_browser_that_does_not_start_does_not_count(bare_machine: Path) -> None:
    """What was installed is started once; if that fails, the error has what it said and what to do."""
    broken = bare_machine / "chromium-headless-shell"
    program(bare_machine / "apt-get", f'[ "$1" = install ] && /bin/cp /bin/false {broken}\nexit 0')
    with pytest.raises(BrowserMissing, match="none could be installed") as caught:
        ensure_browser(NoSettings(), headless=True, say=lambda text: None)
    assert "does not start" in caught.value.message
    assert "Install Google Chrome" in caught.value.hint


def test_where_nothing_can_be_installed_the_error_says_what_to_do(bare_machine: Path) -> None:
    """No network and no apt-get: the command that failed, its reason, and the ways out."""
    with pytest.raises(BrowserMissing, match=r"playwright install --only-shell chromium: \S+") as caught:
        ensure_browser(NoSettings(), headless=True, say=lambda text: None)
    assert "executable_path" in caught.value.hint


@pytest.mark.browser
def test_the_found_browser_starts_and_tells_its_version() -> None:
    """What is found can be started, from a thread that has a Playwright of its own as well."""
    found = find_browser(NoSettings(), headless=True)
    assert found
    assert int(version_of(found).split(".")[0]) > 100


@pytest.mark.browser
def test_libraries_missing_are_told_in_plain_words(tmp_path: Path) -> None:
    """A browser that cannot load its libraries is not reported with a page of linker output."""
    broken = program(tmp_path / "b", "echo 'b: error while loading shared libraries: libnss3.so: not found' >&2; exit 127")
    with pytest.raises(BrowserMissing, match="Libraries that it needs are missing") as caught:
        version_of(FoundBrowser(broken, None, "the test's browser"))
    assert "install-deps" in caught.value.hint


def test_signals_are_left_to_the_run() -> None:
    """Ctrl-C must not close the browser under a record in hand."""
    options = launch_options(FoundBrowser(None, None, ""), headless=True)
    assert [options[f"handle_{name}"] for name in ("sigint", "sigterm", "sighup")] == [False] * 3


def test_the_sandbox_is_off_for_root_only() -> None:
    """Chromium's own sandbox is given up only where it cannot work."""
    assert launch_options(FoundBrowser(None, None, ""), headless=True)["chromium_sandbox"] is (os.geteuid() != 0)


def test_pages_look_the_same_everywhere(page: Page) -> None:
    """Size, language and service workers do not depend on the machine."""
    assert page.viewport_size == context_options()["viewport"]
    assert page.evaluate("navigator.language") == "en-US"


def find_real_browser() -> Path:
    """A browser's file, with the search path that this process was started with."""
    path = os.pathsep.join(["/usr/bin", "/usr/local/bin"])
    found = shutil.which("chromium-headless-shell", path=path) or shutil.which("chromium", path=path)
    if not found:
        is_missing("a Chromium of the system")
    return Path(found)


@pytest.mark.browser
def test_the_browser_command_names_both(portal_bot: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which browser a run takes with a window and without, each with its version; no config is needed."""
    monkeypatch.chdir(tmp_path)
    code, out, err = portal_bot("browser")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"without a window: .+, version \d+\S+\nwith --headed: .+\n", out)


@pytest.mark.skipif(Path("/opt/google/chrome-canary").exists(), reason="it is installed here")
def test_the_browser_command_minds_the_config(portal_bot: Program, tmp_path: Path) -> None:
    """A channel that the config names and that is not there is told, with exit 2."""
    config = tmp_path / "config.yaml"
    config.write_text(example_config() + "\nbrowser: {channel: chrome-canary}\n")
    code, out, _ = portal_bot("browser", "-c", config)
    assert code == 2
    assert "asks for the browser channel 'chrome-canary'" in out
