"""Storing a record or a role, the same for both layouts, with every stored change in the audit."""

from __future__ import annotations

from flask import Response

from ..office.people import FIELDS, Record, RecordForm, RoleRow
from ..office.permissions import CAPTIONS
from ..site import site


def form_of(record: Record, fields: dict[str, str | None], permissions: list[str], version: str) -> RecordForm:
    """What was sent in; a field that was not sent keeps its value."""
    values = {name: (record.field(name) if (sent := fields.get(name)) is None else sent.replace("\r\n", "\n")) for name in FIELDS}
    ticked = frozenset(caption for caption in permissions if caption in CAPTIONS)
    return RecordForm(values, ticked, int(version) if version.isdecimal() else 0)


def store_record(record: Record, form: RecordForm) -> Response | None:
    """Store the form. A fault may answer in the layout's stead. Raises Outdated."""
    place = site()
    place.audit.count("saves")
    wanted = place.faults.to_store(record, form)
    if wanted is not None:
        place.audit.changed(place.office.save(record, wanted))
    return place.faults.after_save(record)


def store_role(role: RoleRow, permissions: list[str]) -> None:
    """Store what a role gives."""
    place = site()
    place.audit.count("saves")
    place.audit.changed(place.office.save_role(role, frozenset(permissions) & frozenset(CAPTIONS)))
