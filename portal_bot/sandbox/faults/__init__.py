"""Faults: ways in which a real portal goes wrong, each of them by name, to test and to train on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flask import Response

from ..office.people import PersonRow, Place, Record, RecordForm
from . import network_faults, office_faults, overlay_faults, save_faults, session_faults, sign_in_faults
from .base_fault import Fault, Scope

_MODULES = (sign_in_faults, session_faults, save_faults, network_faults, overlay_faults, office_faults)
_KINDS: Mapping[str, type[Fault]] = {kind.name: kind for module in _MODULES for kind in module.KINDS}
FAULTS: Mapping[str, str] = {name: kind.says for name, kind in _KINDS.items()}
"""Every fault by name, and what it does."""

_WRITTEN = re.compile(r"(?P<name>[a-z][a-z-]*)(:(?P<argument>[\d.:]+))?(\*(?P<times>\d+))?(@(?P<practice>[^#]+))?(#(?P<email>\S+))?")


class Faults:
    """The faults of one sandbox. With none of them every seam lets everything through as it is."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self._active: list[Fault] = []
        for name in names:
            self.add(name)

    def add(self, written: str) -> None:
        """Switch a fault on: `name`, `name:argument`, `name*2`, `name@practice`, `name#e-mail`. Raises ValueError."""
        found = _WRITTEN.fullmatch(written)
        if found is None or found["name"] not in _KINDS:
            raise ValueError(f"no fault {written!r}; there are: {', '.join(sorted(_KINDS))}")
        times = int(found["times"]) if found["times"] else None
        scope = Scope(found["practice"], found["email"], times, found["argument"] or "")
        self._active = [*self._active, _KINDS[found["name"]](scope)]

    def clear(self) -> None:
        """Switch all off."""
        self._active = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._active)

    @property
    def keeps_alive(self) -> bool:
        return all(fault.keeps_alive for fault in self)

    def before_request(self, what: str) -> Response | None:
        return next((answer for fault in self if (answer := fault.before_request(what)) is not None), None)

    def refuses_sign_in(self) -> tuple[str, str] | None:
        return next((refusal for fault in self if (refusal := fault.refuses_sign_in())), None)

    def sign_in_steps(self) -> tuple[str, ...]:
        return tuple(step for fault in self for step in fault.sign_in_steps())

    def form_target(self) -> str:
        return next((target for fault in self if (target := fault.form_target())), "")

    def practices(self, places: list[Place]) -> list[Place]:
        for fault in self:
            places = fault.practices(places)
        return places

    def ignores_switch(self) -> bool:
        return any(fault.ignores_switch() for fault in self)

    def people(self, rows: list[PersonRow]) -> list[PersonRow]:
        for fault in self:
            rows = fault.people(rows)
        return rows

    def hides(self) -> frozenset[str]:
        return frozenset().union(*(fault.hides() for fault in self))

    def record(self, record: Record) -> Record:
        for fault in self:
            record = fault.record(record)
        return record

    def to_store(self, record: Record, form: RecordForm) -> RecordForm | None:
        kept: RecordForm | None = form
        for fault in self:
            kept = fault.to_store(record, kept) if kept is not None else None
        return kept

    def after_save(self, record: Record) -> Response | None:
        return next((answer for fault in self if (answer := fault.after_save(record)) is not None), None)

    def extras(self, what: str) -> dict[str, object]:
        return {key: value for fault in self for key, value in fault.extras(what).items()}
