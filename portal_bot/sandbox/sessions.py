"""Sessions, kept on the server under a token that the browser holds in a cookie."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Session:
    """One browser's visit. The chosen practice lives here, so all its tabs are in the same one."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    user: str | None = None
    practice: int = 1
    steps: list[str] = field(default_factory=list)
    """What is still asked of the user before the sign-in counts."""
    return_url: str = ""
    notice: str = ""
    used: float = field(default_factory=time.monotonic)

    @property
    def signed_in(self) -> bool:
        return self.user is not None and not self.steps


class Sessions:
    """All open sessions."""

    def __init__(self, minutes: float) -> None:
        self._idle = minutes * 60
        self._lock = threading.Lock()
        self._open: dict[str, Session] = {}

    def start(self, session: Session | None = None) -> Session:
        """A new session; after a sign-in it takes over from the anonymous one."""
        fresh = session or Session()
        with self._lock:
            self._open[fresh.token] = fresh
        return fresh

    def find(self, token: str | None) -> Session | None:
        """The session of a token, if it is still open; using it keeps it so."""
        with self._lock:
            session = self._open.get(token or "")
            if session is None:
                return None
            if time.monotonic() - session.used > self._idle:
                del self._open[session.token]
                return None
            session.used = time.monotonic()
            return session

    def end(self, session: Session) -> None:
        """Close one session."""
        with self._lock:
            self._open.pop(session.token, None)

    def end_all(self) -> None:
        """Close every session, as a restart of the portal would."""
        with self._lock:
            self._open.clear()
