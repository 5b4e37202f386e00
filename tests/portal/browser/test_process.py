"""A worker's browser (portal_bot/portal/browser/process.py) that does not do what it is told is ended, not waited for."""

from __future__ import annotations

import subprocess
import sys
import threading

import psutil
import pytest

from portal_bot.model.errors import BrowserGone
from portal_bot.portal.browser import process as session
from portal_bot.portal.browser.discovery import NoSettings, ensure_browser
from portal_bot.portal.browser.process import BrowserProcess


@pytest.mark.own_thread
def test_a_page_that_does_not_close_costs_the_browser_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser is stopped in its tracks, so that it answers nothing; leaving the page returns all the same."""
    monkeypatch.setattr(session, "CLOSING", 0.5)
    with BrowserProcess(ensure_browser(NoSettings(), headless=True, say=print), headless=True) as browser:
        page = browser.new_page()
        assert browser._driver is not None
        below = browser._driver.children(recursive=True)
        for process in below:
            process.suspend()
        browser.leave(page)
        assert browser.watchdog.fired == "close a page"
        _, alive = psutil.wait_procs(below, timeout=20)
        assert not alive
        with pytest.raises(BrowserGone, match="opens no page"):
            browser.new_page()


@pytest.mark.own_thread
def test_its_driver_is_known_among_other_new_processes() -> None:
    """Another thread asks a command for its password at that moment; the watchdog still has the right process to end."""
    ended = threading.Event()
    started: list[subprocess.Popen[bytes]] = []

    def start_others() -> None:
        while not ended.wait(0.02):
            started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))

    others = threading.Thread(target=start_others)
    others.start()
    try:
        with BrowserProcess(ensure_browser(NoSettings(), headless=True, say=print), headless=True) as browser:
            assert browser._driver is not None
            assert browser._driver.pid not in [each.pid for each in started]
            assert browser._driver.children()
    finally:
        ended.set()
        others.join()
        for each in started:
            each.kill()
            each.wait()
