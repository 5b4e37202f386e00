"""Where Chrome, Edge and Chromium are installed on Linux, macOS and Windows.

Sources: the vendors' own packages, and the places that Playwright's channels look in. On Linux, Chromium is whatever
the search path has, since each distribution puts it elsewhere.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

CHANNELS = (
    "chromium",
    "chrome",
    "chrome-beta",
    "chrome-dev",
    "chrome-canary",
    "msedge",
    "msedge-beta",
    "msedge-dev",
    "msedge-canary",
)
"""The values that ``browser.channel`` may have. ``chromium`` is the one that Playwright downloads."""

_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
_ON_PATH = {
    "Google Chrome": ("google-chrome-stable", "google-chrome", "chrome"),
    "Microsoft Edge": ("microsoft-edge-stable", "microsoft-edge", "msedge"),
    "Chromium": ("chromium", "chromium-browser"),
}


@dataclass(frozen=True)
class Machine:
    """What decides where a browser stands. ``system`` is Python's ``sys.platform``."""

    system: str
    environ: Mapping[str, str]
    home: Path

    @classmethod
    def this(cls) -> Machine:
        return cls(sys.platform, os.environ, Path.home())


def channel_places(channel: str, machine: Machine) -> list[Path]:
    """The files that a channel of ``CHANNELS`` (other than ``chromium``) may be, likeliest first."""
    brand, _, release = channel.partition("-")
    if machine.system == "win32":
        folder = {"chrome": "Google/Chrome", "msedge": "Microsoft/Edge"}[brand]
        suffix = {"": "", "beta": " Beta", "dev": " Dev", "canary": " SxS"}[release]
        return _windows(f"{folder}{suffix}/Application/{brand}.exe", machine)
    if machine.system == "darwin":
        name = {"chrome": "Google Chrome", "msedge": "Microsoft Edge"}[brand] + (f" {release.title()}" if release else "")
        return _mac(name, machine)
    folder = {"chrome": "/opt/google/chrome", "msedge": "/opt/microsoft/msedge"}[brand]
    suffix = "-unstable" if channel == "chrome-dev" else f"-{release}" if release else ""
    return [Path(f"{folder}{suffix}/{brand}")]


def system_browsers(machine: Machine, *, headless: bool) -> Iterator[tuple[str, Path]]:
    """Every browser found on the machine, as what it is and its file, best first."""
    path = machine.environ.get("PATH")
    if headless:
        for shell in _SHELLS:
            if found := shutil.which(shell, path=path):
                yield "Chromium's headless shell", Path(found)
    for what, places in _usual_places(machine).items():
        commands = (shutil.which(command, path=path) for command in _ON_PATH[what])
        for place in [*places, *(Path(command) for command in commands if command)]:
            if place.is_file():
                yield what, place


def _usual_places(machine: Machine) -> dict[str, list[Path]]:
    chromium: list[Path] = []
    if machine.system == "win32":
        chromium = _windows("Chromium/Application/chrome.exe", machine)
    elif machine.system == "darwin":
        chromium = _mac("Chromium", machine)
    return {
        "Google Chrome": channel_places("chrome", machine),
        "Microsoft Edge": channel_places("msedge", machine),
        "Chromium": chromium,
    }


def _windows(path: str, machine: Machine) -> list[Path]:
    roots = (machine.environ.get(name) for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"))
    return [Path(root) / path for root in roots if root]


def _mac(name: str, machine: Machine) -> list[Path]:
    return [root / f"{name}.app/Contents/MacOS/{name}" for root in (Path("/Applications"), machine.home / "Applications")]
