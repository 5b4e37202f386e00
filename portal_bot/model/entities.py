"""What the bot speaks of: people, what is wanted of them, what was seen and what came of it. Data only; no browser, no files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Mode(StrEnum):
    """What a run is for. Only ``APPLY`` ever writes."""

    PLAN = "plan"
    APPLY = "apply"
    ROSTER = "roster"
    AUDIT = "audit"
    DOCTOR = "doctor"
    CALIBRATE = "calibrate"


class ListName(StrEnum):
    """The two lists under User Administration. (Help article: clinical staff stand under Providers.)"""

    PROVIDERS = "providers"
    STAFF = "staff"

    @property
    def caption(self) -> str:
        return "Providers" if self is ListName.PROVIDERS else "Staff Members"


class Outcome(StrEnum):
    """What came of one assignment. ``done`` is true where nobody has to look after it."""

    GRANTED = "granted"
    REMOVED = "removed"
    UNCHANGED = "unchanged"
    BY_ROLE = "by-role"
    AWAITED = "awaited"
    WOULD_GRANT = "would-grant"
    WOULD_REMOVE = "would-remove"
    NOT_FOUND = "not-found"
    AMBIGUOUS = "ambiguous"
    BLOCKED = "blocked"
    FAILED = "failed"
    NOT_TRIED = "not-tried"

    @property
    def done(self) -> bool:
        return self in _DONE

    @property
    def pending(self) -> bool:
        return self in (Outcome.WOULD_GRANT, Outcome.WOULD_REMOVE)


_DONE = frozenset({Outcome.GRANTED, Outcome.REMOVED, Outcome.UNCHANGED, Outcome.BY_ROLE, Outcome.AWAITED})


@dataclass(frozen=True)
class Person:
    """Somebody as the config names them. ``source`` is ``file:line`` for messages."""

    name: str
    email: str | None = None
    location: str | None = None
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Assignment:
    """One permission wanted on or off for one person of one list of one practice. ``index`` is its place in the config."""

    index: int
    practice: str | None
    """``None`` where the account has one practice and the config does not name it."""
    list: ListName
    person: Person
    permission: str
    wanted: bool
    until: date | None = None
    """The person may be missing from the portal until this day; then the outcome is ``awaited``."""


@dataclass(frozen=True)
class Seen:
    """How a permission stood on the record when it was read."""

    on: bool | None
    """``None``: the box is not there."""
    enabled: bool = True

    def settles(self, wanted: bool) -> Outcome | None:
        """The outcome that needs no click, or ``None`` where the box has to be changed.

        Ticked and disabled counts as given by a role (portal.md: how a role shows is unknown; this is the agreed reading).
        """
        if self.on is None:
            return Outcome.BLOCKED
        if self.on == wanted:
            return Outcome.BY_ROLE if self.on and not self.enabled else Outcome.UNCHANGED
        return None if self.enabled else Outcome.BLOCKED


@dataclass(frozen=True)
class Result:
    """What came of one assignment, and how it was seen."""

    assignment: Assignment
    outcome: Outcome
    before: bool | None = None
    after: bool | None = None
    detail: str = ""
    seconds: float | None = None
    pictures: tuple[str, ...] = ()
    email: str | None = None
    """The e-mail address that the portal showed, where the config gave none."""

    def row(self) -> dict[str, object]:
        """This result as a row of ``results.json``; every key is always there."""
        wanted = self.assignment
        return {
            "practice": wanted.practice,
            "list": str(wanted.list),
            "name": wanted.person.name,
            "email": wanted.person.email or self.email,
            "permission": wanted.permission,
            "wanted": wanted.wanted,
            "before": self.before,
            "after": self.after,
            "outcome": str(self.outcome),
            "detail": self.detail,
            "seconds": None if self.seconds is None else round(self.seconds, 2),
            "pictures": list(self.pictures),
        }


@dataclass(frozen=True)
class RosterEntry:
    """One row of a list as it was read, and how to come back to it."""

    list: ListName
    name: str
    email: str | None = None
    location: str | None = None
    address: str | None = None
    """Address of the record's own page, where the row links to one."""
    page: int = 1
    shown_under: str | None = None
    """The entry of the Locations drop-down under which the row was read."""
    page_address: str | None = None
    """Address of the list's page that the row is on, where pages have addresses of their own."""

    @property
    def said(self) -> str:
        """The entry for a message: name, list, location, e-mail."""
        where = ", ".join(part for part in (str(self.list), self.location) if part)
        return f"{self.name} ({where})" + (f", {self.email}" if self.email else "")


@dataclass(frozen=True)
class RosterPerson:
    """Somebody of the portal's own lists, with the present state of permissions. (What ``portal-bot roster`` writes.)"""

    practice: str | None
    list: ListName
    name: str
    email: str | None
    location: str | None
    permissions: Mapping[str, Seen]
    problem: str = ""
    """Why the record could not be read, where it could not."""


class How(StrEnum):
    """How somebody has a permission."""

    OWN = "own"
    ROLE = "by role"
    UNKNOWN = "unknown"


def how_of(seen: Seen | None) -> How | None:
    """``None`` where the permission is off."""
    if seen is None or seen.on is None:
        return How.UNKNOWN
    if not seen.on:
        return None
    return How.OWN if seen.enabled else How.ROLE
