"""The bot against a portal with quirks: the config of a test, and what a run came to in the words of the table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.robot import Robot

from .office import Member, Office
from .portal import QuirkyPortal


def limits(settle: str = "1s", **more: Any) -> dict[str, Any]:
    """The limits of these tests: short, so that what fails fails soon."""
    return {"settle": settle, "wait": "5s", "step": "30s", **more}


def robot(folder: Path, portal: QuirkyPortal, *, own_map: str | None = None, **limited: Any) -> Robot:
    return Robot(folder, portal.url, portal.user_name, portal.password, own_map=own_map, limits=limits(**limited))


def config_of(office: Office, names: Iterable[str]) -> dict[str, dict[str, list[dict[str, str]]]]:
    """These people as a config lists them, in the order given."""
    people: dict[str, dict[str, list[dict[str, str]]]] = {}
    for name in names:
        member = named(office, name)
        entry = {"name": member.name, "email": member.at_first.email}
        people.setdefault(member.practice, {}).setdefault(member.list, []).append(entry)
    return people


def named(office: Office, name: str) -> Member:
    return next(each for each in office.members.values() if each.name == name)


def audit_in_words(has: Iterable[str], saves: int, strays: Iterable[str]) -> str:
    """ "has: Nora, Tomas; 2 saves; strays: none"."""
    owners = ", ".join(sorted(name.split()[0] for name in has)) or "nobody"
    return f"has it: {owners}; {saves} saves; strays: {', '.join(sorted(strays)) or 'none'}"
