"""Work shared among threads, and the brakes that hold for all of them. Knows nothing of portals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from portal_bot.errors import Interrupted, PortalBotError, PortalChanged

MOST_ENDED = 2
"""Sessions that may end by themselves before several workers are taken for the reason."""


class Brakes:
    """Why and when a run stops early. One for the whole run; every worker looks at ``stop`` between two steps."""

    def __init__(self, stop_after_failures: int) -> None:
        self.stop = threading.Event()
        self.reason: BaseException | None = None
        self.deadline_reached = False
        self._stop_after = stop_after_failures
        self._in_a_row = 0
        self._sessions_ended = 0
        self._lock = threading.Lock()

    def halt(self, reason: BaseException | None) -> None:
        """Stops the run at the next safe place. The first reason stands; an interruption stands above all."""
        with self._lock:
            if self.reason is None or isinstance(reason, Interrupted):
                self.reason = reason
        self.stop.set()

    def deadline(self) -> None:
        self.deadline_reached = True
        self.stop.set()

    def interrupt(self) -> None:
        self.halt(Interrupted("The run was interrupted. Whoever was in hand was finished or left; the rest was not tried."))

    def went_well(self) -> None:
        with self._lock:
            self._in_a_row = 0

    def session_ended(self) -> bool:
        """Counts sessions that the portal ended under way; true once, when there are too many of them for several workers."""
        with self._lock:
            self._sessions_ended += 1
            return self._sessions_ended == MOST_ENDED

    def sent_home(self, worker: int) -> bool:
        """Whether a worker is one too many: on a portal that ends one session when another begins, only the first goes on."""
        return worker > 0 and self._sessions_ended >= MOST_ENDED

    def page_failed(self, error: PortalBotError) -> None:
        """Counts failures for a page's reason, in order of completion; several in a row mean that the portal has changed."""
        with self._lock:
            self._in_a_row += 1
            many = self._in_a_row >= self._stop_after
        if many:
            self.halt(
                PortalChanged(
                    f"Stopped after {self._stop_after} people in a row could not be done. The last reason: {error.message}",
                    hint=error.hint or "The portal may have changed; `portal-bot doctor` shows what it looks like now.",
                )
            )


def in_threads(workers: int, work: Callable[[int], None], brakes: Brakes) -> None:
    """Runs ``work(number)`` in so many threads and waits for all of them. What one raises halts the others.

    Every worker has a thread of its own, also a single one: Playwright's sync API must not meet another in its thread, and
    signals must find the main thread free.
    """

    def guarded(number: int) -> None:
        try:
            work(number)
        except Interrupted:
            return  # whoever set the brakes has said why
        except BaseException as error:
            brakes.halt(error)

    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="portal") as pool:
        pending: list[Future[None]] = [pool.submit(guarded, number) for number in range(workers)]
        while wait(pending, timeout=0.2).not_done:
            # A wait with an end, so that the main thread gets to run its signal handlers on every platform.
            continue
