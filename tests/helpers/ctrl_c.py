"""Ctrl-C stops the suite, also while a test runs the program, which has a way of its own to end then.

The program takes over the signal or catches KeyboardInterrupt, and ends with exit code 130. To the test this is a wrong exit code, so one
test would fail and the next would begin. Here the signal is noticed before the program gets it, and stops the suite once the test is over.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator
from typing import Any

import pytest

Handler = Callable[[int, Any], Any]


class CtrlC:
    """A plugin of pytest. One for the whole suite, since signals are the process's."""

    def __init__(self) -> None:
        self._by_a_person = False
        self._by_tests = 0
        self._set_handler = signal.signal

    def press(self) -> None:
        """What a test does that presses Ctrl-C itself: the program gets it, and the suite goes on."""
        self._by_tests += 1
        os.kill(os.getpid(), signal.SIGINT)

    @pytest.hookimpl
    def pytest_sessionstart(self) -> None:
        signal.signal = self._setting_handler  # type: ignore[assignment]
        signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self) -> None:
        signal.signal = self._set_handler

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Generator[None, object, object]:
        return (yield from self._stopping())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        return (yield from self._stopping())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        return (yield from self._stopping())

    def _stopping(self) -> Generator[None, object, object]:
        """Lets a part of a test come to its end. Whatever came of it does not count where a person has pressed Ctrl-C."""
        try:
            return (yield)
        finally:
            if self._by_a_person:
                raise KeyboardInterrupt

    def _setting_handler(self, number: int, handler: Any) -> Any:
        """In place of ``signal.signal``: the handler, behind one that takes notice."""
        if number == signal.SIGINT and callable(handler) and not isinstance(handler, _Noticing):
            handler = _Noticing(handler, self._notice)
        return self._set_handler(number, handler)

    def _notice(self) -> None:
        if self._by_tests:
            self._by_tests -= 1
        else:
            self._by_a_person = True


class _Noticing:
    """A handler of SIGINT that takes notice first."""

    def __init__(self, handler: Handler, notice: Callable[[], None]) -> None:
        self._handler = handler
        self._notice = notice

    def __call__(self, number: int, frame: Any) -> Any:
        self._notice()
        return self._handler(number, frame)
