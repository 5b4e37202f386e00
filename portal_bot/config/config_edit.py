"""Changes to the people of a config, made in its text: comments and layout stay as they are, byte for byte.

The YAML parser only says where things stand; nothing is written out anew. Each edit is proved before it is written: the
edited text is read as a config, and it must hold exactly the people of before with exactly the changes asked for.
Where ``practices`` is the path of another file, that file is edited.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from portal_bot.config.loader import Config, load_config, people_file_of
from portal_bot.config.settings import PersonSettings as PersonEntry
from portal_bot.config.yaml_patch import YamlPatch
from portal_bot.model.entities import ListName
from portal_bot.model.errors import ConfigError
from portal_bot.model.files import replace_bytes
from portal_bot.model.name_matching import same_text


@dataclass(frozen=True)
class NewPerson:
    """Somebody to be put at the end of a list of a practice that the config has."""

    practice: str | None
    list: ListName
    name: str
    email: str | None = None
    location: str | None = None
    access: bool = True
    until: date | None = None

    def values(self) -> dict[str, Any]:
        """The keys of the entry, as far as they say something."""
        told = {"name": self.name, "email": self.email, "location": self.location, "access": self.access, "until": self.until}
        return {key: value for key, value in told.items() if value is not None and not (key == "access" and value)}


@dataclass(frozen=True)
class Listed:
    """Somebody whom the config lists, and where: number of the practice, list, place in it."""

    practice: str | None
    list: ListName
    entry: PersonEntry
    number: int
    place: int


@dataclass(frozen=True)
class PersonMark:
    """Keys to be set for somebody who is listed. ``note`` becomes a comment beside them."""

    who: Listed
    values: Mapping[str, Any] = field(hash=False)
    note: str = ""


@dataclass(frozen=True)
class Edit:
    """A proved edit that is not written yet. ``config``: what is read from the edited text."""

    file: Path
    before: bytes
    after: bytes
    config: Config

    @property
    def changes_anything(self) -> bool:
        return self.before != self.after

    def diff(self) -> str:
        """The edit in unified form; empty where nothing changes."""
        old, new = (raw.decode("utf-8-sig").splitlines() for raw in (self.before, self.after))
        lines = difflib.unified_diff(old, new, str(self.file), f"{self.file} (edited)", lineterm="", n=2)
        return "\n".join(lines)

    def write(self) -> None:
        """Replaces the file as a whole with its mode bits. Raises ConfigError, and the file is as it was."""
        if not self.changes_anything:
            return
        try:
            if self.file.read_bytes() != self.before:
                raise ConfigError(
                    [f"{self.file} was changed by somebody else just now. It was left as it is."], hint="Run the command again."
                )
            replace_bytes(self.file, self.after, like=self.file.stat())
        except OSError as error:
            raise ConfigError(
                [f"{self.file} cannot be written: {error.strerror or error}. It was left as it is."],
                hint=f"Edit it by hand:\n{self.diff()}",
            ) from error


def listed(config: Config) -> Iterator[Listed]:
    """Everybody in the config, in its order."""
    for number, practice in enumerate(config.practices):
        for which in ListName:
            for place, entry in enumerate(getattr(practice, which.value)):
                yield Listed(practice.name, which, entry, number, place)


def prepare(config: Config, changes: Sequence[NewPerson | PersonMark]) -> Edit:
    """The edit that makes these changes. Writes nothing. Raises ConfigError where the text cannot be edited so.

    ``config`` is as it stands in the file; a person's practice must be one of its practices.
    """
    file = (people_file_of(config.path) or config.path).resolve()
    before = file.read_bytes()
    splices = YamlPatch(before.decode("utf-8"))
    for each in changes:
        if isinstance(each, PersonMark):
            splices.mark(each.who.number, each.who.list.value, each.who.place, each.values, each.note)
    added: dict[tuple[int, ListName], list[dict[str, Any]]] = {}
    for each in changes:
        if isinstance(each, NewPerson):
            added.setdefault((_practice_number(config, each.practice), each.list), []).append(each.values())
    # A new list goes behind the last line of the practice, and so do more people of the list that ends there: these come first.
    for (number, which), people in sorted(added.items(), key=lambda each: not splices.has_list(each[0][0], each[0][1].value)):
        splices.add(number, which.value, people)
    after = splices.text().encode("utf-8")
    try:
        edited = load_config(config.path, instead={file: after})
    except ConfigError as error:
        raise ConfigError([*error.problems, "So edited, the config would not be sound."], hint=_BY_HAND) from error
    if _people(edited) != _expected(config, changes) or _others(edited) != _others(config):
        raise ConfigError([f"{file} is laid out in a way that cannot be edited safely."], hint=_BY_HAND)
    return Edit(file, before, after, edited)


_BY_HAND = "The file was not changed. Make the change by hand, then run `portal-bot validate`."


def _practice_number(config: Config, name: str | None) -> int:
    for number, practice in enumerate(config.practices):
        if same_text(practice.name, name):
            return number
    raise ConfigError([f"The config has no practice {name}."], hint="Nothing was changed.")


def _people(config: Config) -> Counter[tuple[str | None, ListName, PersonEntry]]:
    return Counter((each.practice, each.list, each.entry) for each in listed(config))


def _expected(config: Config, changes: Sequence[NewPerson | PersonMark]) -> Counter[tuple[str | None, ListName, PersonEntry]]:
    """Everybody whom the edited text must hold."""
    people = {(each.number, each.list, each.place): each for each in listed(config)}
    more: list[tuple[str | None, ListName, PersonEntry]] = []
    for change in changes:
        if isinstance(change, NewPerson):
            name = config.practices[_practice_number(config, change.practice)].name
            more.append((name, change.list, PersonEntry.model_validate(change.values())))
        else:
            at = (change.who.number, change.who.list, change.who.place)
            told = {key: getattr(people[at].entry, key) for key in people[at].entry.model_fields_set} | dict(change.values)
            people[at] = replace(people[at], entry=PersonEntry.model_validate(told))
    return Counter([*((each.practice, each.list, each.entry) for each in people.values()), *more])


def _others(config: Config) -> dict[str, Any]:
    return {**config.model_dump(exclude={"practices"}), "permissions of practices": [each.permissions for each in config.practices]}
