"""Threads as tests use them: started together, waited for with an end, and what one of them raises is raised in the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest

Answer = TypeVar("Answer")
LONG = 30.0
"""Seconds after which a thread that does not end is a failure."""
SHORT = 0.05
"""Seconds in which a thread that waits has not gone on."""


def all_at_once(count: int, work: Callable[[int], Answer]) -> list[Answer]:
    """What ``work(number)`` returned in so many threads that start together."""
    together = threading.Barrier(count)

    def begin(number: int) -> Answer:
        together.wait(LONG)
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return [each.result(LONG) for each in [pool.submit(begin, number) for number in range(count)]]


class Waiting:
    """A call in a thread of its own."""

    def __init__(self, future: Future[object]) -> None:
        self._future = future

    def has_not_returned(self) -> bool:
        """Whether it still waits, after time enough to return."""
        try:
            self._future.result(SHORT)
        except TimeoutError:
            return True
        return False

    def returned(self) -> object:
        return self._future.result(LONG)


@contextmanager
def in_another_thread(call: Callable[[], object]) -> Iterator[Waiting]:
    """Begins the call; it must have returned by the end."""
    with ThreadPoolExecutor(1) as pool:
        waiting = Waiting(pool.submit(call))
        yield waiting
        if not waiting._future.done():
            pytest.fail("the call in the other thread does not return")
