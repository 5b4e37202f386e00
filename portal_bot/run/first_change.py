"""The first change of an account is made alone: one person is changed and proved, and the neighbors in the list are read again.

What a portal does with Save is unknown until it has done it once. Both kinds of wrong changes that public reports describe (a change
that is not stored, and one that is stored in another record) show at the first person then.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from portal_bot.config.loader import Config
from portal_bot.model.errors import HistoryUnusable, Interrupted
from portal_bot.output.history import History
from portal_bot.run.account.state_dir import state_dir

LOOK = 0.2
"""Seconds between two looks at whether the run was stopped, while another worker makes the first change."""


class FirstChange:
    """One for all workers of a run."""

    def __init__(self, *, needed: bool = False) -> None:
        self._needed = needed
        self._turn = threading.Lock()

    @property
    def is_pending(self) -> bool:
        """Whether the first change is still to be made."""
        return self._needed

    @contextmanager
    def alone(self, stop: threading.Event) -> Iterator[bool]:
        """Around a change. True for the worker that makes the first one, while all others wait; then ``made`` lets them go on.

        Where the first change came to nothing, the next worker makes it. Raises Interrupted where the run is stopped meanwhile.
        """
        is_ours = False
        while self._needed and not (is_ours := self._turn.acquire(timeout=LOOK)):
            if stop.is_set():
                raise Interrupted("The run was stopped while another worker made the first change.")
        if is_ours and stop.is_set():
            self._turn.release()
            raise Interrupted("The run was stopped before this change.")
        try:
            yield self._needed
        finally:
            if is_ours:
                self._turn.release()

    def made(self) -> None:
        """The first change was stored, proved, and has changed nobody else."""
        self._needed = False


def proved_before(config: Config) -> bool:
    """Whether the history has a change of the config's account that was proved. False where there is no history to read."""
    try:
        return History(state_dir()).has_change(config.portal.url, config.portal.user_name)
    except HistoryUnusable:
        return False
