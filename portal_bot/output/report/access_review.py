"""The access review: who has the permission in which practice, how, and since which run. Pure but for its template.

How: ``own`` stands on the person's own record, ``by role`` comes from a role (the box is ticked and disabled: the agreed
reading), ``unknown`` where the record could not be read or has no such box. Since: the run of this machine's history
after which the permission was first known to be on without a break; nothing where no run has met it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

from portal_bot.model.entities import How, ListName, RosterPerson, how_of
from portal_bot.model.name_matching import fits, folded, name_key, same_text


@dataclass(frozen=True)
class Since:
    """The run that gave a permission (``granted``) or first met it. ``at`` is UTC, ``2026-11-23T06:30:00Z``."""

    run: str
    at: str
    granted: bool

    @property
    def said(self) -> str:
        return f"{self.at[:10]}, {'granted' if self.granted else 'first seen'} by run {self.run}"


@dataclass(frozen=True)
class ReviewRow:
    """One person with one permission."""

    practice: str | None
    list: ListName
    name: str
    email: str | None
    location: str | None
    permission: str
    how: How
    since: Since | None = None
    detail: str = ""

    def cells(self) -> dict[str, str]:
        """The row for a table or a spreadsheet."""
        told = asdict(self) | {"list": str(self.list), "how": str(self.how)}
        since = {"since": self.since.at[:10] if self.since else "", "since_run": self.since.run if self.since else ""}
        how_known = {"since_how": ("granted" if self.since.granted else "first seen") if self.since else ""}
        told.pop("since")
        detail = told.pop("detail")
        return {key: value or "" for key, value in {**told, **since, **how_known, "detail": detail}.items()}


def review(people: Iterable[RosterPerson], permissions: Sequence[str], history: Iterable[Mapping[str, Any]]) -> list[ReviewRow]:
    """Everybody who has one of the permissions or of whom that is not known, in the portal's order.

    ``history``: result rows of this account, oldest first, each with ``run`` and ``at``.
    """
    past: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in history:
        past.setdefault((folded(row["practice"]), name_key(row["name"]).words), []).append(row)
    rows = []
    for person in people:
        for permission in permissions:
            how = How.UNKNOWN if person.problem else how_of(person.permissions.get(permission))
            if how is None:
                continue
            met = past.get((folded(person.practice), name_key(person.name).words), ())
            since = None if how is How.UNKNOWN else since_when(person, permission, met)
            detail = person.problem or (f'the record has no box "{permission}"' if how is How.UNKNOWN else "")
            rows.append(ReviewRow(person.practice, person.list, person.name, person.email, person.location, permission, how, since, detail))
    return rows


def since_when(person: RosterPerson, permission: str, history: Iterable[Mapping[str, Any]]) -> Since | None:
    """The run since which the permission is known to be on. A run that saw or left it off begins anew."""
    since: Since | None = None
    for row in history:
        mails = (row["email"], person.email)
        if row["permission"] != permission or row["list"] != str(person.list) or not fits(row["name"], person.name):
            continue
        if not same_text(row["practice"], person.practice) or (None not in mails and not same_text(*mails)):
            continue
        now = row["before"] if row["after"] is None else row["after"]
        if now is False:
            since = None
        elif now and (since is None or row["outcome"] == "granted"):  # granted: it was off before, whatever was seen earlier
            since = Since(row["run"], row["at"], row["outcome"] == "granted")
    return since


def review_page(rows: Sequence[ReviewRow], *, portal: str, user_name: str, at: str, run: str, practices: Sequence[str | None]) -> str:
    """The review as one HTML page that opens from disk and prints with lines to sign. Whatever comes from the portal is escaped."""
    from jinja2 import Environment

    template = files("portal_bot.output.report").joinpath("access_review.html.j2").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    groups = [(practice, [row for row in rows if row.practice == practice]) for practice in practices]
    return environment.from_string(template).render(groups=groups, rows=rows, portal=portal, user_name=user_name, at=at, run=run, How=How)
