"""Finding a browser, installing one where there is none, and how it is started.

The order: what the config names, which may be a browser that runs elsewhere; Playwright's own Chromium, if installed;
Chrome, Edge or Chromium of the system; and, with ``ensure_browser``, a download. Headless runs prefer the headless shell,
which starts faster and needs less.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from portal_bot.model.errors import BrowserMissing
from portal_bot.portal.browser.found_browser import FoundBrowser
from portal_bot.portal.browser.install_locations import CHANNELS, Machine, channel_places, system_browsers
from portal_bot.portal.browser.launch_errors import CONNECT_SECONDS, HINT, cannot_be_reached, does_not_start

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

Say = Callable[[str], None]

_DOWNLOAD_MINUTES = 15
_NAMES = "The config (browser: executable_path:) names the browser"


class BrowserSettings(Protocol):
    """The ``browser:`` part of the config, as far as it matters here."""

    @property
    def channel(self) -> str | None: ...
    @property
    def executable_path(self) -> Path | str | None: ...
    @property
    def connect(self) -> str | None: ...
    @property
    def cdp(self) -> str | None: ...


@dataclass(frozen=True)
class NoSettings:
    """Nothing is asked for: the best browser there is."""

    channel: str | None = None
    executable_path: Path | str | None = None
    connect: str | None = None
    cdp: str | None = None


def find_browser(settings: BrowserSettings, *, headless: bool) -> FoundBrowser | None:
    """The browser that a run would use, or ``None`` where there is none. Nothing is started or installed.

    Raises ``BrowserMissing`` where the config names a browser that is not there.
    """
    if settings.connect is not None:
        return FoundBrowser(None, None, f"the Playwright server at {_host_of(settings.connect)}", connect=settings.connect)
    if settings.cdp is not None:
        return FoundBrowser(None, None, f"the Chromium that runs at {_host_of(settings.cdp)}", cdp=settings.cdp)
    if settings.executable_path is not None:
        return _configured_path(Path(settings.executable_path))
    if settings.channel is not None and settings.channel != "chromium":
        return _configured_channel(settings.channel)
    own = _playwrights_own(headless=headless)
    if own or settings.channel:
        return own
    for what, path in system_browsers(Machine.this(), headless=headless):
        return FoundBrowser(path, None, f"{what} ({path})")
    return None


def ensure_browser(settings: BrowserSettings, *, headless: bool, say: Say) -> FoundBrowser:
    """The browser to use; where there is none, one is installed, which ``say`` announces first.

    Raises ``BrowserMissing`` where none could be installed or the one that was does not start.
    """
    if found := find_browser(settings, headless=headless):
        return found
    say("There is no browser on this machine yet.")
    problems = []
    for command in _installers(headless=headless):
        say(f"Installing one: {_readable(command)}")
        problem = _run(command)
        found = find_browser(settings, headless=headless)
        if problem is None:
            problem = why_it_does_not_start(found) if found else "it ran, but there is still no browser"
        if problem is None and found:
            say(f"Installed: {found.what}")
            return found
        say(f"That did not work: {problem}")
        problems.append(f"{_readable(command)}: {problem}")
    raise BrowserMissing(
        "There is no browser on this machine, and none could be installed.",
        "\n" + "\n".join(problems),
        hint=HINT,
    )


_FEATURES = ("CDPScreenshotNewSurface", "SkipListAccountsWithoutGaiaCookies", "RenderDocument:level/crashed-frame")
"""What Chromium does in ways of its own. The first two are Playwright's, which the last such option replaces. By the third a page
that follows another of the same site takes over its frame: a new frame for each costs 10 ms a load. (Measured with 156)"""


def launch_options(found: FoundBrowser, *, headless: bool) -> dict[str, Any]:
    """What to pass to Playwright's ``launch``. Signals are left to the run, which stops where it is safe to."""
    options: dict[str, Any] = {
        "headless": headless,
        "chromium_sandbox": not _is_root(),  # as root Chromium does not start with its sandbox
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
        "args": [f"--enable-features={','.join(_FEATURES)}", *(["--disable-gpu"] if headless else [])],
    }
    if found.executable_path is not None:
        options["executable_path"] = found.executable_path
    if found.channel is not None:
        options["channel"] = found.channel
    return options


def context_options() -> dict[str, Any]:
    """What to pass to ``new_context``, so that the portal looks the same on every machine and answers for itself."""
    return {
        "viewport": {"width": 1280, "height": 900},
        "locale": "en-US",
        "service_workers": "block",  # a service worker could answer a fresh load from its own store
        "accept_downloads": False,
        "strict_selectors": True,
        "reduced_motion": "reduce",  # what slides or fades in is there at once
    }


def start_browser(playwright: Playwright, found: FoundBrowser, *, headless: bool) -> Browser:
    """Starts the browser, or connects to the one that runs elsewhere.

    Raises ``BrowserMissing``, with the reason in plain words, where that does not succeed.
    """
    from playwright.sync_api import Error

    if found.connect or found.cdp:
        try:
            if found.connect:
                return playwright.chromium.connect(found.connect, timeout=CONNECT_SECONDS * 1000)
            return playwright.chromium.connect_over_cdp(str(found.cdp), timeout=CONNECT_SECONDS * 1000)
        except Error as error:
            raise cannot_be_reached(found, str(error)) from None  # its text holds the address
    try:
        return playwright.chromium.launch(**launch_options(found, headless=headless))
    except Error as error:
        raise does_not_start(found, str(error), headless=headless) from error


def version_of(found: FoundBrowser) -> str:
    """The browser's version, by starting it without a window. Raises ``BrowserMissing`` where it does not start."""

    def ask() -> str:
        from playwright.sync_api import sync_playwright

        unseen = found
        if found == FoundBrowser(None, None, found.what) and "chromium-headless-shell" not in _own_folders():
            unseen = FoundBrowser(None, "chromium", found.what)
        with sync_playwright() as playwright:
            browser = start_browser(playwright, unseen, headless=True)
            try:
                return browser.version
            finally:
                browser.close()

    # Playwright runs once in a thread, and the caller's may have one already.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def why_it_does_not_start(found: FoundBrowser) -> str | None:
    """One sentence, or ``None`` where it starts."""
    try:
        version_of(found)
    except BrowserMissing as error:
        return error.message
    return None


def _configured_path(path: Path) -> FoundBrowser:
    path = path.expanduser()
    if not path.is_file():
        raise BrowserMissing(
            f"{_NAMES} {path}, but there is no such file.",
            hint="Correct the path, or remove the line to use the best browser of this machine.",
        )
    if not os.access(path, os.X_OK):
        raise BrowserMissing(
            f"{_NAMES} {path}, but that is not a program.",
            hint="Correct the path, or remove the line to use the best browser of this machine.",
        )
    return FoundBrowser(path, None, f"the browser that the config names ({path})")


def _configured_channel(channel: str) -> FoundBrowser:
    if channel not in CHANNELS:
        raise BrowserMissing(
            f"The config asks for the browser channel '{channel}', which does not exist.",
            hint=f"Channels are: {', '.join(CHANNELS)}. Or remove the line to use the best browser of this machine.",
        )
    if not any(place.is_file() for place in channel_places(channel, Machine.this())):
        raise BrowserMissing(
            f"The config asks for the browser channel '{channel}', which is not installed here.",
            hint="Install it, or remove the line to use the best browser of this machine.",
        )
    return FoundBrowser(None, channel, f"the channel that the config names ({channel})")


def _playwrights_own(*, headless: bool) -> FoundBrowser | None:
    installed = _own_folders()
    if headless and (shell := installed.get("chromium-headless-shell")):
        return FoundBrowser(None, None, f"Playwright's own Chromium headless shell ({shell})")
    if full := installed.get("chromium"):
        return FoundBrowser(None, "chromium" if headless else None, f"Playwright's own Chromium ({full})")
    return None


def _own_folders() -> dict[str, Path]:
    """Where the running Playwright has installed browsers of its own, asked from Playwright itself where there may be any."""
    if not any(_playwrights_cache().glob("chromium*")):
        return {}  # asking takes half a second
    answer = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium"],
        capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=60, check=False,
    )  # fmt: skip
    named = re.findall(r"\(playwright (\S+) v\d+\)\s+Install location:\s*(.+)", answer.stdout)
    folders = {name: Path(folder.strip()) for name, folder in named}
    return {name: folder for name, folder in folders.items() if (folder / "INSTALLATION_COMPLETE").exists()}


def _playwrights_cache() -> Path:
    """Where Playwright puts browsers. (Its documentation, "Browsers", "Managing browser binaries".)"""
    if (told := os.environ.get("PLAYWRIGHT_BROWSERS_PATH")) == "0":
        import playwright

        return Path(playwright.__file__).parent / "driver" / "package" / ".local-browsers"
    if told:
        return Path(told)
    if sys.platform == "win32":
        caches = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        caches = Path.home() / "Library" / "Caches"
    else:
        caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return caches / "ms-playwright"


def _installers(*, headless: bool) -> Iterator[Sequence[str]]:
    yield [sys.executable, "-m", "playwright", "install", *(["--only-shell"] if headless else []), "chromium"]
    if _is_root() and _is_debian() and shutil.which("apt-get"):
        yield ["apt-get", "install", "-y", "--no-install-recommends", "chromium-headless-shell" if headless else "chromium"]


def _run(command: Sequence[str]) -> str | None:
    """Runs an installer; the last thing it said, where it failed."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = [["apt-get", "update"], command] if command[0] == "apt-get" else [command]
    for each in commands:
        try:
            done = subprocess.run(  # noqa: S603
                each, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, encoding="utf-8", errors="replace", timeout=_DOWNLOAD_MINUTES * 60, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"gave up after {_DOWNLOAD_MINUTES} minutes"
    if done.returncode == 0:
        return None
    said = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    telling = [line for line in said if re.match(r"(E|Error|Failed|.*ENOTFOUND)\b", line)] or said
    return telling[-1] if telling else f"failed with code {done.returncode}"


def _readable(command: Sequence[str]) -> str:
    return " ".join("python" if part == sys.executable else part for part in command)


def _host_of(address: str) -> str:
    """Scheme, host and port: the rest may be a secret."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _is_debian() -> bool:
    try:
        release = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return False
    return bool(re.search(r"^ID(_LIKE)?=.*\b(debian|ubuntu)\b", release, re.MULTILINE))
