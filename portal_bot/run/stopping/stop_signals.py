"""What ends a run early from outside: Ctrl-C, a service manager's stop, and the run's own deadline."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from portal_bot.model.errors import Interrupted
from portal_bot.model.exit_codes import Exit
from portal_bot.run.stopping.brakes import Brakes


@contextmanager
def heeded_signals(brakes: Brakes) -> Iterator[None]:
    """Ctrl-C and SIGTERM stop the run at the next safe place; a second one ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        if isinstance(brakes.reason, Interrupted):
            os._exit(Exit.INTERRUPTED)
        brakes.interrupt()

    watched = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.signal(number, stop) for number in watched}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def kept_deadline(brakes: Brakes, after: timedelta) -> Iterator[None]:
    """The run's own end, after which nobody else is tried."""
    timer = threading.Timer(after.total_seconds(), brakes.deadline)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
