"""Invented practices, people and permissions, and the book that keeps who changed what. Nothing here knows of HTTP."""

from __future__ import annotations

import random
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

Places = dict[str, tuple[str, ...]]
"""Practices by name, each with its locations."""


def _words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


FIRST = _words("""
    Ana Wen Zoë José Amara Bruno Celia Dmitri Elif Farid Greta Hana Ivo Jun Kofi Lena Malik Nadia Omar Petra Quinn
    Rosa Sven Tara Uma Viktor Willa Ximena Yara Zane""")
LAST = _words("""
    Irwin Reyes Abara Brandt Castell Dvorak Eriksen Falk Garrido Hollis Ivers Jansen Kimura Lowell Marchetti Nakata
    Obi Pereira Quigley Rahman Silva Tanaka Ueda Varga Whitlock Yilmaz Zeller Núñez O'Neill de_la_Cruz Smith-Vale""")
FIELDS = ("First Name", "Last Name", "Credentials", "E-mail", "Phone", "Location", "Active")


class Group(NamedTuple):
    """A group of the permission tree: its caption, and permissions or further groups in it."""

    caption: str
    items: tuple[Group | str, ...]


Tree = tuple[Group | str, ...]


def captions(tree: Tree) -> Iterator[str]:
    """The permissions of a tree, in the order in which a portal shows them."""
    for item in tree:
        if isinstance(item, Group):
            yield from captions(item.items)
        else:
            yield item


class Change(NamedTuple):
    """One field that a save made different; `before` and `after` are text, or True and False for a permission."""

    practice: str
    list: str
    email: str
    field: str
    before: str | bool
    after: str | bool


@dataclass
class Audit:
    """What a portal was asked to do, in order; `refused` counts writes turned down (bad token, stale page)."""

    sign_ins: list[tuple[str, bool]] = field(default_factory=list)
    saves: int = 0
    changes: list[Change] = field(default_factory=list)
    refused: int = 0


@dataclass
class Member:
    """One person's record as the portal's database holds it."""

    key: int
    practice: str
    list: str
    fields: dict[str, str]
    by_role: frozenset[str]
    own: set[str]
    revision: int = 0

    @property
    def email(self) -> str:
        return self.fields["E-mail"]

    @property
    def location(self) -> str:
        return self.fields["Location"]

    def name(self, form: str) -> str:
        """The name as a list prints it; `form` uses {first}, {last}, {title} (", MD" or nothing)."""
        credentials = self.fields["Credentials"]
        title = f", {credentials}" if credentials else ""
        return form.format(first=self.fields["First Name"], last=self.fields["Last Name"], title=title)


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    return "".join(c for c in plain if c.isalnum())


@dataclass
class Office:
    """The data behind one portal: practices with their locations, the permission tree, the records, the audit."""

    practices: Places
    tree: Tree
    seed: int
    providers: int = 15
    staff: int = 33
    same_address: bool = False
    """True adds two people of one name and one shared mailbox, whom only the location tells apart."""
    audit: Audit = field(default_factory=Audit)
    members: dict[int, Member] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        chance = random.Random(self.seed)
        for practice in self.practices:
            names = [(first, last) for first in FIRST for last in LAST]
            chance.shuffle(names)
            for number in range(self.providers + self.staff):
                people = "providers" if number < self.providers else "staff"
                state = "role" if number % 7 == 3 else "on" if number % 4 == 1 else "off"
                self._add(chance, practice, people, *names.pop(), state=state)
            first, last = names.pop()
            self._add(chance, practice, "staff", first, last)
            self._add(chance, practice, "staff", first, last, mailbox=_ascii(first[0] + last) + "2")
            if self.same_address:
                first, last = names.pop()
                for place in self.practices[practice][:2]:
                    self._add(chance, practice, "staff", first, last, mailbox="front.desk", location=place)

    def _add(
        self,
        chance: random.Random,
        practice: str,
        people: str,
        first: str,
        last: str,
        *,
        mailbox: str = "",
        location: str = "",
        state: str = "off",
    ) -> None:
        key = 101 + 3 * len(self.members)
        titles = ("MD", "NP", "RN", "") if people == "providers" else ("",)
        fields = {
            "First Name": first,
            "Last Name": last,
            "Credentials": chance.choice(titles),
            "E-mail": f"{mailbox or f'{_ascii(first)}.{_ascii(last)}'}@{_ascii(practice)}.example.com",
            "Phone": f"555-01{chance.randrange(100):02}",
            "Location": location or chance.choice(self.practices[practice]),
            "Active": "on",
        }
        others = chance.sample([c for c in captions(self.tree) if c != "Messaging"], 3)
        by_role = frozenset(("Messaging", others[0])) if state == "role" else frozenset[str]()
        own = {*others[1:], "Messaging"} if state == "on" else set(others[1:])
        self.members[key] = Member(key, practice, people, fields, by_role, own)

    def listed(self, practice: str, people: str, location: str = "") -> list[Member]:
        """One list in the order of last names; `location` narrows it, "" does not."""
        chosen = [m for m in self.members.values() if m.practice == practice and m.list == people and location in ("", m.location)]
        return sorted(chosen, key=lambda m: (m.fields["Last Name"], m.fields["First Name"], m.key))

    def patients(self, practice: str) -> list[str]:
        """Invented patients for the dashboard, the same at each call."""
        chance = random.Random(f"{self.seed}{practice}")
        return [f"{chance.choice(LAST)}, {chance.choice(FIRST)} (Patient)" for _ in range(6)]

    def save(self, member: Member, fields: dict[str, str], ticked: set[str]) -> None:
        """Write a whole form into the record, as portals do, and note each value that it made different.

        `fields` holds the text fields the form sent; one that it left out keeps its value. A permission that comes
        from the role stays as it is.
        """
        with self.lock:
            who = (member.practice, member.list, member.email)
            self.audit.saves += 1
            member.revision += 1
            for caption, after in fields.items():
                before = member.fields[caption]
                if before != after:
                    self.audit.changes.append(Change(*who, caption, before, after))
                    member.fields[caption] = after
            for caption in captions(self.tree):
                was, now = caption in member.own, caption in ticked
                if was != now and caption not in member.by_role:
                    self.audit.changes.append(Change(*who, caption, was, now))
                    (member.own.add if now else member.own.discard)(caption)
