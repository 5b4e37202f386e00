"""The portal's own people as a config with their present state, on which ``plan`` says that nothing differs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import yaml

from portal_bot.model.entities import How, ListName, RosterPerson, how_of


def roster_yaml(settings: Mapping[str, Any], people: Sequence[RosterPerson], *, permissions: Sequence[str]) -> str:
    """A config with everybody in ``people``.

    ``settings``: the top-level keys of the config that the lists were read with; its people are left out. Whoever
    cannot be told in a config (a record that could not be read, a twin without e-mail and location) is a comment in it.
    """
    kept = {key: value for key, value in settings.items() if key not in ("practices", "permissions")}
    head = _dump({**kept, "permissions": list(permissions)})
    lines = ["practices:"]
    for practice, members in groupby(people, key=lambda each: each.practice):
        lines += _practice(practice, list(members), permissions)
    return head + "\n".join(lines) + "\n"


def _practice(name: str | None, people: Sequence[RosterPerson], permissions: Sequence[str]) -> list[str]:
    blocks = [_list(which, [each for each in people if each.list is which], permissions) for which in ListName]
    lines = [line for block in blocks for line in block]
    if name is not None:
        lines.insert(0, _dump({"name": name}).rstrip())
    return [("  - " if number == 0 else "    ") + line for number, line in enumerate(lines)]


def _list(which: ListName, people: Iterable[RosterPerson], permissions: Sequence[str]) -> list[str]:
    seen: set[tuple[str | None, ...]] = set()
    entries: list[str] = []
    comments: list[str] = []
    for person in people:
        identity = (person.name, person.email, person.location)
        entry = _entry(person, permissions)
        if identity in seen:
            comments.append(f"  # {person.name} is there twice, with nothing to tell the two apart.")
        elif isinstance(entry, str):
            comments.append(f"  # {person.name}: {' '.join(entry.split())}")
        else:
            entries += ["  " + line for line in _dump([entry]).splitlines()]
        seen.add(identity)
    return [f"{which}:", *entries, *comments] if entries else []


def _entry(person: RosterPerson, permissions: Sequence[str]) -> dict[str, Any] | str:
    """The person as the config has it, or why that cannot be."""
    if person.problem:
        return person.problem
    state = {caption: seen.on for caption, seen in person.permissions.items() if seen.on is not None}
    if not state:
        return f"the record has no box {' or '.join(permissions)}."
    entry: dict[str, Any] = {"name": person.name, "email": person.email, "location": person.location}
    entry = {key: value for key, value in entry.items() if value is not None}
    on = [caption for caption in permissions if state.get(caption)]
    told = on or [caption for caption in permissions if caption in state]
    if told != list(permissions):  # the others are off or not there: one entry tells one state
        entry["permissions"] = told
    return {**entry, "access": _OnOff(bool(on))}


class _OnOff:
    """A state that is written as ``on`` or ``off``, as people write it."""

    def __init__(self, on: bool) -> None:
        self.word = "on" if on else "off"


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(_OnOff, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:bool", value.word))


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def roster_rows(people: Iterable[RosterPerson], permissions: Sequence[str]) -> list[dict[str, str]]:
    """A row for each person: where, who, and each permission as on, off, by role or unknown."""
    rows = []
    for each in people:
        row = {"practice": each.practice or "", "list": str(each.list), "name": each.name}
        row |= {"email": each.email or "", "location": each.location or ""}
        for permission in permissions:
            how = How.UNKNOWN if each.problem else how_of(each.permissions.get(permission))
            row[permission] = {None: "off", How.OWN: "on"}.get(how, str(how))
        rows.append(row | {"problem": each.problem})
    return rows
