"""Faults of what is there to be found: practices, menu entries, people, boxes."""

from __future__ import annotations

import dataclasses

from flask import Response

from ..office.people import PersonRow, Place, Record
from ..site import site
from .base_fault import Fault, asked_record


class PersonDeleted(Fault):
    name = "person-deleted"
    says = "somebody is deleted between list and record (the first who is opened, or #E-MAIL)"
    times = 1

    def before_request(self, what: str) -> Response | None:
        if what == "record" and (record := asked_record()) and self.strikes(record):
            site().office.remove(record.id)
        return None


class PracticeNotOffered(Fault):
    name = "practice-missing"
    says = "the drop-down lacks the second practice, or @PRACTICE"

    def practices(self, places: list[Place]) -> list[Place]:
        if self.scope.practice is None:
            return places[:1] + places[2:]
        return [place for place in places if not self.scope.names_practice(place.name)]


class SwitchIgnored(Fault):
    name = "practice-switch-ignored"
    says = "choosing another practice has no effect"

    def ignores_switch(self) -> bool:
        return self.strikes()


class EmptyList(Fault):
    name = "empty-list"
    says = "lists are empty"

    def people(self, rows: list[PersonRow]) -> list[PersonRow]:
        return [] if self.strikes() else rows


class MenuMissing(Fault):
    name = "menu-missing"
    says = "the navigation panel lacks User Administration"

    def hides(self) -> frozenset[str]:
        return frozenset({"User Administration"}) if self.strikes() else frozenset()


class BoxDisabled(Fault):
    name = "box-disabled"
    says = "Messaging cannot be ticked by those who lack it (box-disabled#E-MAIL for one person)"

    def record(self, record: Record) -> Record:
        if record.permissions["Messaging"] != "off" or not self.strikes(record):
            return record
        return dataclasses.replace(record, permissions={**record.permissions, "Messaging": "blocked"})


KINDS = (PersonDeleted, PracticeNotOffered, SwitchIgnored, EmptyList, MenuMissing, BoxDisabled)
