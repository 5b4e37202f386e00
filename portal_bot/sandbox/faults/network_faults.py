"""Faults of the server and of the way to it."""

from __future__ import annotations

import random

from flask import Response, g

from ..office.people import Record
from ..web import view_helpers
from .base_fault import Fault, Scope, asked_record, end_session, is_signed_in
from .save_faults import cut

_READS = ("people", "record")


def _unavailable() -> Response:
    return view_helpers.problem(503, "Service unavailable", "The portal is temporarily unavailable. Please try again later.")


class UnavailableOnce(Fault):
    name = "unavailable-once"
    says = "the first list or record asked for is answered with 503"
    times = 1

    def before_request(self, what: str) -> Response | None:
        return _unavailable() if what in _READS and is_signed_in() and self.strikes(asked_record()) else None


class UnavailableAlways(Fault):
    name = "unavailable-always"
    says = "every page is answered with 503"

    def before_request(self, what: str) -> Response | None:  # noqa: ARG002
        return _unavailable() if self.strikes() else None


class TooManyRequests(Fault):
    name = "too-many-requests"
    says = "lists and records are answered with 429 and Retry-After: 1 (three times)"
    times = 3

    def before_request(self, what: str) -> Response | None:
        if what in _READS and is_signed_in() and self.strikes(asked_record()):
            return view_helpers.problem(429, "Too many requests", "Please wait a moment.", {"Retry-After": "1"})
        return None


class NeverFinishes(Fault):
    name = "never-finishes"
    says = "lists and records hold a picture that never arrives, so that the page never finishes loading"

    def extras(self, what: str) -> dict[str, object]:
        return {"hang": "/pixel.gif"} if what in (*_READS, "shell") and self.strikes(asked_record()) else {}


class Random(Fault):
    name = "random"
    says = "random:RATE[:SEED] of the requests are answered with 503, cut, cut after storing, or find the session ended"
    keeps_alive = False

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope)
        rate, _, seed = scope.argument.partition(":")
        self._rate = float(rate or 0.05)
        self._chance = random.Random(seed or "7")  # noqa: S311  (faults to order, not secrets)

    def before_request(self, what: str) -> Response | None:
        if not is_signed_in():
            return None
        with self._lock:
            hit = self._chance.random() < self._rate
            kind = self._chance.choice(("unavailable", "cut", "session", "lost"))
        if not hit or not self.strikes():
            return None
        if kind == "session":
            end_session()
            return None
        if kind == "lost" and what == "save":
            g.lose_answer = True
            return None
        return _unavailable() if kind == "unavailable" else cut()

    def after_save(self, record: Record) -> Response | None:  # noqa: ARG002
        return cut() if g.get("lose_answer") else None


KINDS = (UnavailableOnce, UnavailableAlways, TooManyRequests, NeverFinishes, Random)
