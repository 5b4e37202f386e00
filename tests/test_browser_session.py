"""A worker's browser (portal_bot/page/session.py) that does not do what it is told is ended, not waited for."""

from __future__ import annotations

import psutil
import pytest

from portal_bot.browser import NoSettings, ensure_browser
from portal_bot.errors import BrowserGone
from portal_bot.page import session
from portal_bot.page.session import BrowserSession


@pytest.mark.own_thread
def test_a_page_that_does_not_close_costs_the_browser_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser is stopped in its tracks, so that it answers nothing; leaving the page returns all the same."""
    monkeypatch.setattr(session, "CLOSING", 0.5)
    with BrowserSession(ensure_browser(NoSettings(), headless=True, say=print), headless=True) as browser:
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
