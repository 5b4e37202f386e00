"""What the portal of these tests may do that real portals are reported to do. Without options it behaves well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Place = Literal["localStorage", "sessionStorage", "indexedDB", "cookie"]
"""Where a page may keep something."""


@dataclass(frozen=True)
class Answer:
    """How the portal takes a press of Save."""

    stores: bool = True
    status: int = 303
    """303 claims success and leads on; 200 shows a page that says what is wrong; anything else is an error."""
    presses: int | None = None
    """The first so many presses; ``None``: every press."""
    retry_after: int | None = None


WELL = Answer()
REFUSED = Answer(stores=False, status=200)
NOTHING = Answer(stores=False)
"""Claims success and stores nothing."""


@dataclass(frozen=True)
class Leaving:
    """A record page sends a request when the user leaves it. The server takes it for the word that this record is open."""

    event: Literal["pagehide", "unload", "visibilitychange"] = "pagehide"
    by: Literal["beacon", "keepalive"] = "beacon"
    delay: float = 0
    """Seconds until the server answers."""
    late: Literal["answer", "effect"] = "answer"
    """What the delay holds back: the answer alone, or the effect too."""


@dataclass(frozen=True)
class Quirks:
    """The behavior of one portal."""

    save: Answer = WELL
    after_save: Literal["list", "record"] = "list"
    """Where a good Save leads."""
    draft: Place | Literal[""] = ""
    """Where the record page keeps what was typed. It shows that again at each later load, whatever the server says."""
    cache: Literal["", "max-age", "expires", "last-modified", "etag", "data"] = ""
    """Why the browser may show an old record page. ``data``: the page is new and the data that its script asks for may be old."""
    service_worker: bool = False
    """A service worker answers record pages from a store of its own."""
    token: Literal["cookie", "rotating", "memory"] = "cookie"
    """``rotating``: a refresh token in localStorage, good once; a second use ends the sign-in. ``memory``: only the page has it."""
    practice: Literal["session", "header", "query"] = "session"
    """Other than ``session``: the tab keeps the chosen practice, and its page sends it along with each call."""
    stale: float = 0
    """Seconds after a stored Save in which a record still shows what it said before."""
    record_in_session: bool = False
    """The form does not say whose it is: Save writes to the record that the session has open."""
    leaving: Leaving | None = None
    misdirected: int = 0
    """The number of the press of Save that writes to the record that was open before this one."""
    flips_next: bool = False
    """Save also flips Messaging of the next person in the list."""
    opens: Literal["address", "post", "script"] = "address"
    """How a list opens a record. Only with ``address`` does a record have one."""

    @property
    def scripted(self) -> bool:
        """Whether scripts fill the pages, from data that they ask for."""
        return self.cache == "data" or self.token != "cookie" or self.practice != "session" or self.opens == "script"
