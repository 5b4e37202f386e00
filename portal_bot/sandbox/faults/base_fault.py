"""What a fault can do: each method is a seam of the portal, and does nothing unless a fault says otherwise."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import ClassVar

from flask import Response, g, request

from ..office.people import PersonRow, Place, Record, RecordForm
from ..site import site
from ..web import view_helpers


@dataclass(frozen=True)
class Scope:
    """Where and how often a fault strikes: `name*times`, `name@practice`, `name#e-mail`, `name:argument`."""

    practice: str | None = None
    """The name of a practice, or a part of it."""
    email: str | None = None
    times: int | None = None
    argument: str = ""

    def names_practice(self, name: str) -> bool:
        """Whether the scope names this practice."""
        return self.practice is not None and self.practice.casefold() in name.casefold()


class Fault:
    """One way in which a portal goes wrong."""

    name: ClassVar[str]
    says: ClassVar[str]
    times: ClassVar[int | None] = None
    """How often it strikes unless it is told otherwise; `None` is always."""
    keeps_alive: ClassVar[bool] = True
    """False closes each connection after its answer, so that a browser cannot quietly repeat a request that was cut."""

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
        if self.scope.practice:
            practice = record.practice if record else view_helpers.practice().name if is_signed_in() else ""
            if not self.scope.names_practice(practice):
                return False
        return not self.scope.email or (record is not None and record.email == self.scope.email)

    def before_request(self, what: str) -> Response | None:
        """Before anything else looks at a request; `what` is the endpoint as both layouts name it."""

    def refuses_sign_in(self) -> tuple[str, str] | None:
        """Why nobody can sign in: for the audit, and for the page."""

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

    def to_store(self, record: Record, form: RecordForm) -> RecordForm | None:  # noqa: ARG002
        """What is stored in place of a form that was sent in; `None` is nothing."""
        return form

    def after_save(self, record: Record) -> Response | None:
        """After the form was stored and before that is answered."""

    def extras(self, what: str) -> dict[str, object]:  # noqa: ARG002
        """What a page shows in addition: `survey`, `warning`, `banner`, `busy`, `hang`, `save_delay`."""
        return {}


def is_signed_in() -> bool:
    """Whether the request comes from somebody who is signed in."""
    return g.session is not None and g.session.signed_in


def end_session() -> None:
    """The session is over, and the request finds it so."""
    site().sessions.end(view_helpers.session())
    g.session = None


def asked_record() -> Record | None:
    """The record that the request is for."""
    number = (request.view_args or {}).get("member")
    return site().office.record(view_helpers.practice().id, number) if number and is_signed_in() else None
