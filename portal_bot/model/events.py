"""The one stream of what happens in a run. Console, journal, results, history and recorder listen; nothing else logs.

An event is a kind and a few plain values. The kinds and their fields:

    run-started       run, mode, portal, user_name, people, practices
    step              label, article (step of the help article, or ""), practice, person   what is being done now
    signed-in         user_name
    signed-out        -
    practice-started  practice, people
    list-read         practice, list, people (rows), pages
    person-started    n, of, practice, list, person, permission
    about-to-save     practice, list, person, email, permission, wanted, index     fsynced before Save is pressed
    saved             practice, list, person                                 the portal answered; not yet proved
    person-done       n, of, result (a row of results.json, a dict), index
    drift             control, candidate, first                            found, but not by the map's first candidate
    retry             what, why, pause
    picture           path, of (what it shows)
    warning           text
    note              text                                                   said once, in passing
    run-finished      exit_code, exit_meaning, counts
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Event:
    """One thing that happened. ``fields`` holds plain values only (they are written as JSON), already redacted."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    worker: int = 0

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name)


Listener = Callable[[Event], None]


class EventStream:
    """Hands each event to every listener, in order, one at a time whatever thread it comes from.

    ``redact`` stands before all of them: no listener ever sees a secret.
    """

    def __init__(self, redact: Callable[[Any], Any] = lambda value: value, listeners: Sequence[Listener] = ()) -> None:
        self._redact = redact
        self._listeners = list(listeners)
        self._lock = threading.RLock()

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    def emit(self, kind: str, *, worker: int = 0, **fields: Any) -> None:
        event = Event(kind, {name: self._redact(value) for name, value in fields.items()}, worker=worker)
        with self._lock:
            for listener in self._listeners:
                listener(event)
