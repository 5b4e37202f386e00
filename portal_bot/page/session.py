"""One worker's browser: started, watched, handed over from the sign-in to the work, ended."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, sync_playwright

from portal_bot.browser import FoundBrowser, context_options, start_browser
from portal_bot.errors import BrowserGone
from portal_bot.page.compiled_code import compiled_code_kept
from portal_bot.page.gone import is_gone
from portal_bot.page.scripts import in_frame, reader
from portal_bot.page.watchdog import Watchdog, kill_tree

CLOSING = 15.0
"""Seconds that a page is given to close. Chromium has been seen not to tell that one had."""
_CLOSE = "close a page"
_STARTING = threading.Lock()
"""Drivers are started one at a time, so that each worker knows which new process is its own."""


class BrowserSession:
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

    def __enter__(self) -> BrowserSession:
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


@dataclass(frozen=True)
class HandOver:
    """What a sign-in leaves for the page that does the work: cookies, local storage, and the tab's own storage.

    Plain values throughout, so that ``asdict`` of it can be kept as JSON.
    """

    state: Any = field(repr=False)
    address: str
    tab: dict[str, str] = field(repr=False)
    origin: str

    @classmethod
    def of(cls, page: Page, *, address: str | None = None) -> HandOver:
        """The session of a page. ``address``: where to go on, if not where the page stands."""
        in_frame(page.main_frame, "sentOnLeaving")  # what the pages of the sign-in sent says nothing about records
        tab = page.evaluate("() => Object.fromEntries(Object.entries(sessionStorage))")
        state = page.context.storage_state(indexed_db=True)
        return cls(state, address or page.url, tab, page.evaluate("() => location.origin"))

    def secrets(self) -> list[str]:
        """Values of session cookies (those no script may read) and of what looks like a token, for the redactor."""
        cookies = [str(cookie.get("value", "")) for cookie in self.state.get("cookies", []) if cookie.get("httpOnly")]
        tokens = [value for value in self.tab.values() if re.fullmatch(r"[\w.~+/=-]{16,}", value) and re.search(r"\d", value)]
        return [value for value in (*cookies, *tokens) if len(value) >= 8]

    def without_databases(self) -> HandOver:
        """The same session without IndexedDB, which few sign-ins need and pages keep drafts and answers in."""
        origins = [{key: value for key, value in each.items() if key != "indexedDB"} for each in self.state.get("origins", [])]
        return replace(self, state={**self.state, "origins": origins})

    @property
    def has_databases(self) -> bool:
        return any(each.get("indexedDB") for each in self.state.get("origins", []))

    def with_cookies(self, now: Sequence[Any]) -> HandOver:
        """The same session with the cookies that a page has now, less those that its scripts may have made since the sign-in."""
        return replace(self, state={**self.state, "cookies": self.own_cookies(now)})

    def own_cookies(self, now: Sequence[Any]) -> list[Any]:
        """Of some cookies, those of the session: no script can write them, or they were there right after the sign-in.

        A page may keep a draft of its form in a cookie. That is a new one, and a script wrote it.
        """
        known = {_key(cookie) for cookie in self.state.get("cookies", [])}
        return [cookie for cookie in now if cookie.get("httpOnly") or _key(cookie) in known]

    def without_additions_to(self, first: HandOver) -> HandOver:
        """This session with nothing in it that pages have added to it since the sign-in that handed over ``first``."""
        items = {each["origin"]: {item["name"] for item in each["localStorage"]} for each in first.state.get("origins", [])}
        origins = [
            {"origin": each["origin"], "localStorage": [i for i in each["localStorage"] if i["name"] in items.get(each["origin"], ())]}
            | ({"indexedDB": each["indexedDB"]} if first.has_databases and "indexedDB" in each else {})
            for each in self.state.get("origins", [])
        ]
        state = {**self.state, "cookies": first.own_cookies(self.state.get("cookies", [])), "origins": origins}
        return replace(self, state=state, tab={key: value for key, value in self.tab.items() if key in first.tab})

    def new_page(
        self, session: BrowserSession, *, prepare: Callable[[BrowserContext], None] = lambda _context: None, **options: Any
    ) -> Page:  # fmt: skip
        """A page in a new context that is signed in as the first one was. Raises BrowserGone, and Playwright's own error where no
        browser takes such a session. ``options``: further ones of the context."""
        with session.opening():
            context = session.new_context(storage_state=self.state, **options)
            prepare(context)
            if self.tab:
                context.add_init_script(
                    f"if (location.origin === {json.dumps(self.origin)} && !sessionStorage.length)"
                    f" for (const [key, value] of Object.entries({json.dumps(self.tab)})) sessionStorage.setItem(key, value);"
                )
            return context.new_page()


def _key(cookie: Mapping[str, Any]) -> tuple[Any, ...]:
    return cookie.get("name"), cookie.get("domain"), cookie.get("path")
