"""Looks that ``doctor`` saves with nobody in them, and what they say of a portal without the portal.

A folder of looks holds one file for each screen (the text of its accessibility tree, see ``portal_bot.portal.look``) and ``wanted.json``:
the permission, the practices and the people of the config, by the same invented names as on the looks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portal_bot.config.loader import Config
from portal_bot.model.entities import Assignment, Person
from portal_bot.model.errors import ConfigError
from portal_bot.model.files import write_private
from portal_bot.portal.look import parse, render
from portal_bot.portal.map.portal_map import PortalMap, load_map, packaged_map
from portal_bot.portal.sight.portal_captions import ENGLISH, Captions
from portal_bot.portal.travel.disguise import Disguise
from portal_bot.portal.travel.verdict import Verdict, Wanted, verdict

_NAMES = "wanted.json"


@dataclass(frozen=True)
class SavedScreen:
    """One screen of the walk: its title, and the text of its accessibility tree."""

    title: str
    snapshot: str


def captions_of(portal_map: PortalMap) -> Captions:
    """The captions of the packaged words with those of a portal's map laid over."""
    said = portal_map.captions
    lists = {which: (said[which],) if which in said else ENGLISH.lists[which] for which in ENGLISH.lists}
    captions = replace(ENGLISH, lists=lists)
    for name in ("user_administration", "locations", "permissions", "expand_all", "save"):
        if name in said:
            changes: dict[str, Any] = {name: (said[name], *getattr(ENGLISH, name)[1:])}
            captions = replace(captions, **changes)
    return captions


def save_looks(folder: Path, screens: Sequence[SavedScreen], assignments: Sequence[Assignment], portal_map: PortalMap) -> None:
    """Writes the looks of a walk, disguised: every name, e-mail address, number and free text is an invented one.

    The folder must not exist yet. Files are 0600.
    """
    captions = captions_of(portal_map)
    practices = [each.practice for each in assignments if each.practice]
    names = [*practices, *(part for each in assignments for part in (each.person.name, each.person.email, each.person.location) if part)]
    permissions = list(dict.fromkeys(each.permission for each in assignments))
    disguise = Disguise(captions, names, keep=permissions)
    looks = disguise.looks([parse(screen.snapshot) for screen in screens])
    folder.mkdir(mode=0o700)
    for number, (screen, look) in enumerate(zip(screens, looks, strict=True), 1):
        name = re.sub(r"\W+", "-", screen.title.lower()).strip("-")
        write_private(folder / f"{number:02}-{name}.yaml", render(look.root) + "\n")
    people = [
        {
            "list": each.list.value, "name": disguise.text(each.person.name),
            "email": each.person.email and disguise.text(each.person.email),
            "location": each.person.location and disguise.text(each.person.location),
        }
        for each in assignments
    ]  # fmt: skip
    said = {"permissions": permissions, "practices": [disguise.text(each) for each in dict.fromkeys(practices)], "people": people}
    write_private(folder / _NAMES, json.dumps(said, indent=1, ensure_ascii=False) + "\n")


def judge_looks(folder: Path, config: Config | None) -> Verdict:
    """What saved looks say of each step of the job. No portal and no browser is opened.

    Who is looked for stands in the folder's ``wanted.json``; without that file in ``config``. The map is the config's, if one is given.

    Raises ConfigError where the folder holds no looks, or where neither says who is looked for.
    """
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not files:
        raise ConfigError(
            [f"{folder} holds no saved looks (*.yaml)."], hint="`portal-bot doctor` saves them in its run folder, under looks/."
        )
    looks = {file.stem: parse(file.read_text(encoding="utf-8")) for file in files}
    captions = captions_of(load_map(config.portal.map if config else None, packaged_map()))
    names = folder / _NAMES
    if names.is_file():
        return verdict(looks, _wanted_in(names, captions))
    if config is None:
        raise ConfigError([f"{folder} has no {_NAMES}, so a config must say who is looked for."], hint="Name one with -c FILE.")
    assignments = config.assignments()
    practices = list(dict.fromkeys(each.practice for each in assignments if each.practice))
    return verdict(looks, Wanted(captions, assignments[0].permission, practices[:1], _by_list(assignments, practices[:1])))


def _wanted_in(file: Path, captions: Captions) -> Wanted:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        people: dict[str, list[Person]] = {}
        for each in said["people"]:
            people.setdefault(each["list"], []).append(Person(each["name"], each["email"], each["location"]))
        return Wanted(captions, said["permissions"][0], said["practices"], people)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ConfigError([f"{file} cannot be read: {error}."], hint="Save the looks again with `portal-bot doctor`.") from error


def _by_list(assignments: Sequence[Assignment], practices: Sequence[str]) -> Mapping[str, Sequence[Person]]:
    people: dict[str, list[Person]] = {}
    for each in assignments:
        if not practices or each.practice in practices:
            people.setdefault(each.list.value, []).append(each.person)
    return people
