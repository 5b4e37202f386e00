"""The page that is opened next, asked for by the browser itself while the one before it is still looked at.

By the web's own means for it, speculation rules (HTML standard, "Speculative loading"): the answer waits in the browser, unseen and
inert, until the page leads there. A portal may keep in mind which record is open, so two must not mingle: the request goes out once the
record before looks drawn, what is read of that one is not believed if anything came to it since, and if anything came before the page
leads on, the next one is asked for anew. (``cameSince`` of the reader) This takes 80 ms less a changed person.
"""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Error, Page, Response
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from portal_bot.page.gone import is_gone
from portal_bot.page.learned import Learned
from portal_bot.page.scripts import in_frame


class Ahead:
    """Of one page. A portal that does not allow it, or whose answers the browser does not keep for it, is asked so once by each worker."""

    def __init__(self, page: Page, learned: Learned) -> None:
        self._page = page
        self._learned = learned
        self._planned: str | None = None
        self._asked: str | None = None

    @property
    def is_of_use(self) -> bool:
        """Whether it is worth saying what is opened next."""
        return self._learned.fetches_ahead is not False

    @property
    def planned(self) -> str | None:
        """What the page itself may ask for as soon as it looks drawn: only where that is known to be of use, and no record has asked
        for something more then."""
        return self._planned if self._learned.fetches_ahead and not self._learned.asks_again else None

    def plan(self, address: str | None) -> None:
        """Says what is opened after this page, by its own address; on the same origin, or it is not asked for ahead."""
        here, target = self._page.url, urljoin(self._page.url, address or "")
        same_origin = urlsplit(here)[:2] == urlsplit(target)[:2]
        own = address and same_origin and not urldefrag(target)[1] and target not in (urldefrag(here)[0], self._asked)
        self._planned = target if own else None

    def is_asked(self) -> None:
        """The page has asked for what was planned."""
        self._asked, self._planned = self._planned, None

    def ask(self) -> None:
        """Has the page ask for what was planned, if it has not yet. Everything must have been read that is wanted of this page."""
        if self._planned is None:
            return
        try:
            if in_frame(self._page.main_frame, "fetchAhead", self._planned):
                self.is_asked()
            else:
                self._learned.fetches_ahead = False
        except Error as error:
            if is_gone(error):
                raise

    def open(self, target: str, *, alone: bool, quiet: bool, timeout: float) -> Response | None:
        """Loads an address until its answer is there, as ``Page.goto`` does: with what was asked for ahead, where it is that.

        ``alone``: with nothing that was asked for before. ``quiet``: whether this page has got whatever it has asked for. ``timeout``
        in milliseconds.
        """
        asked, self._asked, self._planned = self._asked, None, None
        if asked == target and not alone:
            self._learned.fetches_ahead = False  # unless it proves to be of use
            if quiet and (answer := self._led_to(target, timeout)):
                with suppress(Error):  # not known, then
                    self._learned.fetches_ahead = bool(in_frame(self._page.main_frame, "cameAhead"))
                return answer
        return self._page.goto(target, wait_until="commit", timeout=timeout)

    def _led_to(self, target: str, timeout: float) -> Response | None:
        """Has the page itself lead to the address; ``None`` where it does not, or changed itself instead of being replaced."""
        try:
            with self._page.expect_navigation(wait_until="commit", timeout=timeout) as going:
                if not in_frame(self._page.main_frame, "goTo", target):
                    raise _StaysHere
            return going.value
        except _StaysHere:
            return None
        except PlaywrightTimeout:
            raise
        except Error as error:
            if is_gone(error):
                raise
            return None


class _StaysHere(Exception):
    """Nothing leads on from this page."""
