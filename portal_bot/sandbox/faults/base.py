"""What a fault can do: each method is a seam of the portal, and does nothing unless a fault says otherwise."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import ClassVar

from flask import Response, request

from .. import web
from ..people import PersonRow, Place, Record, RecordForm


@dataclass(frozen=True)
class Scope:
    """Where and how often a fault strikes: `name*times`, `name@practice`, `name#e-mail`, `name:argument`."""

    practice: str | None = None
    email: str | None = None
    times: int | None = None
    argument: str = ""


class Fault:
    """One way in which a portal goes wrong."""

    name: ClassVar[str]
    says: ClassVar[str]
    times: ClassVar[int | None] = None
    """How often it strikes unless it is told otherwise; `None` is always."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._lock = threading.Lock()
        self._left = scope.times if scope.times is not None else self.times

    def strikes(self, record: PersonRow | None = None) -> bool:
        """Whether it is the turn of this person and practice, and the fault is not used up. Counts as one strike."""
        if not self.concerns(record):
            return False
        with self._lock:
            if self._left is None:
                return True
            self._left -= 1
            return self._left >= 0

    def concerns(self, record: PersonRow | None = None) -> bool:
        """Whether this person and practice are in the scope."""
        if self.scope.practice and self.scope.practice not in (record.practice if record else web.practice().name):
            return False
        return not self.scope.email or (record is not None and record.email == self.scope.email)

    def before_request(self, what: str) -> Response | None:
        """Before anything else looks at a request; `what` is the endpoint as both layouts name it."""

    def after_view(self, what: str) -> None:
        """After the answer to a request is ready."""

    def locks_account(self) -> bool:
        """Whether the account is locked whatever the password."""
        return False

    def sign_in_steps(self) -> tuple[str, ...]:
        """What is asked after the password."""
        return ()

    def form_target(self) -> str:
        """Another address for the sign-in form to be sent to."""
        return ""

    def practices(self, places: list[Place]) -> list[Place]:
        """The practices that the drop-down offers."""
        return places

    def ignores_switch(self) -> bool:
        """Whether choosing a practice has no effect."""
        return False

    def people(self, rows: list[PersonRow]) -> list[PersonRow]:
        """The people that a list shows."""
        return rows

    def hides(self) -> frozenset[str]:
        """Entries that the navigation panel lacks."""
        return frozenset()

    def record(self, record: Record) -> Record:
        """A record as it is shown and compared."""
        return record

    def to_store(self, record: Record, form: RecordForm) -> RecordForm | None:
        """What is stored in place of a form that was sent in; `None` is nothing."""
        return form

    def after_save(self, record: Record) -> Response | None:
        """After the form was stored and before that is answered."""

    def extras(self, what: str) -> dict[str, object]:
        """What a page shows in addition; the layouts know `survey`, `warning`, `banner`, `busy`, `hang`, `save_delay`."""
        return {}


def asked_record() -> Record | None:
    """The record that the request is for."""
    number = (request.view_args or {}).get("member")
    return web.site().office.record(web.practice().id, number) if number else None
