"""Practices handed out to workers, and the people of one practice to several of them. Knows nothing of portals."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from portal_bot.model.entities import ListName, RosterEntry
from portal_bot.run.collector import PersonJob, PracticeJob
from portal_bot.run.stopping.brakes import Brakes

LOOK = 0.2
"""Seconds between two looks at whether the run was stopped."""
SOON = 0.02
"""Seconds between two looks at what the worker that began finds out."""


class Share:
    """One practice: whoever begins it reads its lists, once; then its people are handed out to whoever asks."""

    def __init__(self, job: PracticeJob, turn: threading.Condition) -> None:
        self.job = job
        self.practice = job.practice
        self.rosters: Mapping[ListName, Sequence[RosterEntry]] = {}
        self.session: Any = None
        """The sign-in that its workers share, where they do."""
        self.learned: Any = None
        """What whoever began has found out about the portal, for those who join."""
        self.workers = 0
        self.begun = False
        self.awaited = 0
        """How many people are to be done once the lists are read; 0 until whoever began has its practice before it, so that others
        may come into its session."""
        self.open = False
        self._met_one = False
        self._people: deque[tuple[PersonJob, Any]] = deque()
        self._turn = turn

    def was_entered(self, people: int) -> None:
        """Others may come now, and wait in the session until the lists are read. ``people``: how many are to be done."""
        with self._turn:
            self.awaited = people
            self._turn.notify_all()

    def opens(self, brakes: Brakes, knows: Callable[[], bool]) -> bool:
        """Waits until the lists are read, and until whoever reads them ``knows`` what is found out with the first person, or is done
        with that one. False where the run was stopped, or the lists are not to be read by that worker any more."""
        with self._turn:
            while self.begun and not brakes.stop.is_set() and not (self.open and (self._met_one or knows())):
                self._turn.wait(SOON if self.open else LOOK)
            return self.open

    def met_one(self) -> None:
        """Whoever began is done with a person."""
        with self._turn:
            self._met_one = True
            self._turn.notify_all()

    def opened(self, people: Sequence[PersonJob], rosters: Mapping[ListName, Sequence[RosterEntry]], learned: Any = None) -> None:
        """The lists are read; from now on others may join."""
        with self._turn:
            self.rosters, self.learned, self.open = rosters, learned, True
            self._people.extend((person, None) for person in people)
            self._turn.notify_all()

    def next(self) -> tuple[PersonJob, Any] | None:
        """Somebody to do, and what another worker has done for them before it gave them back."""
        with self._turn:
            return self._people.popleft() if self._people else None

    def give_back(self, person: PersonJob, attempt: Any) -> None:
        """Leaves to others a person whom this worker does not do after all: it is sent home, or stops."""
        with self._turn:
            self._people.appendleft((person, attempt))
            self._turn.notify_all()

    def not_begun(self) -> None:
        """A worker that is sent home before the lists are read leaves the whole practice to the others."""
        with self._turn:
            self.begun, self.awaited = False, 0
            self._turn.notify_all()

    @property
    def left(self) -> int:
        """How many people there are still to be done, or may be once the lists are read."""
        return len(self._people) if self.open else self.awaited


class WorkQueue:
    """Hands practices to workers: first those that nobody has begun, then those with most people left for each worker."""

    def __init__(self, jobs: Sequence[PracticeJob], brakes: Brakes) -> None:
        self._turn = threading.Condition()
        self._shares = [Share(job, self._turn) for job in jobs]
        self._brakes = brakes

    def next(self, worker: int) -> tuple[Share, bool] | None:
        """A practice to work on, and whether this worker begins it; ``None`` once there is nothing more to do. Where others are only
        just reading its lists, ``Share.opens`` waits for them.

        Waits while others are still at work, since there may be people to share or to take over from them.
        """
        with self._turn:
            while not self._brakes.stop.is_set() and not self._brakes.sessions.sends_home(worker):
                if new := next((share for share in self._shares if not share.begun), None):
                    new.begun = True
                    new.workers += 1
                    return new, True
                crowded = [share for share in self._shares if share.left and (share.open or share.workers < share.left)]
                if crowded:
                    share = max(crowded, key=lambda each: each.left / (each.workers + 1))
                    share.workers += 1
                    return share, False
                if not any(share.workers for share in self._shares):
                    return None
                self._turn.wait(LOOK)
        return None

    def something_left(self) -> bool:
        """Whether there is anything to do for one more worker, now or once a practice's lists are read."""
        with self._turn:
            return any(not share.open or share.left for share in self._shares)

    def left(self, share: Share) -> None:
        """A worker has left a practice."""
        with self._turn:
            share.workers -= 1
            self._turn.notify_all()
