"""A worker's browser: started, looked on at, ended, and the page in it that the work is done in."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from portal_bot.model.errors import BrowserMissing
from portal_bot.portal.browser.process import BrowserProcess
from portal_bot.portal.page.discoveries import Discoveries
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.run.run_context import RunContext


class WorkerBrowser:
    """The browser process of one worker, and the page at work in it."""

    def __init__(self, around: RunContext, worker: int) -> None:
        self._around = around
        self._worker = worker
        self._process: BrowserProcess | None = None
        self.portal: PortalPage = None  # type: ignore[assignment]

    @property
    def is_open(self) -> bool:
        return self._process is not None

    @property
    def process(self) -> BrowserProcess:
        """The running browser. Only between ``start`` and ``end``."""
        assert self._process is not None
        return self._process

    @property
    def was_ended(self) -> bool:
        """Whether the browser was ended at a step of the work, rather than gone by itself."""
        return self._process is not None and self._process.was_ended

    def prepare(self, context: BrowserContext) -> None:
        for each in self._around.watch:
            each.prepare(context)

    def begin_watch(self) -> None:
        """Signed in: from here on whoever looks on does."""
        assert self._process is not None
        for each in self._around.watch:
            with self._process.watchdog.step("begin to look on", 30):
                each.begin(self.portal, self._process)

    def end_watch(self) -> None:
        if self._process is None or self.portal is None:
            return
        for each in reversed(self._around.watch):
            with self._process.watchdog.step("end looking on", 60):
                each.end(self.portal)

    def start(self) -> None:
        self._process = BrowserProcess(self._around.found, headless=self._around.headless)
        try:
            self._process.__enter__()
        except BrowserMissing as error:
            if self._around.brakes.opened:  # in this browser's predecessor, or by a worker beside it
                raise error.under_way() from None
            raise

    def end(self) -> None:
        if self._process is not None:
            self._process.__exit__()
            self._process = None

    def leave_context(self, context: BrowserContext | None = None) -> None:
        """Leaves a context, if not another then that of the page at work. A browser that was ended since it did not close gets a
        successor at once: whatever comes next opens a page."""
        if self._process is None:
            return
        self._process.leave(context or self.portal.page.context)
        if self._process.watchdog.fired:
            self.end()
            self.start()

    def page_for(self, page: object, learned: Discoveries) -> PortalPage:
        around = self._around
        assert self._process is not None
        portal = PortalPage(
            page, around.map, url=around.access.url, events=around.events, stop=around.brakes.stop,  # type: ignore[arg-type]
            watchdog=self._process.watchdog, worker=self._worker, learned=learned, practices=around.practices,
            patience=around.patience, step_limit=around.step_limit, settle=around.settle,
        )  # fmt: skip
        if around.pictures:
            portal.take_picture = around.pictures
        return portal
