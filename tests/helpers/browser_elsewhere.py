"""A browser that runs already, for a bot that connects to it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from portal_bot.portal.browser.discovery import NoSettings, ensure_browser, launch_options
from portal_bot.portal.browser.watchdog import kill_tree


@contextmanager
def said_by(command: list[str], address: str, **options: object) -> Iterator[str]:
    """A server in a process of its own, and the address that it says it listens on."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True, **options
    ) as server:  # type: ignore[call-overload]
        try:
            yield next(found[0] for line in server.stdout if (found := re.search(address, line)))
        finally:
            kill_tree(psutil.Process(server.pid))  # the program may be a script that has started the browser


def system_chromium() -> str | None:
    """The program that runs would use, if it is one of the system's."""
    found = ensure_browser(NoSettings(), headless=True, say=print)
    program = found.executable_path or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return str(program) if program else None


@contextmanager
def running_chromium(profile: Path) -> Iterator[str]:
    """A Chromium with a debugging port, started as the bot would start it; the address of that port."""
    found, program = ensure_browser(NoSettings(), headless=True, say=print), system_chromium()
    assert program is not None
    options = launch_options(found, headless=True)
    command = [program, "--headless", "--remote-debugging-port=0", f"--user-data-dir={profile}", *options["args"]]
    with said_by([*command, *([] if options["chromium_sandbox"] else ["--no-sandbox"])], r"ws://[^/]+") as address:
        yield address.replace("ws://", "http://")
