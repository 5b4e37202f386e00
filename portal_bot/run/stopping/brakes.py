"""Work shared among threads, and the brakes that hold for all of them. Knows nothing of portals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from portal_bot.model.errors import Interrupted, PortalBotError, PortalChanged

MOST_NOT_STORED = 2
"""Saves in a row that were answered well and stored nothing, before the run stops."""
MOST_ENDED = 2
"""Sessions that may end after another was begun, before several workers are taken for the reason."""


class SignIns:
    """The sign-ins of a run by number, and whether the portal lets one go on when another begins. One for all workers.

    A session that ends though nobody else has signed in since says nothing of that, nor do any once one of them was seen to go on
    after another had begun: then they end for a reason of their own, such as their age.
    """

    def __init__(self) -> None:
        self._begun = 0
        self._ended = 0
        self._go_on = False
        self._lock = threading.Lock()

    @property
    def newest(self) -> int:
        """The number of the last sign-in; 0 before the first."""
        return self._begun

    def begun(self) -> int:
        """Somebody has signed in. The number of that session."""
        with self._lock:
            self._begun += 1
            return self._begun

    def went_on(self, session: int, newest: int) -> None:
        """Something was done in a session, and was begun when ``newest`` was there already."""
        if newest > session:
            self._go_on = True

    def ended(self, session: int) -> bool:
        """The portal has ended a session under way. True once: when several workers are taken for the reason."""
        with self._lock:
            if self._go_on or self._begun == session:
                return False
            self._ended += 1
            return self._ended == MOST_ENDED

    def sends_home(self, worker: int) -> bool:
        """Whether a worker is one too many: on a portal that ends one session when another begins, only the first goes on."""
        return worker > 0 and self._ended >= MOST_ENDED and not self._go_on


class Brakes:
    """Why and when a run stops early. One for the whole run; every worker looks at ``stop`` between two steps."""

    def __init__(self, stop_after_failures: int) -> None:
        self.stop = threading.Event()
        self.reason: BaseException | None = None
        self.deadline_reached = False
        self.opened = False
        """Whether the portal may have been opened by any worker."""
        self._stop_after = stop_after_failures
        self._in_a_row = 0
        self._not_stored_in_a_row = 0
        self.sessions = SignIns()
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
            self._in_a_row = self._not_stored_in_a_row = 0

    def not_stored(self, name: str) -> None:
        """A Save that the portal answered well has stored nothing. Two in a row mean that it does not store what the bot sends."""
        with self._lock:
            self._not_stored_in_a_row += 1
            many = self._not_stored_in_a_row >= MOST_NOT_STORED
        if many:
            self.halt(
                PortalChanged(
                    f"This portal does not store what portal-bot sends: Save was answered well for {MOST_NOT_STORED} people in a row, the "
                    f"last of them {name}, and the records do not show it. Nobody else was tried.",
                    hint="Change one of them by hand: the page may say what it does not like. If the change shows only after a while, "
                    "put a longer `settle:` under `limits:`.",
                )
            )

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
