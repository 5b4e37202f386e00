"""What the workers of a run share: the way in, the map, the browser, the brakes, and who looks on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from playwright.sync_api import BrowserContext

from portal_bot.model.errors import PageError, PortalBotError
from portal_bot.model.events import EventStream
from portal_bot.portal.browser.found_browser import FoundBrowser
from portal_bot.portal.browser.handover import Handover
from portal_bot.portal.browser.process import BrowserProcess
from portal_bot.portal.map.portal_map import PortalMap
from portal_bot.portal.page.observers import TakePicture
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.run.account.totp import OneTimeCodes
from portal_bot.run.first_change import FirstChange
from portal_bot.run.stopping.brakes import Brakes


@dataclass(frozen=True)
class Access:
    """What it takes to sign in, and where the password may go."""

    url: str
    user_name: str
    password: str = field(repr=False)
    codes: OneTimeCodes | None = field(default=None, repr=False)
    allowed_origins: tuple[str, ...] = ()
    kept: Handover | None = field(default=None, repr=False)
    """A session that a person has begun by hand. Without a password nothing else can be signed in with."""
    keep_again: Callable[[Handover], None] = lambda _session: None
    """Keeps that session as it is after the work: portals renew the cookie of one that is used."""


class BesideSignIn(Protocol):
    """Somebody beside a sign-in."""

    def before(self, portal: PortalPage) -> None:
        """Looks at the page of the sign-in before anything is typed; may give the portal another map."""

    def stuck(self, portal: PortalPage, error: PortalBotError) -> bool:
        """The sign-in ended with an error. True where the page is signed in all the same, by a person's hand, say."""


class BesideWork(Protocol):
    """Somebody who looks on while a session works; the sign-in is over by then. Never raises."""

    def prepare(self, context: BrowserContext) -> None:
        """The context that will work, before it has a page."""

    def begin(self, portal: PortalPage, session: BrowserProcess) -> None: ...

    def end(self, portal: PortalPage) -> None: ...

    def also(self, window: PortalPage) -> AbstractContextManager[None]:
        """Around what is read in the proof window."""


@dataclass(frozen=True)
class RunContext:
    """What all workers of a run share."""

    access: Access
    map: PortalMap
    events: EventStream
    brakes: Brakes
    found: FoundBrowser
    headless: bool
    practices: tuple[str, ...]
    keep_secret: Callable[[str], None]
    """Tells the redactor of a session cookie or token."""
    remember_refusal: Callable[[], None]
    """Keeps in mind that this password was refused, so that it is never sent again."""
    today: date
    patience: float = 15.0
    """Seconds that a control is waited for. (``limits.wait``)"""
    step_limit: float = 90.0
    """Seconds after which a browser that is still at one step is ended. (``limits.step``)"""
    settle: float = 10.0
    """Seconds that the portal may take until a change that it has stored shows. (``limits.settle``)"""
    first_change: FirstChange = field(default_factory=FirstChange)
    """Lets one person be changed and proved before anybody else is."""
    beside: BesideSignIn | None = None
    """Looks on while a session signs in, as doctor and calibrate do."""
    evidence: Callable[[PortalPage, PageError], None] | None = None
    """Keeps what the page showed when somebody failed for its reason; never raises."""
    pictures: TakePicture | None = None
    """Keeps before and after of each change."""
    workers: int = 1
    """How many of them there are at most."""
    watch: tuple[BesideWork, ...] = ()
    """Look on while the session works, as a recording does."""
    signing_in: threading.Lock = field(default_factory=threading.Lock)
    """Sign-ins happen one after another: the first must succeed before a second is tried."""
