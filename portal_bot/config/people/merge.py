"""What a list from elsewhere would change in the config: whom it adds, whom it changes, and whom it cannot place. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal_bot.config.config_edit import Listed, NewPerson, PersonMark, listed
from portal_bot.config.did_you_mean import nearest
from portal_bot.config.loader import Config
from portal_bot.config.people.spreadsheet import BadRow, FileRow, PeopleFile
from portal_bot.model.entities import ListName
from portal_bot.model.name_matching import NameKey, fits, name_key, same_text


@dataclass(frozen=True)
class Import:
    """The preview. ``unknown``: sound rows that cannot be placed. ``not_in_file``: people of the config, who stay as they are."""

    added: tuple[tuple[FileRow, NewPerson], ...]
    changed: tuple[tuple[FileRow, PersonMark], ...]
    same: int
    unknown: tuple[BadRow, ...]
    bad: tuple[BadRow, ...]
    not_in_file: tuple[Listed, ...]

    @property
    def changes(self) -> list[NewPerson | PersonMark]:
        return [*(mark for _, mark in self.changed), *(person for _, person in self.added)]


def compare(config: Config, people: PeopleFile, *, practice: str | None = None, which: ListName | None = None) -> Import:
    """The file against the config. ``practice``, ``which``: for rows that do not say theirs."""
    job = _Comparing(config)
    for row in people.rows:
        job.row(row, practice, which)
    bad = tuple(sorted((*people.bad, *job.bad), key=lambda each: each.number))
    rest = tuple(each for each in job.people if id(each) not in job.met)
    return Import(tuple(job.added), tuple(job.changed), job.same, tuple(job.unknown), bad, rest)


class _Comparing:
    def __init__(self, config: Config) -> None:
        self.people = list(listed(config))
        self.added: list[tuple[FileRow, NewPerson]] = []
        self.changed: list[tuple[FileRow, PersonMark]] = []
        self.same = 0
        self.unknown: list[BadRow] = []
        self.bad: list[BadRow] = []
        self.met: set[int] = set()
        self._practices = [each.name for each in config.practices]
        self._by_name: dict[tuple[str | None, str], list[Listed]] = {}
        for each in self.people:
            self._by_name.setdefault((each.practice, name_key(each.entry.name).words), []).append(each)
        self._seen: dict[tuple[Any, ...], list[tuple[FileRow, NameKey]]] = {}

    def row(self, row: FileRow, practice: str | None, which: ListName | None) -> None:
        try:
            place, list_name = self._place(row, practice, which)
        except LookupError as error:
            self.unknown.append(BadRow(row.number, f"{row.name}: {error.args[0]}"))
            return
        if twice := self._twice(row, place, list_name):
            self.bad.append(BadRow(row.number, twice))
            return
        named = [each for each in self._by_name.get((place, name_key(row.name).words), ()) if fits(each.entry.name, row.name)]
        here = [each for each in named if each.list is list_name]
        exact = [each for each in here if row.email and same_text(each.entry.email, row.email)]
        loose = [each for each in here if not row.email or not each.entry.email]
        there = exact or loose
        if len(there) > 1:
            self.unknown.append(BadRow(row.number, f"{row.name}: the config has several of this name; an e-mail address must tell which"))
        elif there:
            self._meet(row, there[0])
        elif here:
            told = ", ".join(str(each.entry.email) for each in here)
            self.unknown.append(BadRow(row.number, f"{row.name}: is in the config with another e-mail address ({told}); decide by hand"))
            self.met.update(map(id, here))
        elif others := [each for each in named if not row.email or not each.entry.email or same_text(each.entry.email, row.email)]:
            caption = others[0].list.caption
            self.unknown.append(BadRow(row.number, f"{row.name}: is in the config under {caption}, not under {list_name.caption}"))
            self.met.update(map(id, others))
        else:
            access = row.access is not False
            self.added.append((row, NewPerson(place, list_name, row.name, row.email, row.location, access, row.until)))

    def _place(self, row: FileRow, practice: str | None, which: ListName | None) -> tuple[str | None, ListName]:
        asked = row.practice or practice
        if asked is None and len(self._practices) > 1:
            raise LookupError("no practice is told; --practice says it for such rows")
        name = next((each for each in self._practices if same_text(each, asked)), None) if asked else self._practices[0]
        if asked and name is None:
            near = nearest(asked, [each for each in self._practices if each])
            raise LookupError(f"the config has no practice {asked}{'. Near: ' + near[0] if near else ''}")
        list_name = row.list or which
        if list_name is None:
            raise LookupError("no list is told; --list says it for such rows")
        return name, list_name

    def _twice(self, row: FileRow, practice: str | None, which: ListName) -> str:
        """The same person in an earlier row, in which case the first row counts."""
        key = name_key(row.name)
        earlier = self._seen.setdefault((practice, which, key.words), [])
        for other, known in earlier:
            mails_fit = not row.email or not other.email or same_text(row.email, other.email)
            if mails_fit and (not key.credentials or not known.credentials or key.credentials == known.credentials):
                return f"{row.name} is in row {other.number} already"
        earlier.append((row, key))
        return ""

    def _meet(self, row: FileRow, person: Listed) -> None:
        self.met.add(id(person))
        told = {"email": row.email, "location": row.location, "access": row.access, "until": row.until}
        values = {
            key: value
            for key, value in told.items()
            if value is not None
            and value != getattr(person.entry, key)
            and not (isinstance(value, str) and same_text(value, getattr(person.entry, key)))
        }
        if values:
            self.changed.append((row, PersonMark(person, values)))
        else:
            self.same += 1
