"""A browser window in which a person signs in by hand, and what of that sign-in is kept for the runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from flows.sign_in import is_signed_in
from portal_bot.config.loader import Config
from portal_bot.model.errors import BrowserGone, ControlNotFound, PageError, PortalError
from portal_bot.model.events import EventStream
from portal_bot.portal.browser.discovery import ensure_browser
from portal_bot.portal.browser.handover import Handover
from portal_bot.portal.browser.process import BrowserProcess
from portal_bot.portal.map.portal_map import load_map, packaged_map
from portal_bot.portal.page.portal_page import PortalPage

WITHIN = 600.0
"""Seconds that a person has to sign in."""


class WindowForAPerson:
    """The portal's sign-in page in a window. The program touches nothing in it until the person is signed in."""

    def __init__(self, browser: BrowserProcess, portal: PortalPage) -> None:
        self._browser = browser
        self.portal = portal

    def session(self, within: float = WITHIN) -> Handover:
        """Waits until the person is signed in, and sees whether another window takes the session over.

        Raises PortalError where nobody signs in within so many seconds, the window is closed, or it is not taken over.
        """
        self._until_signed_in(monotonic() + within, within)
        with self.portal.step("Take the session over"):
            over = Handover.of(self.portal.page)
            other = PortalPage(
                over.new_page(self._browser), self.portal.map, url=self.portal.url, events=self.portal.events,
                stop=threading.Event(), watchdog=self._browser.watchdog,
            )  # fmt: skip
        try:
            taken = other.patiently(lambda: is_signed_in(other, over.address))
        except PageError:
            taken = False
        if not taken:
            raise PortalError(
                "You are signed in, but the portal takes this session in that one window only, so it cannot be kept.",
                hint="Scheduled runs on this portal need the password: see `portal-bot init`.",
            )
        return over

    def _until_signed_in(self, deadline: float, within: float) -> None:
        while True:
            left = max(0.0, deadline - monotonic())
            try:
                with self.portal.step("Wait for a person to sign in", limit=left + 60):
                    self.portal.first_of("sign_in.signed_in", timeout=left)
                return
            except ControlNotFound as error:
                raise PortalError(
                    f"Nobody was seen to sign in within {within / 60:.0f} minutes. Nothing is kept.",
                    hint="If you did sign in, the page is not recognised: "
                    f"`portal-bot doctor` tells how to mend sign_in.signed_in. {error.message}",
                ) from None
            except BrowserGone:
                raise PortalError(
                    "The window was closed before anybody was seen to be signed in. Nothing is kept.",
                    hint="Run `portal-bot login` again, and leave the window open until it closes by itself.",
                ) from None
            except PageError:  # a page in the middle of being replaced by the next
                if monotonic() > deadline:
                    raise


@contextmanager
def window_for_a_person(config: Config, *, headless: bool = False) -> Iterator[WindowForAPerson]:
    """Opens the portal in a window of its own. Raises BrowserMissing, and Unreachable where the portal does not answer."""
    found = ensure_browser(config.browser, headless=headless, say=lambda _text: None)
    with BrowserProcess(found, headless=headless) as browser:
        portal = PortalPage(
            browser.new_page(), load_map(config.portal.map, packaged_map()), url=config.portal.url, events=EventStream(),
            stop=threading.Event(), watchdog=browser.watchdog,
        )  # fmt: skip
        portal.patiently(lambda: portal.open(portal.url))
        yield WindowForAPerson(browser, portal)
