"""Ends a browser that no longer answers.

``count``, ``is_visible``, ``evaluate`` and ``title`` never return on a page whose script never ends, whatever the
timeout (tried with Playwright 1.65). So a thread beside each worker kills the driver's process tree when a step's time
is over; the call then raises, and the next person gets a new browser.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

import psutil


class Watchdog:
    """Kills the process tree ``root()`` when an armed step is not over in time. ``fired`` says which step that was."""

    def __init__(self, root: Callable[[], psutil.Process | None]) -> None:
        self._root = root
        self._changed = threading.Condition()
        self._deadline: float | None = None
        self._what = ""
        self._ended = False
        self.fired: str | None = None
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    @contextmanager
    def step(self, what: str, seconds: float) -> Iterator[None]:
        """Guards one step. Steps within a step keep the earlier of both deadlines."""
        outer = (self._what, self._deadline)
        mine = monotonic() + seconds
        self._arm(what, mine if outer[1] is None else min(mine, outer[1]))
        try:
            yield
        finally:
            self._arm(*outer)

    def stop(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _arm(self, what: str, deadline: float | None) -> None:
        with self._changed:
            self._what, self._deadline = what, deadline
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._ended:
                left = None if self._deadline is None else self._deadline - monotonic()
                if left is not None and left <= 0:
                    self.fired, self._deadline = self._what, None
                    kill_tree(self._root())
                    continue
                self._changed.wait(left)


def kill_tree(root: psutil.Process | None) -> None:
    """Ends a process and everything it started."""
    if root is None:
        return
    with suppress(psutil.NoSuchProcess):
        below = root.children(recursive=True)
        for process in [*below, root]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
