"""Faults of Save."""

from __future__ import annotations

import dataclasses
import hashlib
import time

from flask import Response, request

from ..office.people import Record, RecordForm
from ..web import view_helpers
from ..web.server import CUT
from .base_fault import Fault, Scope, asked_record

STRAY = "Bulk Messaging"


class StoresNothing(Fault):
    name = "save-stores-nothing"
    says = "Save answers well and stores nothing"

    def to_store(self, record: Record, form: RecordForm) -> RecordForm | None:
        return None if self.strikes(record) else form


class StoresMore(Fault):
    name = "save-stores-more"
    says = "Save turns another permission as well (Bulk Messaging, or else the notes change)"

    def to_store(self, record: Record, form: RecordForm) -> RecordForm | None:
        if not self.strikes(record):
            return form
        if record.permissions[STRAY] in ("own", "off"):
            return dataclasses.replace(form, permissions=form.permissions ^ {STRAY})
        return dataclasses.replace(form, fields={**form.fields, "notes": form.fields["notes"] + " (synchronized)"})


class AnswerLost(Fault):
    name = "save-answer-lost"
    says = "Save stores, then the connection is cut without an answer (once)"
    times = 1
    keeps_alive = False
    REPEATS = 2.0
    """Seconds in which the same request again is the browser's own repetition, and is cut as well."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        self._cut: tuple[str, float] = ("", 0.0)

    def before_request(self, what: str) -> Response | None:
        mark, at = self._cut
        return cut() if what == "save" and _mark() == mark and time.monotonic() - at < self.REPEATS else None

    def after_save(self, record: Record) -> Response | None:
        if not self.strikes(record):
            return None
        self._cut = (_mark(), time.monotonic())
        return cut()


class SlowSave(Fault):
    name = "slow-save"
    says = "Save stores at once and answers after 3 s (slow-save:SECONDS)"

    def after_save(self, record: Record) -> Response | None:
        if self.strikes(record):
            time.sleep(float(self.scope.argument or 3))
        return None


class DebouncedSave(Fault):
    name = "debounced-save"
    says = "the request starts 1 s after the click on Save (debounced-save:MILLISECONDS)"

    def extras(self, what: str) -> dict[str, object]:
        return {"save_delay": int(self.scope.argument or 1000)} if what == "record" and self.strikes(asked_record()) else {}


class SaveUnavailable(Fault):
    name = "save-unavailable"
    says = "Save is answered with 503 and stores nothing (once)"
    times = 1

    def before_request(self, what: str) -> Response | None:
        if what == "save" and self.strikes(asked_record()):
            return view_helpers.problem(503, "Service unavailable", "The portal is temporarily unavailable. Please try again later.")
        return None


def cut() -> Response:
    """No answer at all: the connection is closed."""
    request.environ[CUT] = True
    return Response("")


def _mark() -> str:
    return request.path + hashlib.sha256(request.get_data(cache=True)).hexdigest()


KINDS = (StoresNothing, StoresMore, AnswerLost, SlowSave, DebouncedSave, SaveUnavailable)
