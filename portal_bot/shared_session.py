"""A sign-in that several workers use (``run.share_session``)."""

from __future__ import annotations

import threading

from portal_bot.page.session import HandOver


class SharedSession:
    """One sign-in that the workers of a practice use together. Whoever leaves last signs out."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.over: HandOver | None = None
        self.users = 0

    def left_by(self, over: HandOver | None) -> bool:
        """One worker less; true where that worker's session is used by nobody else."""
        with self.lock:
            self.users -= 1
            return self.users == 0 or over is None
