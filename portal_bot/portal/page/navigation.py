"""Going to places of the portal by their addresses, and with what patience."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import Error, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from portal_bot.model.entities import ListName
from portal_bot.model.errors import Busy, PageError, RecordGone, Unreachable
from portal_bot.model.events import EventStream
from portal_bot.portal.browser.playwright_errors import first_line, is_gone
from portal_bot.portal.page.discoveries import Discoveries
from portal_bot.portal.page.network import Traffic
from portal_bot.portal.page.request_blocking import Blocking

PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries where the portal asks for patience without saying for how long."""
LONGEST_PAUSE = 60.0
BUSY = frozenset({429, 502, 503, 504})
"""Answers that ask for patience."""
GONE_FOR_GOOD = frozenset({404, 410})
T = TypeVar("T")


class Going:
    """What ``Portal`` does of this."""

    page: Page
    url: str
    home: str
    events: EventStream
    traffic: Traffic
    worker: int
    patience: float
    step_label: str
    at_record: bool
    lives_in_page: bool
    save_led_to_page: bool
    learned: Discoveries
    list_open: ListName | None
    _began: int
    _looked_aside: float
    _blocking: Blocking

    def is_quiet(self) -> bool:
        raise NotImplementedError

    def pause(self, seconds: float) -> None:
        raise NotImplementedError

    def open(self, address: str, *, fresh: bool = False) -> None:
        """Loads an address, and loads it anew where the page already stands on it and ``fresh`` is asked.

        Never ``reload``: on the answer to a posted form it would post again. Raises Busy where the portal asks for patience
        or does not answer, RecordGone where there is no such page (any more).
        """
        target = urljoin(self.url, address)
        if urldefrag(target)[1] and (target == self.page.url or (fresh and urldefrag(target)[0] == urldefrag(self.page.url)[0])):
            self.page.goto("about:blank")
        self._began = self.traffic.started
        self._looked_aside = monotonic()
        self._blocking.before_load()
        try:
            answer = self.page.goto(target, wait_until="commit", timeout=self.patience * 2000)
        except PlaywrightTimeout as error:
            raise Busy(f"{target} did not answer within {self.patience * 2:.0f} seconds.") from error
        except Error as error:
            if is_gone(error):
                raise
            raise Busy(f"{target} cannot be reached: {first_line(error)}.") from error
        self.learned.left_at = monotonic()
        self.save_led_to_page = False
        if answer is not None and (answer.status in BUSY or answer.status in GONE_FOR_GOOD):
            raise self.bad_answer(answer.status, answer.headers.get("retry-after", ""), target)
        if answer is not None and answer.status >= 500:
            raise PageError(f"{target} answers {answer.status}.")

    def patiently(self, do: Callable[[], T]) -> T:
        """Does something again, after growing pauses or those that the portal asks for, while the portal is busy.

        Not within a step, whose time the pauses would use up. Raises Unreachable where patience is at its end.
        """
        for usual in PAUSES:
            try:
                return do()
            except Busy as error:
                pause = min(usual if error.pause is None else error.pause, LONGEST_PAUSE)
                self.events.emit("retry", worker=self.worker, what=self.step_label, why=error.message, pause=pause)
                self.at_record = True
                self.pause(pause)
        try:
            return do()
        except Busy as error:
            raise Unreachable(
                f"{error.message} It was tried {len(PAUSES) + 1} times.", hint="Run again when the portal answers."
            ) from error

    def bad_answer(self, status: int, retry_after: str, address: str) -> PageError:
        """What it means that the portal does not answer well."""
        if status in GONE_FOR_GOOD:
            return RecordGone(f"The portal answers {status} for {address}: there is no such page any more.")
        return Busy(f"The portal answers {status} for {address}.", pause=float(retry_after) if retry_after.isdigit() else None)

    def leave(self) -> None:
        """Goes to a blank page, so that what is open here ends."""
        self.page.goto("about:blank")
        self.learned.left_at = monotonic()
        self.at_record, self.list_open = True, None

    def go_home(self) -> None:
        """Back to a page where menu and drop-downs are in reach, whatever is open now."""
        if self.lives_in_page:
            return
        self.open(self.home, fresh=True)
        self.at_record = False
        self.list_open = None

    def follow_new_window(self) -> bool:
        """Takes the address of a window that a click has opened over to this page; true where there was one."""
        others = [page for page in self.page.context.pages if page is not self.page]
        if not others:
            return False
        address = others[-1].url
        for page in others:
            page.close()
        if address and address != "about:blank":
            self.open(address)
        return True

    def origin(self, address: str | None = None) -> str:
        parts = urlsplit(address or self.url)
        return f"{parts.scheme}://{parts.netloc}"
