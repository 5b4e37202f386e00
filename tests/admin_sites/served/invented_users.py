"""The users that each site starts with. Every start gives the same ones."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from tests.sites.invented_office import FIRST, LAST

TWINS = (("Ana", "Reyes"), ("Omar", "Silva"))
"""Names that two users have, told apart by e-mail only."""
USERS = 136


@dataclass(frozen=True)
class InventedUser:
    """One row of the users' table."""

    first: str
    last: str
    user_name: str
    is_active: bool
    is_staff: bool

    @property
    def email(self) -> str:
        return f"{self.user_name}@example.com"


def invented_users() -> list[InventedUser]:
    """One in three is staff, one in eleven is not active; nobody of the second of each pair of twins is staff."""
    chance = random.Random(20)
    names = [(first, last) for first in FIRST for last in LAST if (first, last) not in TWINS]
    chance.shuffle(names)
    chosen = names[: USERS - 2 * len(TWINS)]
    users = [
        InventedUser(first, last, _mailbox(first, last), is_active=number % 11 != 4, is_staff=number % 3 == 1)
        for number, (first, last) in enumerate(chosen)
    ]
    for first, last in TWINS:
        users.append(InventedUser(first, last, _mailbox(first, last), is_active=True, is_staff=False))
        users.append(InventedUser(first, last, _mailbox(first[0], last) + "2", is_active=True, is_staff=False))
    chance.shuffle(users)
    return users


def _mailbox(first: str, last: str) -> str:
    plain = unicodedata.normalize("NFD", f"{first}.{last}").encode("ascii", "ignore").decode().lower()
    return "".join(c for c in plain if c.isalnum() or c == ".")
