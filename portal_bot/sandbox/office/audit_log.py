"""What was done to the sandbox: every sign-in attempt and every stored change. Never a password."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from .people import Change


class Audit:
    """Counters and entries, written by the server's threads and read by tests and by `/audit`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sign_ins: list[dict[str, Any]] = []
        self._changes: list[dict[str, Any]] = []
        self._counts = {"saves": 0, "requests": 0, "pages": 0, "bytes": 0, "sign_outs": 0}

    def signed_in(self, user_name: str, *, ok: bool, why: str, step: str = "password") -> None:
        """One attempt at one step of the sign-in; `ok` says that this step was passed."""
        with self._lock:
            self._sign_ins.append({"at": _now(), "user_name": user_name, "ok": ok, "why": why, "step": step})

    def count(self, what: str, by: int = 1) -> None:
        """So many more of `saves`, `requests`, `pages` (documents among the answers), `bytes` or `sign_outs`."""
        with self._lock:
            self._counts[what] += by

    def changed(self, changes: Iterable[Change]) -> None:
        """Changes that were stored, one entry for each field."""
        with self._lock:
            for change in changes:
                self._changes.append({
                    "at": _now(), "practice": change.practice, "list": change.list_name, "person": change.person,
                    "email": change.email, "field": change.field, "before": change.before, "after": change.after,
                })  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """A copy of all of it, as `/audit` answers it."""
        with self._lock:
            entries = {"sign_ins": [dict(e) for e in self._sign_ins], "changes": [dict(e) for e in self._changes]}
            return {**entries, **self._counts}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
