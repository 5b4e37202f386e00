"""What a fault may change of the portal: every seam with what it lets through. With no fault each lets everything pass."""

from __future__ import annotations

from typing import Protocol

from flask import Response

from .office.people import PersonRow, Place, Record, RecordForm


class Seams(Protocol):
    """The seams of one sandbox. (``faults.Faults``)"""

    @property
    def keeps_alive(self) -> bool:
        """Whether a connection may stay open after an answer."""
        ...

    def before_request(self, what: str) -> Response | None:
        """Before anything else looks at a request; `what` is the endpoint as both layouts name it."""
        ...

    def refuses_sign_in(self) -> tuple[str, str] | None:
        """Why nobody can sign in: for the audit, and for the page."""
        ...

    def sign_in_steps(self) -> tuple[str, ...]:
        """What is asked after the password."""
        ...

    def form_target(self) -> str:
        """Another address for the sign-in form to be sent to."""
        ...

    def practices(self, places: list[Place]) -> list[Place]:
        """The practices that the drop-down offers."""
        ...

    def ignores_switch(self) -> bool:
        """Whether choosing a practice has no effect."""
        ...

    def people(self, rows: list[PersonRow]) -> list[PersonRow]:
        """The people that a list shows."""
        ...

    def hides(self) -> frozenset[str]:
        """Entries that the navigation panel lacks."""
        ...

    def record(self, record: Record) -> Record:
        """A record as it is shown and compared."""
        ...

    def to_store(self, record: Record, form: RecordForm) -> RecordForm | None:
        """What is stored in place of a form that was sent in; `None` is nothing."""
        ...

    def after_save(self, record: Record) -> Response | None:
        """After the form was stored and before that is answered."""
        ...

    def extras(self, what: str) -> dict[str, object]:
        """What a page shows in addition: `survey`, `warning`, `banner`, `busy`, `hang`, `save_delay`."""
        ...
