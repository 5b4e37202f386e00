"""One worker's browser: started, watched, handed over from the sign-in to the work, ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from portal_bot.model.errors import BrowserGone
from portal_bot.portal.browser.discovery import context_options, start_browser
from portal_bot.portal.browser.found_browser import FoundBrowser
from portal_bot.portal.browser.node_cache import compiled_code_kept
from portal_bot.portal.browser.playwright_errors import is_gone
from portal_bot.portal.browser.watchdog import Watchdog, kill_tree
from portal_bot.portal.dom.page_script import reader

CLOSING = 15.0
"""Seconds that a page is given to close. Chromium has been seen not to tell that one had."""
_CLOSE = "close a page"
_STARTING = threading.Lock()
"""Drivers are started one at a time, so that each worker knows which new process is its own."""


class BrowserProcess:
    """Starts Playwright and a browser in the thread that enters it; everything below must stay in that thread.

    ``watchdog`` ends the whole process tree where a page no longer answers; leaving the session after that is quick.
    """

    def __init__(self, found: FoundBrowser, *, headless: bool) -> None:
        self._found = found
        self._headless = headless
        self._driver: psutil.Process | None = None
        self._playwright: Playwright | None = None
        self.browser: Browser | None = None
        self.watchdog = Watchdog(lambda: self._driver)

    def __enter__(self) -> BrowserProcess:
        with _STARTING, compiled_code_kept():
            here = psutil.Process()
            before = {child.pid for child in here.children()}
            self._playwright = sync_playwright().start()
            new = [child for child in here.children() if child.pid not in before]
            self._driver = next((child for child in new if _is_driver(child)), None)
        try:
            with self.watchdog.step("start the browser", 60):
                self.browser = start_browser(self._playwright, self._found, headless=self._headless)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc: object) -> None:
        if self.watchdog.fired:
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # it would tell of the pipe that was cut on purpose
        with suppress(Error, Exception), self.watchdog.step("close the browser", 10):
            if self.browser is not None:
                self.browser.close()
        with suppress(Error, Exception), self.watchdog.step("stop the driver", 10):
            if self._playwright is not None:
                self._playwright.stop()
        self.watchdog.stop()
        kill_tree(self._driver)

    def new_page(self, **options: Any) -> Page:
        """A page in a context of its own. Raises BrowserGone."""
        try:
            with self.opening():
                return self.new_context(**options).new_page()
        except Error as error:
            raise BrowserGone("The browser opens no page.") from error

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Guards what opens a page: a browser that does not do it is ended. Raises BrowserGone; Playwright's own error where the
        browser goes on and does not take what it was given."""
        try:
            with self.watchdog.step("open a page", 30):
                yield
        except Error as error:
            if self.watchdog.fired or is_gone(error):
                raise BrowserGone("The browser opens no page any more, so it was ended.") from error
            raise

    @property
    def was_ended(self) -> bool:
        """Whether the watchdog ended the browser for a page that no longer answers; not for one that only did not close."""
        return self.watchdog.fired not in (None, _CLOSE)

    def leave(self, place: Page | BrowserContext) -> None:
        """Closes a page or a context. Raises nothing: where it does not close, the browser is ended, and the next step meets that."""
        with suppress(Exception), self.watchdog.step(_CLOSE, CLOSING):
            place.close()

    def new_context(self, **options: Any) -> BrowserContext:
        assert self.browser is not None
        context = self.browser.new_context(**{**context_options(), **options})
        context.add_init_script(reader())
        return context


def _is_driver(process: psutil.Process) -> bool:
    """Whether this is Playwright's driver. Another thread may have started something else meanwhile, to ask for a password, say."""
    with suppress(psutil.Error):
        return "run-driver" in process.cmdline()
    return False
