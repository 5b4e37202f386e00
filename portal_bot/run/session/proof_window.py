"""The window of a worker in which proofs are read, and nothing else: nothing of a change is ever typed in it.

It has a browser context of its own, so no draft that a page keeps (in its storage, a database, a cookie) can reach it. It begins as the
sign-in handed the session over, with the cookies that the working window has now. Service workers are blocked, and documents and data
come from the portal, never from a cache. Between two readings it shows a blank page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from playwright.sync_api import Error

from flows.practice import select_practice
from flows.sign_in import is_signed_in
from flows.user_administration import open_list
from portal_bot.model.entities import ListName
from portal_bot.model.errors import BrowserGone, Busy, PageError, PortalChanged, SessionEnded
from portal_bot.portal.browser.handover import Handover
from portal_bot.portal.page.portal_page import PortalPage

T = TypeVar("T")


class ProofWindow:
    """One for each worker and session of it."""

    def __init__(
        self,
        working: PortalPage,
        handed_over: Handover | None,
        *,
        opens: Callable[[Handover], PortalPage],
        closes: Callable[[PortalPage], None],
        signs_in: Callable[[], tuple[PortalPage, Handover | None]],
        shares_its_end: bool = True,
    ) -> None:
        """``shares_its_end``: where the session worked here and ends, it is taken to have ended for the working window too.

        ``handed_over``: the session as it was right after the sign-in, ``None`` where the portal keeps it in one page.

        ``opens``: a window in a context of its own with a session. ``closes`` it. ``signs_in``: a sign-in for this window alone; the
        page that it ends on, and the session if another window takes it. May raise what a sign-in raises.
        """
        self._working = working
        self._handed_over = handed_over
        self._opens, self._closes, self._signs_in = opens, closes, signs_in
        self._window: PortalPage | None = None
        self._practice: tuple[str | None] | None = None
        self._list: ListName | None = None
        self._shares_its_end = shares_its_end
        self._has_worked = False
        self.has_own_session = False
        """It has signed in for itself, so it outlives the session of the working window."""

    def works_beside(self, working: PortalPage, handed_over: Handover | None) -> bool:
        """Goes on with a new working window. False where this window has the session that has ended."""
        if not self.has_own_session:
            return False
        self._working, self._handed_over = working, handed_over
        return True

    def read(self, practice: str | None, which: ListName, do: Callable[[PortalPage], T]) -> T:
        """What ``do`` reads, in the practice. Signs in and chooses the practice again, each once, where the window has lost them.

        Raises what ``do`` raises; SessionEnded where the session worked here and has ended, so that the caller begins a new one; PageError
        where the window cannot be signed in.
        """
        signed_in_again = began_again = False
        self._list = which
        while True:
            try:
                answer = do(self._ready(practice))
                self._has_worked = True
                return answer
            except (BrowserGone, Busy, PortalChanged):
                raise
            except SessionEnded as error:
                if self._has_worked and self._shares_its_end and not self.has_own_session:
                    raise
                if signed_in_again:
                    raise PageError(f"Save was pressed, but the change cannot be proved: {error.message}", hint=_HINT) from error
                signed_in_again = True
                self._sign_in()
            except PageError:
                if began_again or self._window is None:
                    raise
                began_again = True
                self._begin_again()
            finally:
                self._leave()

    def problem(self, practice: str | None) -> str:
        """Why the window cannot show the practice with the session of the working window; empty where it can. No password is sent."""
        try:
            self._ready(practice)
        except PageError as error:
            return error.message
        finally:
            self.close()
        return ""

    def close(self) -> None:
        """Closes the window. Raises nothing."""
        if self._window is not None:
            self._closes(self._window)
        self._window, self._practice = None, None

    # -- signed in, and in the practice ----------------------------------------------------------------------------

    def _ready(self, practice: str | None) -> PortalPage:
        if self._window is None:
            self._open()
        elif not self.has_own_session:
            self._take_cookies()
        window = self._window
        assert window is not None
        if self._practice != (practice,):
            if self._practice is not None or window.at_record:
                window.go_home()
            select_practice(window, practice)
            self._practice = (practice,)
            window.list_open = None
        return window

    def _open(self) -> None:
        """Opens the window with the session of the working one. Raises SessionEnded where the portal does not take it there."""
        handed_over = self._handed_over
        if handed_over is None:
            raise SessionEnded("The portal keeps the session in one page.")
        handed_over = handed_over.with_cookies(_cookies(self._working))
        for session in (handed_over.without_databases(), handed_over) if handed_over.has_databases else (handed_over,):
            if self._takes(session):
                return
        raise SessionEnded("The portal does not take the session in a second window.")

    def _takes(self, session: Handover) -> bool:
        try:
            window = self._opens(session)
        except Error:  # no browser takes what was handed over
            return False
        window.never_interrupt()
        with suppress(PageError):
            if window.patiently(lambda: is_signed_in(window, session.address)):
                self._use(window, session.address)
                return True
        self._closes(window)
        return False

    def _use(self, window: PortalPage, home: str) -> None:
        window.signed_in, window.home = True, home
        self._window, self._practice = window, None

    def _sign_in(self) -> None:
        """A sign-in for this window alone."""
        self.close()
        try:
            page, session = self._signs_in()
        except PageError as error:
            raise PageError(f"Save was pressed, but the change cannot be proved: {error.message}", hint=_HINT) from error
        self.has_own_session = True
        if session is not None and self._takes(session):
            self._closes(page)
            return
        page.never_interrupt()
        page.lives_in_page = True
        self._use(page, page.page.url)

    def _begin_again(self) -> None:
        """From the first page on, through the menu: what a record's address shows may be in another practice."""
        window = self._window
        assert window is not None
        window.through_menu, self._practice = True, None
        window.at_record = True

    # -- cookies ---------------------------------------------------------------------------------------------------

    def _take_cookies(self) -> None:
        """The cookies of now, since portals renew the one of the session."""
        assert self._window is not None and self._handed_over is not None
        _copy(self._handed_over, self._working, self._window)

    def _leave(self) -> None:
        """Leaves the record, and gives the working window the session's cookies as the portal has renewed them here."""
        if self._window is None:
            return
        with suppress(Error, PageError):
            if self._window.lives_in_page:
                assert self._list is not None
                open_list(self._window, self._list)
            else:
                with self._window.step("Leave the record that was proved"):
                    self._window.leave()
            if self._window.through_menu:
                self._practice = None
            if not self.has_own_session and self._handed_over is not None:
                _copy(self._handed_over, self._window, self._working)


def _copy(session: Handover, source: PortalPage, target: PortalPage) -> None:
    now, known = session.own_cookies(_cookies(source)), session.own_cookies(_cookies(target))
    if changed := [cookie for cookie in now if cookie not in known]:
        target.page.context.add_cookies(changed)


def _cookies(portal: PortalPage) -> Sequence[Any]:
    return portal.page.context.cookies()


_HINT = "Look at the record in the portal. `portal-bot doctor` shows whether a second window is signed in here."
