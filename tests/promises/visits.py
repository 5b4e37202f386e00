"""Who is signed in, and by what the portal knows them again: a cookie, or tokens that a script sends."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from time import monotonic

ACCESS_LASTS = 20.0
"""Seconds for which an access token is good."""


@dataclass
class Visit:
    """One sign-in: the practice it is in, the record it has open, and the one that it had open before."""

    practice: str
    open: int | None = None
    before: int | None = None
    ended: bool = False

    def opens(self, key: int) -> None:
        if key != self.open:
            self.before, self.open = self.open, key


class Visits:
    """Every sign-in of a portal. Only ``begin`` makes one."""

    def __init__(self, first_practice: str) -> None:
        self._first_practice = first_practice
        self._by_cookie: dict[str, Visit] = {}
        self._by_access: dict[str, tuple[Visit, float]] = {}
        self._by_refresh: dict[str, Visit] = {}
        self._used: set[str] = set()

    def begin(self) -> Visit:
        return Visit(self._first_practice)

    def cookie_for(self, visit: Visit) -> str:
        key = secrets.token_urlsafe()
        self._by_cookie[key] = visit
        return key

    def access_for(self, visit: Visit, *, lasts: float = ACCESS_LASTS) -> str:
        key = secrets.token_urlsafe()
        self._by_access[key] = visit, monotonic() + lasts
        return key

    def refresh_for(self, visit: Visit) -> str:
        key = secrets.token_urlsafe()
        self._by_refresh[key] = visit
        return key

    def refreshed(self, token: str) -> Visit | None:
        """The sign-in of a refresh token, which is spent by that. A token that comes twice was stolen: it ends the whole sign-in."""
        visit = self._by_refresh.get(token)
        if visit is None or visit.ended:
            return None
        if token in self._used:
            visit.ended = True
            return None
        self._used.add(token)
        return visit

    def known(self, cookie: str | None, access: str) -> Visit | None:
        """The sign-in that a request belongs to."""
        visit, until = self._by_access.get(access, (self._by_cookie.get(cookie or ""), monotonic() + 1))
        return None if visit is None or visit.ended or monotonic() > until else visit
