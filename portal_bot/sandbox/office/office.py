"""The office behind the portal: reads and writes people, roles and permissions."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from .database import Grant, Member, Practice, Role, RolePermission, create_database
from .people import FIELDS, Change, Outdated, PersonRow, Place, Record, RecordForm, RoleRow, Standing
from .permissions import CAPTIONS
from .seeding import seed_office

_ROW = (
    Member.id, Practice.name, Member.list_name, Member.first, Member.last, Member.credentials, Member.email,
    Member.location, Member.phone, Member.status,
)  # fmt: skip


class Office:
    """One office in a database of its own. Reads may run side by side, writes come one after the other."""

    def __init__(self, folder: Path, *, people: int, practices: int, seed: int) -> None:
        self._engine = create_database(folder)
        self._writing = threading.RLock()
        seed_office(self._engine, people=people, practices=practices, seed=seed)
        with Session(self._engine) as session:
            self._places = [Place(*row) for row in session.execute(select(Practice.id, Practice.name).order_by(Practice.id))]

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def practices(self) -> list[Place]:
        """All practices, the first of which is chosen after sign-in."""
        return list(self._places)

    def practice(self, key: int | str) -> Place | None:
        """A practice by number or name."""
        return next((place for place in self._places if key in (place.id, place.name)), None)

    def people(self, practice: int, list_name: str, location: str = "") -> list[PersonRow]:
        """A list in its order, all of it or one location's part."""
        asked = _rows().where(Member.practice_id == practice, Member.list_name == list_name)
        if location:
            asked = asked.where(Member.location == location)
        with Session(self._engine) as session:
            return [PersonRow(*row) for row in session.execute(asked)]

    def record(self, practice: int, member: int) -> Record | None:
        """Somebody's record, if it belongs to this practice."""
        with Session(self._engine) as session:
            return self._record(session, Member.practice_id == practice, Member.id == member)

    def records(self) -> list[Record]:
        """Everybody, for the audit."""
        with Session(self._engine) as session:
            numbers = session.scalars(select(Member.id).order_by(Member.id)).all()
            found = [self._record(session, Member.id == number, associated=False) for number in numbers]
        return [record for record in found if record]

    def find(self, practice: str, list_name: str, who: str) -> Record:
        """The one person of this name (as shown) or e-mail address. Raises LookupError for none or several."""
        place = self.practice(practice)
        rows = self.people(place.id, list_name) if place else []
        found = [row for row in rows if who in (row.email, row.display)]
        record = self.record(place.id, found[0].id) if place and len(found) == 1 else None
        if record is None:
            raise LookupError(f"{len(found)} people {who!r} under {list_name} of {practice}")
        return record

    def save(self, record: Record, form: RecordForm, *, check: bool = True) -> list[Change]:
        """Store a form over the record that it was opened from; only what differs. Raises Outdated."""
        with self._writing, Session(self._engine) as session, session.begin():
            member = session.get_one(Member, record.id)
            if check and member.version != form.version:
                raise Outdated
            changes = [
                _change(record, caption, record.field(name), form.fields[name])
                for name, caption in FIELDS.items()
                if form.fields[name] != record.field(name)
            ]
            for name in FIELDS:
                setattr(member, name, form.fields[name])
            for caption, standing in record.permissions.items():
                wanted = caption in form.permissions
                if standing in ("own", "off") and wanted != (standing == "own"):
                    _put(session, record.id, caption, "own" if wanted else "off")
                    changes.append(_change(record, caption, not wanted, wanted))
            if changes:
                member.version += 1
            return changes

    def set_permission(self, record: Record, caption: str, standing: Standing) -> None:
        """Change a permission behind the pages' back; a role cannot be given this way."""
        if caption not in CAPTIONS or standing == "role":
            raise ValueError(f"{caption!r} cannot be made {standing!r}")
        with self._writing, Session(self._engine) as session, session.begin():
            _put(session, record.id, caption, standing)

    def grant_everybody(self, caption: str) -> None:
        """Everybody has a permission from here on, but those for whom it is blocked; nobody notes it in the audit."""
        with self._writing, Session(self._engine) as session, session.begin():
            blocked = set(session.scalars(select(Grant.member_id).where(Grant.caption == caption, Grant.state == "blocked")))
            session.execute(delete(Grant).where(Grant.caption == caption, Grant.state != "blocked"))
            granted = [
                {"member_id": each, "caption": caption, "state": "own"}
                for each in session.scalars(select(Member.id))
                if each not in blocked
            ]
            session.execute(insert(Grant), granted)

    def add(self, practice: str, list_name: str, **fields: str) -> int:
        """Somebody new, with no permission at all."""
        place = self.practice(practice)
        if place is None:
            raise LookupError(f"no practice {practice!r}")
        values: dict[str, Any] = {"phone": "", "status": "Active", "notes": "", **fields}
        with self._writing, Session(self._engine) as session, session.begin():
            member = Member(practice_id=place.id, list_name=list_name, role_id=None, **values)
            session.add(member)
            session.flush()
            return member.id

    def remove(self, member: int) -> None:
        """Somebody leaves; nobody notes it in the audit."""
        with self._writing, Session(self._engine) as session, session.begin():
            session.execute(delete(Grant).where(Grant.member_id == member))
            session.execute(delete(Member).where(Member.id == member))

    def roles(self, practice: int) -> list[RoleRow]:
        """The roles of a practice, by name."""
        with Session(self._engine) as session:
            numbers = session.scalars(select(Role.id).where(Role.practice_id == practice).order_by(Role.name)).all()
            return [self._role(session, number) for number in numbers]

    def role(self, practice: int, number: int) -> RoleRow | None:
        """A role, if it belongs to this practice."""
        return next((role for role in self.roles(practice) if role.id == number), None)

    def save_role(self, role: RoleRow, permissions: frozenset[str]) -> list[Change]:
        """Store what a role gives."""
        with self._writing, Session(self._engine) as session, session.begin():
            session.execute(delete(RolePermission).where(RolePermission.role_id == role.id))
            session.add_all(RolePermission(role_id=role.id, caption=caption) for caption in CAPTIONS if caption in permissions)
        differing = [caption for caption in CAPTIONS if (caption in permissions) != (caption in role.permissions)]
        return [
            Change(role.practice, "roles", role.name, "", caption, caption not in permissions, caption in permissions)
            for caption in differing
        ]

    def _role(self, session: Session, number: int) -> RoleRow:
        role = session.get_one(Role, number)
        members = session.scalar(select(func.count()).where(Member.role_id == number)) or 0
        place = self.practice(role.practice_id)
        assert place
        return RoleRow(number, place.name, role.name, members, frozenset(_of_role(session, number)))

    def _record(self, session: Session, *where: Any, associated: bool = True) -> Record | None:
        more = (Member.notes, Member.version, Role.name, Member.role_id, Member.practice_id)
        found = session.execute(_rows(*more).outerjoin(Role, Member.role_id == Role.id).where(*where)).first()
        if found is None:
            return None
        *row, notes, version, role, role_id, practice = found
        person = PersonRow(*row)
        by_role = set(_of_role(session, role_id)) if role_id else set()
        grants = session.execute(select(Grant.caption, Grant.state).where(Grant.member_id == person.id))
        own = {caption: state for caption, state in grants}  # noqa: C416  (dict() takes a result for a mapping)
        permissions = {caption: "role" if caption in by_role else own.get(caption, "off") for caption in CAPTIONS}
        others = _associated(session, person, practice) if associated else ()
        more_fields = {"notes": notes, "version": version, "role": role, "permissions": permissions, "associated": others}
        return Record(*row, **more_fields)


def _rows(*more: Any) -> Select[Any]:
    order = (Member.last, Member.first, Member.id)
    asked: Select[Any] = select(*_ROW, *more)  # type: ignore[assignment]
    return asked.select_from(Member).join(Practice, Member.practice_id == Practice.id).order_by(*order)


def _of_role(session: Session, role: int) -> Iterable[str]:
    return session.scalars(select(RolePermission.caption).where(RolePermission.role_id == role))


def _associated(session: Session, person: PersonRow, practice: int) -> tuple[PersonRow, ...]:
    """Some people of the other list, as colleagues that the record shows."""
    asked = _rows().where(Member.practice_id == practice, Member.list_name != person.list_name, Member.location == person.location)
    return tuple(PersonRow(*row) for row in session.execute(asked.limit(2 + person.id % 2)))


def _put(session: Session, member: int, caption: str, standing: str) -> None:
    if standing == "off":
        session.execute(delete(Grant).where(Grant.member_id == member, Grant.caption == caption))
    else:
        session.merge(Grant(member_id=member, caption=caption, state=standing))


def _change(record: Record, field: str, before: str | bool, after: str | bool) -> Change:
    return Change(record.practice, record.list_name, record.display, record.email, field, before, after)
