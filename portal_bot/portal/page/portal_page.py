"""One signed-in window of the portal, as the flows see it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from time import monotonic
from typing import Any

from playwright.sync_api import Dialog, Error, Locator, Page

from portal_bot.model.entities import ListName
from portal_bot.model.errors import BrowserGone, Interrupted, PageError, PortalBotError, SessionEnded
from portal_bot.model.events import EventStream
from portal_bot.portal.browser.playwright_errors import first_line, is_gone
from portal_bot.portal.browser.watchdog import Watchdog
from portal_bot.portal.controls.control import Found
from portal_bot.portal.controls.finder import Finder
from portal_bot.portal.dom.page_script import in_frame
from portal_bot.portal.map.portal_map import PortalMap
from portal_bot.portal.page.clicking import Hand
from portal_bot.portal.page.discoveries import Discoveries
from portal_bot.portal.page.interruptions import OptionalScreens
from portal_bot.portal.page.navigation import BUSY, GONE_FOR_GOOD, Going
from portal_bot.portal.page.network import Traffic
from portal_bot.portal.page.observers import TakePicture, Watcher
from portal_bot.portal.page.request_blocking import Blocking

STEP_LIMIT = 90.0
"""Seconds after which the watchdog ends a browser that is still at one step."""
PATIENCE = 15.0
"""Seconds that a control is waited for."""
SETTLE = 10.0
"""Seconds that a portal is given to show a change that it has stored."""
LONG_POLL = 3.0
"""Seconds after which an open read is taken for a long poll, which never ends."""
GRACE = 0.7
"""Seconds after the last script read in which a page may still show what it has, before a bad answer is held against it."""
RESTS = 0.006
"""Seconds that are left to a page to draw the rest of a change before it is looked at."""
LEAVING_RESTS = 3.0
"""Seconds that the portal is given for what a page has sent as it was left."""
LOOK_ASIDE = 0.3
"""Seconds between two looks for optional screens while a control is waited for."""


class PortalPage(Hand, Going):
    """A page with the map's controls on it. Everything a flow does to the portal goes through here."""

    def __init__(
        self,
        page: Page,
        portal_map: PortalMap,
        *,
        url: str,
        events: EventStream,
        stop: threading.Event,
        watchdog: Watchdog,
        worker: int = 0,
        patience: float = PATIENCE,
        step_limit: float = STEP_LIMIT,
        settle: float = SETTLE,
        learned: Discoveries | None = None,
        practices: Sequence[str] = (),
    ) -> None:
        self.page = page
        self.map = portal_map
        self.url = url
        self.home = url
        """Where a signed-in user lands: the place to start anew from."""
        self.signs_out_at = ""
        """The place on the first page of what signs out; empty: not known."""
        self.at_record = False
        """A record may stand open (or a window over the list), so that menu and drop-downs may be out of reach."""
        self.typed = False
        """A box was ticked here and the change is not proved. Pages may keep a draft, so nothing read here counts any more."""
        self.save_led_to_page = False
        """The last Save has loaded the page that is open now."""
        self.list_at_start = False
        """The open list shows its first page, neither filtered nor scrolled."""
        self.through_menu = False
        """Lists and records are reached through the menu, never by their addresses."""
        self.lives_in_page = False
        """The session ends with the document: nothing may be opened by its address."""
        self.list_open: ListName | None = None
        """The list that was opened last. While it stands, on whatever page, its menu entry may do nothing."""
        self.events = events
        self.worker = worker
        self.patience = patience
        self.settle_seconds = settle
        """Seconds that the portal may take until a change that it has stored shows."""
        self.learned = learned or Discoveries()
        self.signed_in = False
        self.step_label = ""
        self.traffic = Traffic(page)
        self.watchers: list[Watcher] = []
        self.take_picture: TakePicture | None = None
        self.answer_dialog: Callable[[Dialog], bool] = lambda _dialog: False
        self._stop = stop
        self._never = threading.Event()
        self._watchdog = watchdog
        self._step_limit = step_limit
        self._in_hand = False
        self._looked_aside = 0.0
        self._began = 0
        """Requests before this one belong to the page before."""
        self.finder = Finder(page, portal_map, self.wait_for_change, self._look_aside, self._tell_drift, patience, self.learned.believed)
        any_practice = "|".join(re.escape(name) for name in practices)
        self.finder.names = {**portal_map.captions, "any_practice": f"/^\\W*({any_practice or '(?!)'})\\W*$/"}
        page.on("dialog", self._on_dialog)
        self._blocking = Blocking(page, portal_map.block, self.learned)
        self._screens = OptionalScreens(page, self.finder, self._tell_note)
        self._screens.handled()

    # -- controls --------------------------------------------------------------------------------------------------

    def find(self, control: str, **asked: Any) -> Found:
        """The control, waited for. See ``Finder.wait``."""
        return self.finder.wait(control, **asked)

    def maybe(self, control: str, **asked: Any) -> Found | None:
        """The control if it stands there now; an optional control is never waited for."""
        return self.finder.now(control, **asked)

    def soon(self, control: str, *, seconds: float) -> Found | None:
        """The control as soon as it stands there by whatever candidate, or ``None``."""
        found: Found | None = None

        def there() -> bool:
            nonlocal found
            found = self.maybe(control)
            return found is not None

        self.until(there, seconds=seconds)
        return found

    def first_of(self, *controls: str, **asked: Any) -> Found | None:
        """Whichever of several controls stands first: a race between screens that may follow."""
        return self.finder.first_of(controls, **asked)

    def has(self, control: str) -> bool:
        return self.finder.declared(control)

    def use_map(self, portal_map: PortalMap) -> None:
        """Goes by another map from here on; what was believed of the old one is forgotten."""
        self.map = portal_map
        self.finder.use_map(portal_map)
        self._blocking.use(portal_map.block)

    def show(self, locator: Locator, *, click: bool = False) -> None:
        """Lets whoever looks on see a control; nothing happens where nobody does."""
        for watcher in self.watchers:
            watcher.looking(self, locator, click=click)

    def text_of(self, found: Found) -> str:
        """What a drop-down shows as chosen, or the text of anything else."""
        return str(self.choice(found)["chosen"])

    def choice(self, found: Found) -> Mapping[str, Any]:
        """``native``, ``chosen`` and (of a native drop-down) ``options``."""
        answer: Mapping[str, Any] = found.ask("choice", timeout=self.patience)
        return answer

    # -- steps -----------------------------------------------------------------------------------------------------

    @contextmanager
    def step(self, label: str, *, article: str = "", limit: float | None = None, **told: Any) -> Iterator[None]:
        """A named step, told to the listeners. ``article`` is the step's number in the help article.

        An interruption is heeded before a step, never between Save and its proof. Whatever Playwright raises inside
        becomes a PageError that names the step.
        """
        self.heed()
        outer, self.step_label = self.step_label, label
        self.events.emit("step", worker=self.worker, label=label, article=article, **told)
        try:
            with self._watchdog.step(label, self._step_limit if limit is None else limit), ExitStack() as looking_on:
                for watcher in self.watchers:
                    looking_on.enter_context(watcher.step(self, label, article))
                yield
        except Error as error:
            raise self._named(error, label) from error
        except PortalBotError as error:
            if not hasattr(error, "step"):
                error.step = label  # type: ignore[attr-defined]
            raise
        self.step_label = outer

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """A record is in hand: an interruption waits until Save is proved."""
        self._in_hand = True
        try:
            yield
        finally:
            self._in_hand = False

    def never_interrupt(self) -> None:
        """Everything done here belongs to a Save that is to be proved, so an interruption waits until it is over."""
        self._in_hand = True

    def heed(self) -> None:
        """Raises Interrupted where the run was asked to stop."""
        if self._stop.is_set() and not self._in_hand:
            raise Interrupted("The run was interrupted.")

    def pause(self, seconds: float) -> None:
        """Between two looks at the page; ends at once when the run is interrupted."""
        (self._never if self._in_hand else self._stop).wait(seconds)
        self.heed()

    def until(
        self, condition: Callable[[], bool], *, seconds: float | None = None, every: float = 0.05, rests: float = RESTS
    ) -> bool:  # fmt: skip
        """Looks until a condition holds; false where it does not within ``seconds``. ``rests``: see ``wait_for_change``."""
        deadline = monotonic() + (self.patience if seconds is None else seconds)
        while not condition():
            if monotonic() > deadline:
                return False
            self._look_aside()
            self.wait_for_change(every, rests=rests)
        return True

    def wait_for_change(self, seconds: float, *, rests: float = RESTS) -> None:
        """Until something on the page changes, at most ``seconds``; what happened meanwhile is heard of. ``rests``: seconds from the
        change on, in which the rest of it may be drawn."""
        self.heed()
        try:
            in_frame(self.page.main_frame, "change", {"most": seconds * 1000, "rests": rests * 1000})
        except Error as error:  # the document was replaced: certainly a change
            if is_gone(error):
                raise
            self.pause(0.02)

    # -- what the page waits for -----------------------------------------------------------------------------------

    def is_quiet(self) -> bool:
        """Whether the scripts of the page had what they asked for when the last call was answered; long polls do not count."""
        return self.traffic.reads_open(LONG_POLL) == 0

    def settle(self, *, most: float = 5.0) -> None:
        """Waits until the scripts of the page have what they asked for; long polls are not waited for."""
        self.until(lambda: self.hear() and self.is_quiet(), seconds=most, every=0.02)

    def rest_after_leaving(self) -> None:
        """Waits, before a record is requested that may be saved, until the portal has what earlier pages sent as they were left.

        A portal may keep the open record in its session, and take such a request for a visit. (Public reports of lost edits; the browser
        does not report these requests, so their effect is waited for.)
        """
        self.until(lambda: self.hear() and not self.traffic.writes_open(), seconds=LEAVING_RESTS, every=0.02)
        if not self.learned.sends_on_leaving:
            with suppress(Error):  # a document that is just being replaced
                self.learned.sends_on_leaving = bool(in_frame(self.page.main_frame, "sentOnLeaving"))
        if self.learned.sends_on_leaving and (left := self.learned.left_at + LEAVING_RESTS - monotonic()) > 0:
            self.pause(left)

    # -- optional screens ------------------------------------------------------------------------------------------

    def dismiss_interruptions(self) -> bool:
        """Presses away optional screens that stand now; true where there was one."""
        return self._screens.dismiss()

    def without_handlers(self) -> None:
        """Handlers off: from here to Save nothing is pressed but Save."""
        self._screens.unhandled()

    def with_handlers(self) -> None:
        self._screens.handled()

    def _look_aside(self) -> None:
        """While waiting: optional screens, and whether the portal asks to sign in again."""
        now = monotonic()
        if now - self._looked_aside < LOOK_ASIDE:
            return
        self._looked_aside = now
        if self.signed_in and self.finder.now("sign_in.password"):
            raise SessionEnded("The portal asks to sign in again: the session has ended.")
        self._heed_bad_reads(now)
        self.dismiss_interruptions()

    def _heed_bad_reads(self, now: float) -> None:
        """What is waited for will not come where the page's scripts were told to be patient, or that the record is gone."""
        if not self.signed_in or self.traffic.reads_open(LONG_POLL) or now - self.traffic.quiet_since < GRACE:
            return
        if bad := self.traffic.bad_read(self._began, BUSY | GONE_FOR_GOOD if self.at_record else BUSY):
            raise self.bad_answer(bad.status, bad.retry_after, bad.url)

    # -- small things ----------------------------------------------------------------------------------------------

    def hear(self) -> bool:
        """Lets Playwright hand over what happened meanwhile (its events come only during a call)."""
        self.page.context.cookies("http://127.0.0.1")
        return True

    def _on_dialog(self, dialog: Dialog) -> None:
        leave = dialog.type in ("beforeunload", "alert")
        with suppress(Error):
            if leave or self.answer_dialog(dialog):
                dialog.accept()
            else:
                dialog.dismiss()
                self.events.emit("warning", worker=self.worker, text=f'The portal asked "{dialog.message}" and was answered No.')

    def _tell_note(self, text: str) -> None:
        self.events.emit("note", worker=self.worker, text=text)

    def _tell_drift(self, found: Found) -> None:
        first = self.map.control(found.control)[0]
        self.events.emit("drift", worker=self.worker, control=found.control, candidate=str(found.candidate), first=str(first))

    def _named(self, error: Error, label: str) -> PortalBotError:
        if self._watchdog.fired:
            return BrowserGone(f"{label}: the page no longer answered, so the browser was ended.")
        if is_gone(error):
            return BrowserGone(f"{label}: the browser has gone ({first_line(error)}).")
        return PageError(f"{label}: {first_line(error)}")
