"""A worker's browser, signed in: how a session begins, is handed over to the page that works, is renewed and ends."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, TypeVar

from playwright.sync_api import Error

from flows.sign_in import is_signed_in, sign_out
from portal_bot.model.entities import ListName
from portal_bot.model.errors import BrowserGone, Interrupted, PageError, PortalBotError, SessionEnded, SignInNeedsPerson
from portal_bot.portal.browser.handover import Handover
from portal_bot.portal.page.discoveries import Discoveries
from portal_bot.portal.page.fresh_answers import ask_portal_for_every_answer
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.run.run_context import RunContext
from portal_bot.run.session.password_sign_in import PasswordSignIn
from portal_bot.run.session.proof_window import ProofWindow
from portal_bot.run.session.shared_session import SharedSession
from portal_bot.run.session.worker_browser import WorkerBrowser
from portal_bot.run.work_queue import Share

T = TypeVar("T")
MOST_ENDED_IN_PROOF = 2
"""Sessions that end in the proof window before that one signs in for itself: it may lose what the working window renews."""
PEOPLE_ON_PAGE = 100
"""People after whom the work goes on in a new page: what Playwright tells of each request it keeps until the page is closed,
0.1 MB a person in the program alone."""


class WorkerSession:
    """A worker's browser with a signed-in page. Enter and leave it in the worker's own thread."""

    def __init__(
        self, around: RunContext, worker: int, *, shares: bool = False, needed: Callable[[], bool] = lambda: True
    ) -> None:  # fmt: skip
        """``shares``: the sign-in of a practice is used by all its workers (``run.share_session``); see ``join``.

        ``needed``: whether there is still something to do, asked before the first sign-in; entering raises Interrupted where not.
        """
        self._around = around
        self._worker = worker
        self.browser = WorkerBrowser(around, worker)
        self._shares = shares
        self._needed = needed
        self._over: Handover | None = None
        """The session as the sign-in handed it over; ``None`` where the portal keeps it in one page."""
        self._session: SharedSession | None = None
        self._on_kept = False
        """Whether the session is a person's, which the next run needs too."""
        self.entered: tuple[str | None] | None = None
        """The practice that this session was seen to be in, by name (``None`` where the account has one); empty: not known."""
        self.number = 0
        """The session's number among the run's sign-ins. (``brakes.SignIns``)"""
        self.sessions_ended = 0
        self.browsers_gone = 0
        self._people_on_page = 0
        self._proofs: ProofWindow | None = None
        self._ended_in_proof = 0
        self._password = PasswordSignIn(around, worker)

    @property
    def portal(self) -> PortalPage:
        """The page at work."""
        return self.browser.portal

    def __enter__(self) -> WorkerSession:
        try:
            self.browser.start()
            if not self._shares:
                self._sign_in(Discoveries(), needed=self._needed)
        except BaseException:
            self.browser.end()
            raise
        return self

    def __exit__(self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None) -> None:
        self.browser.end_watch()
        if self._on_kept:
            self._keep_again()
        elif self._session is None or self._session.left_by(self._over):
            self._sign_out()
        self.browser.end()

    def join(self, share: Share) -> None:
        """Goes into the session of a practice, where its workers share one: begins it, or goes on with what was begun.

        A session that nobody else uses any more is taken along to the next practice. Different practices never share one.
        """
        if not self._shares:
            return
        if share.session is None:  # whoever begins the practice is here before anybody else may join
            share.session = SharedSession()
        before, shared = self._session, share.session
        if before is shared:
            return
        self._session = shared
        shared.joined_by_one()
        last = before is not None and before.left_by(self._over)
        if not (last and shared.begun_with(self._over, self.number)):
            if before is not None:
                self._leave(signs_out=last)
            self._into(shared)

    def _leave(self, *, signs_out: bool) -> None:
        self.browser.end_watch()
        if signs_out:
            self._sign_out()
        self.browser.leave_context()

    def _into(self, shared: SharedSession) -> None:
        """Goes on with a session that somebody else has begun, if the portal takes it; else begins it, one worker at a time."""
        learned = self.browser.portal.learned if self.browser.portal else Discoveries()
        number, known = shared.number, shared.over
        if self._goes_on_with(shared, known, number, learned):
            self._keep_proofs()
            return
        with shared.lock:
            # Somebody may have begun it anew meanwhile.
            if shared.over is known or not self._goes_on_with(shared, shared.over, shared.number, learned):
                self._sign_in(learned)
                shared.number, shared.over = self.number, self._over
        self._keep_proofs()

    def _goes_on_with(self, shared: SharedSession, over: Handover | None, number: int, learned: Discoveries) -> bool:
        if over is None or over is self._over:
            return False
        taken = self._took_up(over, learned)
        shared.tried(over, taken=taken)
        if not taken:
            return False
        self._over, self.number = over, number
        return True

    def prove(self, practice: str | None, which: ListName, read: Callable[[PortalPage], T]) -> T:
        """Reads in the proof window of this session. See ``ProofWindow.read``."""
        if self._proofs is None:
            self._proofs = ProofWindow(
                self.browser.portal, self._over, opens=self._opened_beside, closes=self._close_beside, signs_in=self._signed_in_beside,
                shares_its_end=self._ended_in_proof < MOST_ENDED_IN_PROOF,
            )  # fmt: skip
        try:
            return self._proofs.read(practice, which, lambda window: self._watched(window, read))
        except SessionEnded:
            self._ended_in_proof += 1
            raise

    def _watched(self, window: PortalPage, read: Callable[[PortalPage], T]) -> T:
        with ExitStack() as watching:
            for each in self._around.watch:
                watching.enter_context(each.also(window))
            return read(window)

    def second_window_problem(self, practice: str | None) -> str:
        """Why a change could not be proved in a second window here; empty where it could."""
        window = ProofWindow(
            self.browser.portal, self._over, opens=self._opened_beside, closes=self._close_beside, signs_in=self._signed_in_beside
        )
        return window.problem(practice)

    def work_in_fresh_window(self) -> None:
        """Goes on in a new window with the session as the sign-in handed it over: the old one may keep a draft of what was typed."""
        old, over = self.browser.portal, self._over
        if over is not None:
            with suppress(Error, PageError):
                portal = self._opened_with(over.with_cookies(old.page.context.cookies()))
                if self._is_taken(portal, old.home):
                    self.browser.end_watch()
                    self.browser.portal, self.entered = portal, None
                    self.browser.process.leave(old.page.context)
                    self._keep_proofs()
                    self.browser.begin_watch()
                    return
                self._close_beside(portal)
        self.renew_session()

    def _keep_proofs(self) -> None:
        """Lets the proof window go on beside a new working window, if it has a session of its own."""
        if self._proofs is not None and not self._proofs.works_beside(self.browser.portal, self._over):
            self._proofs.close()
            self._proofs = None

    def _opened_beside(self, session: Handover) -> PortalPage:
        window = self._opened_with(session, service_workers="block")
        ask_portal_for_every_answer(window.page)
        return window

    def _opened_with(self, session: Handover, **options: Any) -> PortalPage:
        """A window in a context of its own, by the map that the working window goes by."""
        window = self.browser.page_for(
            session.new_page(self.browser.process, prepare=self.browser.prepare, **options), self.browser.portal.learned
        )
        if window.map is not self.browser.portal.map:
            window.use_map(self.browser.portal.map)
        return window

    def _close_beside(self, window: PortalPage) -> None:
        self.browser.process.leave(window.page.context)

    def _signed_in_beside(self) -> tuple[PortalPage, Handover | None]:
        """A sign-in for the proof window alone: the page it ends on, and its session."""
        if not self._around.access.password:
            raise PageError("the portal does not take the session in a second window, and there is no password that may be sent.")
        with self._around.signing_in:
            try:
                self._password.wait_for_code(lambda: True)
            except Interrupted as error:
                raise PageError("the run was interrupted while the proof window waited for a one-time code.") from error
            page = self.browser.page_for(self.browser.process.new_page(service_workers="block"), self.browser.portal.learned)
            ask_portal_for_every_answer(page.page)
            self._password.sent_on(page)
            over = self._password.handed_over(page)
            self._around.brakes.sessions.begun()
            return page, over

    def notices_the_end(self) -> bool:
        """Counts a session that the portal has ended; false where a worker that shares it has noticed that before."""
        self.sessions_ended += 1
        return self._session is None or self._session.is_first_to_notice(self._over)

    def renew_session(self) -> None:
        """Signs in again after the portal ended the session."""
        self.browser.end_watch()
        self.browser.leave_context()
        self._sign_in_again(self.browser.portal.learned)
        self._keep_proofs()

    def renew_browser(self) -> None:
        """A new browser and a new sign-in after the old browser has gone."""
        learned = self.browser.portal.learned
        self.browser.end_watch()
        self.browser.end()
        self._proofs = None
        self.browser.start()
        self._over = None  # a session that others share may well go on: it was the browser that ended
        self._sign_in_again(learned)

    def person_done(self) -> None:
        """Lets the work go on in a new page after so many people; in the same one where the portal keeps something in it."""
        self._people_on_page += 1
        old = self.browser.portal
        if self._people_on_page < PEOPLE_ON_PAGE or self._around.watch or self._over is None or self._over.tab:
            return
        self._people_on_page = 0
        with suppress(Error, BrowserGone):  # a browser that has gone is noticed at the next person
            with self.browser.process.opening():
                page = old.page.context.new_page()
            portal = self.browser.page_for(page, old.learned)
            if portal.map is not old.map:
                portal.use_map(old.map)
            if self._is_taken(portal, old.home):
                self.browser.portal, self.entered = portal, None
                self.browser.process.leave(old.page)
                self._keep_proofs()
            else:
                self.browser.process.leave(page)

    def _is_taken(self, portal: PortalPage, address: str) -> bool:
        """Whether a page is signed in with the session of its context."""
        try:
            taken = portal.patiently(lambda: is_signed_in(portal, address))
        except Interrupted:
            raise
        except PortalBotError:  # whatever is the matter is met again in the page that the work was done in so far
            return False
        portal.signed_in, portal.home = True, address
        return taken

    def _sign_in_again(self, learned: Discoveries) -> None:
        if self._session is None:
            self._sign_in(learned)
            return
        self._into(self._session)

    def _sign_in(self, learned: Discoveries, *, needed: Callable[[], bool] = lambda: True) -> None:
        """Signs in on a page of its own, which hands the session over to the page that works.

        The page of the sign-in goes on itself where nobody looks on and the document that has seen the password is gone, and
        where the portal does not take the session over (it keeps it in that one page).
        Raises Interrupted where the run was stopped, or the others have done everything while this one waited for its turn.
        """
        around = self._around
        with around.signing_in:
            self._password.is_needed(needed)
            around.brakes.opened = True
            self._on_kept = self._worker == 0 and self._took_up_kept(learned)
            if self._on_kept:
                return
            if not around.access.password:
                raise SignInNeedsPerson(
                    self._password.with_what_was_done(
                        "Cannot sign in: the portal no longer takes the session that a person has begun, "
                        "and there is no password that may be sent."
                    ),
                    hint="Sign in by hand again with `portal-bot login`, then run again: whoever is done is left alone.",
                )
            self._password.wait_for_code(needed)
            first = self.browser.page_for(self.browser.process.new_page(), learned)
            forgot_password = self._password.sent_on(first)
            over = self._password.handed_over(first)
            if forgot_password and not around.watch:
                self.browser.portal, self._over = first, over
            else:
                self._hand_over(first, over, learned)
            self.browser.portal.signed_in = True
            self.browser.portal.home = over.address
            self.entered = None
            self.number = around.brakes.sessions.begun()
            self.browser.begin_watch()

    def _hand_over(self, first: PortalPage, over: Handover, learned: Discoveries) -> None:
        """Goes on in a page in a context of its own, if the portal takes the session there."""
        with first.step("Hand the session over to the page that works"):
            page = over.new_page(self.browser.process, prepare=self.browser.prepare)
        portal = self.browser.page_for(page, learned)
        if portal.map is not first.map:
            portal.use_map(first.map)
        if portal.patiently(lambda: is_signed_in(portal, over.address)):
            self.browser.process.leave(first.page.context)
            self.browser.portal, self._over = portal, over
        else:
            self.browser.process.leave(page.context)
            self.browser.portal, self._over = first, None
            first.lives_in_page = True

    def _took_up_kept(self, learned: Discoveries) -> bool:
        """Goes on with the session that a person has begun, if there is one that the portal still takes. No password is sent."""
        over = self._around.access.kept
        if over is None:
            return False
        for secret in over.secrets():
            self._around.keep_secret(secret)
        if self._took_up(over, learned):
            self.number = self._around.brakes.sessions.begun()
            self._around.events.emit("signed-in", worker=self._worker, user_name=self._around.access.user_name)
            return True
        text = "The portal no longer takes the session that a person has begun with `portal-bot login`."
        self._around.events.emit("warning", worker=self._worker, text=text)
        return False

    def _took_up(self, over: Handover, learned: Discoveries) -> bool:
        """Goes on with a session; false where the portal does not take it (any more)."""
        try:
            portal = self.browser.page_for(over.new_page(self.browser.process, prepare=self.browser.prepare), learned)
        except Error:  # no browser takes it, as it was kept: no matter of the browser, and the password may still do
            return False
        with suppress(PageError):  # a page that shows neither: certainly not signed in
            if portal.patiently(lambda: is_signed_in(portal, over.address)):
                portal.signed_in, portal.home = True, over.address
                self.browser.portal, self._over, self.entered = portal, over, None
                self.browser.begin_watch()
                return True
        self.browser.leave_context(portal.page.context)
        return False

    def _keep_again(self) -> None:
        if not self.browser.is_open or self.browser.process.watchdog.fired:
            return
        with suppress(Exception), self.browser.portal.in_hand(), self.browser.process.watchdog.step("keep the session", 20):
            now = Handover.of(self.browser.portal.page, address=self.browser.portal.home)
            self._around.access.keep_again(now if self._over is None else now.without_additions_to(self._over))

    def _sign_out(self) -> None:
        if not self.browser.is_open or self.browser.process.watchdog.fired or self.browser.portal is None:
            return
        with suppress(Exception), self.browser.portal.in_hand(), self.browser.process.watchdog.step("sign out", 20):
            if not sign_out(self.browser.portal):
                self.browser.portal.open(self.browser.portal.url)
                self.browser.portal.first_of("sign_in.signed_in", timeout=5)
                sign_out(self.browser.portal)
