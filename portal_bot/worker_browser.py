"""A worker's browser: started, looked on at, ended, and the page in it that the work is done in."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from portal_bot.errors import BrowserMissing
from portal_bot.page import Portal
from portal_bot.page.learned import Learned
from portal_bot.page.session import BrowserSession
from portal_bot.surroundings import Surroundings


class WorkerBrowser:
    """What ``SignedIn`` does to the browser itself, whoever is signed in there."""

    def __init__(self, around: Surroundings, worker: int) -> None:
        self._around = around
        self._worker = worker
        self._browser: BrowserSession | None = None
        self.portal: Portal = None  # type: ignore[assignment]

    @property
    def was_ended(self) -> bool:
        """Whether the browser was ended at a step of the work, rather than gone by itself."""
        return self._browser is not None and self._browser.was_ended

    def _prepare(self, context: BrowserContext) -> None:
        for each in self._around.watch:
            each.prepare(context)

    def _begin_watch(self) -> None:
        """Signed in: from here on whoever looks on does."""
        assert self._browser is not None
        for each in self._around.watch:
            with self._browser.watchdog.step("begin to look on", 30):
                each.begin(self.portal, self._browser)

    def _end_watch(self) -> None:
        if self._browser is None or self.portal is None:
            return
        for each in reversed(self._around.watch):
            with self._browser.watchdog.step("end looking on", 60):
                each.end(self.portal)

    def _start_browser(self) -> None:
        self._browser = BrowserSession(self._around.found, headless=self._around.headless)
        try:
            self._browser.__enter__()
        except BrowserMissing as error:
            if self._around.brakes.opened:  # in this browser's predecessor, or by a worker beside it
                raise error.under_way() from None
            raise

    def _end_browser(self) -> None:
        if self._browser is not None:
            self._browser.__exit__()
            self._browser = None

    def _leave_context(self, context: BrowserContext | None = None) -> None:
        """Leaves a context, if not another then that of the page at work. A browser that was ended since it did not close gets a
        successor at once: whatever comes next opens a page."""
        if self._browser is None:
            return
        self._browser.leave(context or self.portal.page.context)
        if self._browser.watchdog.fired:
            self._end_browser()
            self._start_browser()

    def _portal(self, page: object, learned: Learned) -> Portal:
        around = self._around
        assert self._browser is not None
        portal = Portal(
            page, around.map, url=around.access.url, events=around.events, stop=around.brakes.stop,  # type: ignore[arg-type]
            watchdog=self._browser.watchdog, worker=self._worker, learned=learned, practices=around.practices,
            patience=around.patience, step_limit=around.step_limit, settle=around.settle,
        )  # fmt: skip
        if around.pictures:
            portal.take_picture = around.pictures
        return portal
