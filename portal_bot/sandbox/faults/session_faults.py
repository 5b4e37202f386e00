"""Faults that end the session."""

from __future__ import annotations

import threading
from typing import ClassVar

from flask import Response

from ..office.people import Record
from ..site import site
from ..web import view_helpers
from .base_fault import Fault, Scope, asked_record, end_session, is_signed_in


class _EndsAt(Fault):
    """Ends the session just before a request is looked at, so that it is answered with the way to the sign-in page."""

    at: ClassVar[str]
    times = 1

    def before_request(self, what: str) -> Response | None:
        if what == self.at and is_signed_in() and self.strikes(asked_record()):
            end_session()
        return None


class EndsBeforeList(_EndsAt):
    name = "session-ends-before-list"
    says = "the session ends just before a list is read (once)"
    at = "people"


class EndsOnRecord(_EndsAt):
    name = "session-ends-on-record"
    says = "the session ends just before a record is read (once)"
    at = "record"


class EndsAtSave(_EndsAt):
    name = "session-ends-at-save"
    says = "the session ends between tick and Save; the save is not stored (once)"
    at = "save"


class EndsAfterSave(Fault):
    name = "session-ends-after-save"
    says = "the save is stored and answered well, then the session ends (once)"
    times = 1

    def after_save(self, record: Record) -> Response | None:
        if self.strikes(record):
            site().sessions.end(view_helpers.session())
        return None


class OneSession(Fault):
    name = "one-session"
    says = "a sign-in ends every session that was begun before it"

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._met: list[str] = []
        self._meeting = threading.Lock()

    def before_request(self, what: str) -> Response | None:  # noqa: ARG002
        if is_signed_in():
            with self._meeting:
                token = view_helpers.session().token
                if token not in self._met:
                    self._met.append(token)
                latest = self._met[-1] == token
            if not latest:
                end_session()
        return None


KINDS = (EndsBeforeList, EndsOnRecord, EndsAtSave, EndsAfterSave, OneSession)
