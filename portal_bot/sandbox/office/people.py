"""What the office hands to the pages: people, records, roles and changes as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Standing = Literal["own", "role", "off", "blocked"]
"""How a person has a permission: on the own record, by a role, not at all, or not and not to be changed."""

FIELDS: Mapping[str, str] = {
    "first": "First Name",
    "last": "Last Name",
    "credentials": "Credentials",
    "email": "E-mail",
    "location": "Location",
    "phone": "Phone",
    "status": "Status",
    "notes": "Notes",
}
"""The fields of a record that can be written, and their captions."""

LISTS: Mapping[str, str] = {"providers": "Providers", "staff": "Staff Members"}


@dataclass(frozen=True)
class Place:
    """A practice."""

    id: int
    name: str


@dataclass(frozen=True)
class PersonRow:
    """Somebody as a list shows them."""

    id: int
    practice: str
    list_name: str
    first: str
    last: str
    credentials: str
    email: str
    location: str
    phone: str
    status: str

    @property
    def display(self) -> str:
        """Wen Irwin, MD."""
        return f"{self.first} {self.last}" + (f", {self.credentials}" if self.credentials else "")

    @property
    def sorted_name(self) -> str:
        """Irwin, Wen, MD."""
        return f"{self.last}, {self.first}" + (f", {self.credentials}" if self.credentials else "")


@dataclass(frozen=True)
class Record(PersonRow):
    """Everything that is stored of one person."""

    notes: str
    version: int
    role: str | None
    permissions: Mapping[str, Standing]
    associated: tuple[PersonRow, ...] = ()

    def field(self, name: str) -> str:
        return str(getattr(self, name))


@dataclass(frozen=True)
class RoleRow:
    """A role, how many people have it, and what it gives them."""

    id: int
    practice: str
    name: str
    members: int
    permissions: frozenset[str]


@dataclass(frozen=True)
class RecordForm:
    """A record as it was sent in. `permissions` holds the ticked boxes of those that could be changed."""

    fields: Mapping[str, str]
    permissions: frozenset[str]
    version: int

    def problems(self) -> list[str]:
        """Why this cannot be stored, in the words that the page shows."""
        said = [f"{FIELDS[name]} is required." for name in ("first", "last", "email") if not self.fields[name].strip()]
        if self.fields["email"].strip() and "@" not in self.fields["email"]:
            said.append("E-mail is not a valid address.")
        return said


@dataclass(frozen=True)
class Change:
    """One stored change of one field."""

    practice: str
    list_name: str
    person: str
    email: str
    field: str
    before: str | bool
    after: str | bool


class Outdated(Exception):
    """Somebody else has stored this record since it was opened."""
