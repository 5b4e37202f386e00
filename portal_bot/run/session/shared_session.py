"""A sign-in that several workers use (``run.share_session``)."""

from __future__ import annotations

import threading

from portal_bot.portal.browser.handover import Handover


class SharedSession:
    """One sign-in that the workers of a practice use together. Whoever leaves last signs out."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        """Held while it is begun."""
        self.over: Handover | None = None
        self.number = 0
        """Its number among the run's sign-ins. (``brakes.SignIns``)"""
        self.users = 0
        self._noticing = threading.Lock()
        self._ended: list[Handover | None] = []
        self._taken: list[Handover] = []
        self._not_taken: list[Handover] = []
        """What the portal took from another worker than the one who signed in, and what it did not take."""

    def is_first_to_notice(self, over: Handover | None) -> bool:
        """Whether nobody else has noticed that this sign-in of the session has ended. One of a single page is nobody else's."""
        with self._noticing:
            first = over is None or all(each is not over for each in self._ended)
            self._ended.append(over)
            return first

    def tried(self, over: Handover, *, taken: bool) -> None:
        """Another worker than the one who signed in has gone on with it, or could not."""
        with self.lock:
            (self._taken if taken else self._not_taken).append(over)

    def joined_by_one(self) -> None:
        with self.lock:
            self.users += 1

    def begun_with(self, over: Handover | None, number: int) -> bool:
        """Makes a session of another practice, which nobody uses any more, this one's; false where this one is begun already."""
        with self.lock:
            if self.over is not None:
                return False
            self.over, self.number = over, number
            return True

    def left_by(self, over: Handover | None) -> bool:
        """One worker less; true where that worker's session is used by nobody else."""
        with self.lock:
            self.users -= 1
            of_one = any(each is over for each in self._not_taken) and all(each is not over for each in self._taken)
            return self.users == 0 or over is None or of_one
