"""People and what they have, as CSV that ``import`` and spreadsheets read; and a list held against the portal. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal_bot.config.people.spreadsheet import FileRow
from portal_bot.model.entities import How, RosterPerson, how_of
from portal_bot.model.name_matching import fits, folded, name_key, same_text


@dataclass(frozen=True)
class Difference:
    """``kind``: has it, not listed · listed, lacks it · listed, not in the portal · listed, not clear · listed, not read · not known."""

    kind: str
    practice: str | None
    name: str
    email: str | None
    permission: str
    detail: str = ""

    def cells(self) -> Mapping[str, str]:
        return {key: value or "" for key, value in vars(self).items()}


def against(rows: Sequence[FileRow], people: Sequence[RosterPerson], permissions: Sequence[str]) -> list[Difference]:
    """Where a list and the portal differ. Rows whose access is off do not count.

    A row and a person are one by name, and by e-mail, practice and list as far as both tell them.
    """
    read = {folded(each.practice) for each in people}
    wanted = [row for row in rows if row.access is not False]
    by_name: dict[str, list[RosterPerson]] = {}
    for person in people:
        by_name.setdefault(name_key(person.name).words, []).append(person)
    named: set[int] = set()
    listed: list[Difference] = []
    for row in wanted:
        fitting = [each for each in by_name.get(name_key(row.name).words, ()) if _is(row, each)]
        places = [(each.practice, each.list) for each in fitting]
        if row.practice is not None and folded(row.practice) not in read:
            listed.append(
                Difference("listed, not read", row.practice, row.name, row.email, "", f"row {row.number}: no such practice was read")
            )
        elif not fitting:
            listed.append(Difference("listed, not in the portal", row.practice, row.name, row.email, "", f"row {row.number}"))
        elif len(set(places)) < len(places):
            detail = f"row {row.number}: {len(fitting)} people fit; an e-mail address would tell which"
            listed.append(Difference("listed, not clear", row.practice, row.name, row.email, "", detail))
            named.update(map(id, fitting))
        else:
            named.update(map(id, fitting))
            for each in fitting:
                lacking = [p for p in permissions if not each.problem and how_of(each.permissions.get(p)) is None]
                listed += [Difference("listed, lacks it", each.practice, each.name, each.email, p, f"row {row.number}") for p in lacking]
    more = []
    for each in people:
        for permission in permissions:
            how = How.UNKNOWN if each.problem else how_of(each.permissions.get(permission))
            if how is How.UNKNOWN:
                why = each.problem or f'the record has no box "{permission}"'
                more.append(Difference("not known", each.practice, each.name, each.email, permission, why))
            elif how and id(each) not in named:
                more.append(Difference("has it, not listed", each.practice, each.name, each.email, permission, str(how)))
    return [*(each for each in more if each.kind != "not known"), *listed, *(each for each in more if each.kind == "not known")]


def _is(row: FileRow, person: RosterPerson) -> bool:
    return (
        fits(row.name, person.name)
        and (None in (row.email, person.email) or same_text(row.email, person.email))
        and (row.practice is None or same_text(row.practice, person.practice))
        and (row.list is None or row.list is person.list)
    )
