"""The invented people of the portal, and the audit: who has what, and every request that changed something."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from time import monotonic
from typing import Any

PRACTICES = ("Birchwood Family Clinic", "Lakeside Pediatric Group")
BIRCHWOOD, LAKESIDE = PRACTICES
NORA, TOMAS, JUNE, VICTOR = "Nora Ellison", "Tomas Ibarra", "June Okafor", "Victor Lindgren"
HELEN, RUTH, OSCAR, MIRIAM = "Helen Castro", "Ruth Penhale", "Oscar Tran", "Miriam Vogel"
LISTS = {"staff": "Staff Members", "providers": "Providers"}
_SEATS = (
    (BIRCHWOOD, "staff", (NORA, TOMAS, JUNE, VICTOR)),
    (BIRCHWOOD, "providers", (HELEN,)),
    (LAKESIDE, "staff", (RUTH, OSCAR)),
    (LAKESIDE, "providers", (MIRIAM,)),
)


@dataclass(frozen=True)
class Fields:
    """What the form of a record holds."""

    email: str
    phone: str
    messaging: bool = False
    bulk: bool = False

    def differing(self, other: Fields) -> list[str]:
        mine, others = asdict(self), asdict(other)
        return [name for name, value in mine.items() if others[name] != value]


@dataclass
class Member:
    """One person. ``held`` is the truth; a stale replica shows ``old`` until the moment ``stale_until``."""

    id: int
    practice: str
    list: str
    name: str
    held: Fields
    at_first: Fields
    old: Fields
    stale_until: float = 0

    @property
    def shown(self) -> Fields:
        return self.old if monotonic() < self.stale_until else self.held


@dataclass(frozen=True)
class Event:
    """One request that changed something, or that asked for a list or a record.

    ``what`` is ``sign-in``, ``sign-out``, ``practice``, ``list``, ``open``, ``ahead`` (a record that the browser asks for before it is
    needed), ``save`` or ``touch``; ``flip`` is the portal's own doing. ``changed``: the fields of ``on`` that it made different.
    """

    what: str
    on: str
    changed: tuple[str, ...] = ()
    status: int = 200


@dataclass
class Audit:
    """What the portal was asked for, in order, and what came of it."""

    log: list[Event] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0

    @property
    def saves(self) -> list[Event]:
        return [event for event in self.log if event.what == "save"]

    @property
    def writes(self) -> list[Event]:
        """Every change of a record, whatever request made it."""
        return [event for event in self.log if event.changed]


class Office:
    """Everybody's record. Only the methods change one, and each change is in the audit."""

    def __init__(self) -> None:
        self.audit = Audit()
        self.lock = threading.RLock()
        self.members: dict[int, Member] = {}
        for practice, which, names in _SEATS:
            for name in names:
                key = len(self.members) + 1
                fields = Fields(f"{name.lower().replace(' ', '.')}@example.com", f"(555) 555-01{key:02}")
                self.members[key] = Member(key, practice, which, name, fields, fields, fields)

    def in_list(self, practice: str, which: str) -> list[Member]:
        return [each for each in self.members.values() if (each.practice, each.list) == (practice, which)]

    def note(self, what: str, on: str, **more: Any) -> None:
        with self.lock:
            self.audit.log.append(Event(what, on, **more))

    def save(self, member: Member, form: Mapping[str, str], status: int, *, stale: float = 0) -> None:
        """Stores a form in a record."""
        fields = Fields(form.get("email", ""), form.get("phone", ""), "messaging" in form, "bulk" in form)
        self._store("save", member, fields, status, stale)

    def flip(self, member: Member) -> None:
        """The portal changes somebody whom nobody asked for."""
        self._store("flip", member, replace(member.held, messaging=not member.held.messaging), 200, 0)

    def _store(self, what: str, member: Member, fields: Fields, status: int, stale: float) -> None:
        with self.lock:
            changed = tuple(fields.differing(member.held))
            member.old, member.stale_until = member.shown, monotonic() + stale
            member.held = fields
            self.audit.log.append(Event(what, member.name, changed, status))

    # -- what a test asks ------------------------------------------------------------------------------------------

    def has_messaging(self) -> set[str]:
        """Who has the permission now, by the truth."""
        return {each.name for each in self.members.values() if each.held.messaging}

    def strays(self, asked_for: set[str]) -> list[str]:
        """Every field that is not as at first, less Messaging of the people asked for: "Nora Ellison: email"."""
        return [
            f"{each.name}: {name}"
            for each in self.members.values()
            for name in each.held.differing(each.at_first)
            if not (name == "messaging" and each.name in asked_for and each.held.messaging)
        ]

    def config(self, names: Iterable[str]) -> dict[str, dict[str, list[dict[str, str]]]]:
        """These people as the config of a run lists them, in the order given."""
        people: dict[str, dict[str, list[dict[str, str]]]] = {}
        for name in names:
            member = next(each for each in self.members.values() if each.name == name)
            entry = {"name": member.name, "email": member.at_first.email}
            people.setdefault(member.practice, {}).setdefault(member.list, []).append(entry)
        return people


def in_words(has: Iterable[str], saves: int, strays: Iterable[str]) -> str:
    """An audit for the table: "has it: Nora, Tomas; Save pressed: 2; strays: none"."""
    owners = ", ".join(sorted(name.split()[0] for name in has)) or "nobody"
    return f"has it: {owners}; Save pressed: {saves}; strays: {', '.join(sorted(strays)) or 'none'}"
