"""Fills an office with invented people: those whom the packaged example names, and seeded random ones around them."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, insert

from .database import Grant, Member, Practice, Role, RolePermission
from .names import CREDENTIALS, FIRST, LAST, practice_names
from .permissions import CAPTIONS, ROLES

LOCATIONS = ("East", "Main", "West")
STATUSES = ("Active", "On Leave", "Inactive")
NOTES = (
    "Prefers contact by e-mail.",
    "Covers the front desk on Thursdays.",
    "Access reviewed with the office manager.",
    "Works mornings only.",
    "Trained on the portal in spring.",
)


@dataclass(frozen=True)
class Fixed:
    """Somebody who is in every sandbox. `messaging`: lacks, own, role or blocked."""

    list_name: str
    first: str
    last: str
    messaging: str
    credentials: str = ""
    email: str = ""
    location: str = "Main"
    role: str | None = None


FIXED: dict[str, tuple[Fixed, ...]] = {
    "Meadowlark Pediatrics": (
        Fixed("providers", "Wen", "Irwin", "lacks", "MD"),
        Fixed("providers", "Priya", "Natarajan", "lacks", "NP", email="priya.natarajan@example.com"),
        Fixed("providers", "Tomás", "Herrera", "role", "RN", role="Care Team Nurse"),
        Fixed("providers", "Joan", "Whitfield", "own", "MA", location="West"),
        Fixed("staff", "Ana", "Reyes", "lacks", email="ana.reyes@example.com", location="East"),
        Fixed("staff", "Ana", "Reyes", "lacks", email="ana.reyes2@example.com", location="West"),
        Fixed("staff", "Marcus", "Bell", "lacks"),
        Fixed("staff", "Dolores", "Quinn", "role", role="Front Desk Lead"),
    ),
    "Harbor Street Family Medicine": (
        Fixed("providers", "Priya", "Natarajan", "lacks", "NP", email="priya.natarajan@example.com", location="East"),
        Fixed("providers", "Samuel", "Oyelaran", "lacks", "DO"),
        Fixed("staff", "Grace", "Lindqvist", "own"),
        Fixed("staff", "Peter", "Vance", "lacks", location="West"),
        Fixed("staff", "Nora", "Ahmadi", "blocked"),
    ),
    "Pinecrest Children's Clinic": (
        Fixed("staff", "Zoë", "O'Brien-Díaz", "lacks"),
        Fixed("staff", "Ana", "Reyes", "lacks", email="ana.reyes@pinecrest.example.com", location="East"),
    ),
}


def plain(text: str) -> str:
    """A name as it stands in an e-mail address."""
    letters = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "O")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z-]", "", letters.lower())


def seed_office(engine: Engine, *, people: int, practices: int, seed: int) -> None:
    """Writes practices, roles and people; the same seed gives the same office."""
    rows = _Rows(random.Random(seed))  # noqa: S311  (invented people, not secrets)
    for name in practice_names(practices):
        rows.practice(name, people)
    with engine.begin() as connection:
        for table, values in rows.tables:
            if values:
                connection.execute(insert(table), values)


class _Rows:
    """The rows of all tables, made up one practice after the other."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._practices: list[dict[str, Any]] = []
        self._roles: list[dict[str, Any]] = []
        self._role_permissions: list[dict[str, Any]] = []
        self._members: list[dict[str, Any]] = []
        self._grants: list[dict[str, Any]] = []
        self._emails: set[str] = {fixed.email for place in FIXED.values() for fixed in place if fixed.email}

    @property
    def tables(self) -> list[tuple[Any, list[dict[str, Any]]]]:
        return [
            (Practice, self._practices),
            (Role, self._roles),
            (RolePermission, self._role_permissions),
            (Member, self._members),
            (Grant, self._grants),
        ]

    def practice(self, name: str, people: int) -> None:
        place = len(self._practices) + 1
        self._practices.append({"id": place, "name": name})
        roles = {role: self._role(place, role) for role in ROLES}
        fixed = FIXED.get(name, ())
        for person in fixed:
            self._fixed(place, person, roles)
        taken = {(person.first, person.last) for others in FIXED.values() for person in others}
        providers = round(people * 0.4) - sum(person.list_name == "providers" for person in fixed)
        staff = people - max(0, providers) - len(fixed)
        names = iter(self._names(max(0, providers) + max(0, staff), taken))
        for list_name, count in (("providers", providers), ("staff", staff)):
            for _ in range(max(0, count)):
                self._random(place, list_name, *next(names), roles)

    def _names(self, count: int, taken: set[tuple[str, str]]) -> list[tuple[str, str]]:
        """Different names; with a middle initial once all are used up."""
        every = len(FIRST) * len(LAST)
        names: list[tuple[str, str]] = []
        initial = ""
        while len(names) < count:
            numbers = self._chance.sample(range(every), min(every, count - len(names) + len(taken)))
            fresh = ((FIRST[n % len(FIRST)] + initial, LAST[n // len(FIRST)]) for n in numbers)
            names += [name for name in fresh if name not in taken]
            initial = f" {chr(ord('A') + self._chance.randrange(26))}."
            taken = taken | set(names)
        return names[:count]

    def _role(self, practice: int, name: str) -> int:
        number = len(self._roles) + 1
        self._roles.append({"id": number, "practice_id": practice, "name": name})
        self._role_permissions += [{"role_id": number, "caption": caption} for caption in ROLES[name]]
        return number

    def _fixed(self, practice: int, person: Fixed, roles: dict[str, int]) -> None:
        number = self._member(
            practice, person.list_name, person.first, person.last, person.credentials, person.location, "Active",
            roles[person.role] if person.role else None, email=person.email,
        )  # fmt: skip
        if person.messaging in ("own", "blocked"):
            self._grants.append({"member_id": number, "caption": "Messaging", "state": person.messaging})
        self._some_grants(number, ROLES.get(person.role or "", ()))

    def _random(self, practice: int, list_name: str, first: str, last: str, roles: dict[str, int]) -> None:
        chance = self._chance
        role = chance.choice(list(roles)) if chance.random() < 0.5 else None
        number = self._member(
            practice, list_name, first, last,
            chance.choice(CREDENTIALS) if list_name == "providers" else "",
            chance.choices(LOCATIONS, (3, 5, 2))[0],
            chance.choices(STATUSES, (90, 6, 4))[0],
            roles[role] if role else None,
        )  # fmt: skip
        by_role = ROLES[role] if role else ()
        draw = chance.random()
        if "Messaging" not in by_role and draw < 0.32:
            self._grants.append({"member_id": number, "caption": "Messaging", "state": "own" if draw > 0.03 else "blocked"})
        self._some_grants(number, by_role)

    def _member(
        self, practice: int, list_name: str, first: str, last: str, credentials: str, location: str, status: str,
        role: int | None, *, email: str = "",
    ) -> int:  # fmt: skip
        chance = self._chance
        number = len(self._members) + 1
        self._members.append({
            "id": number, "practice_id": practice, "list_name": list_name, "first": first, "last": last,
            "credentials": credentials, "email": email or self._email(first, last), "location": location,
            "phone": f"(206) 555-{chance.randrange(100, 200):04d}", "status": status,
            "notes": chance.choice(NOTES) if chance.random() < 0.25 else "", "role_id": role, "version": 1,
        })  # fmt: skip
        return number

    def _email(self, first: str, last: str) -> str:
        stem = f"{plain(first)}.{plain(last)}"
        email, count = f"{stem}@example.com", 1
        while email in self._emails:
            count += 1
            email = f"{stem}{count}@example.com"
        self._emails.add(email)
        return email

    def _some_grants(self, member: int, by_role: tuple[str, ...]) -> None:
        chance = self._chance
        others = [caption for caption in CAPTIONS if caption != "Messaging" and caption not in by_role]
        for caption in chance.sample(others, chance.choice((0, 0, 1, 2, 3, 4))):
            self._grants.append({"member_id": member, "caption": caption, "state": "own"})
