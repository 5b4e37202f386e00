"""The first change of an account is made by one worker alone (portal_bot/run/first_change.py). Threads, no browser."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal_bot.model.errors import Interrupted
from portal_bot.model.exit_codes import Exit
from portal_bot.output.history import History, RunEntry
from portal_bot.run.first_change import FirstChange


def test_others_wait_until_the_first_change_is_made() -> None:
    """Two workers at once: one makes the first change; the other begins only after it, and is not careful any more."""
    first, never = FirstChange(needed=True), threading.Event()
    inside, seen = threading.Event(), []

    def one() -> None:
        with first.alone(never) as careful:
            inside.set()
            assert not others_began.wait(0.5)
            seen.append(("one", careful))
            first.made()

    def other() -> None:
        inside.wait(5)
        with first.alone(never) as careful:
            others_began.set()
            seen.append(("other", careful))

    others_began = threading.Event()
    with ThreadPoolExecutor(2) as threads:
        for each in (threads.submit(one), threads.submit(other)):
            each.result()
    assert seen == [("one", True), ("other", False)]
    assert not first.is_pending


def test_a_first_change_that_came_to_nothing_is_the_next_workers() -> None:
    """Whether it ended with an error or was not stored: the next one is careful too."""
    first, never = FirstChange(needed=True), threading.Event()
    with pytest.raises(ValueError, match="page"), first.alone(never) as careful:
        assert careful
        raise ValueError("page")
    with first.alone(never) as careful:
        assert careful
    assert first.is_pending


def test_nobody_changes_anything_in_a_run_that_was_stopped_meanwhile() -> None:
    """The worker that waits, and one that gets its turn after the stop, raise Interrupted."""
    first, stop = FirstChange(needed=True), threading.Event()
    with first.alone(stop):
        stop.set()
        with pytest.raises(Interrupted), first.alone(stop):
            pass
    with pytest.raises(Interrupted), first.alone(stop):
        pass
    assert not first._turn.locked()


def test_an_account_with_a_proved_change_needs_no_careful_one(a_machine_of_its_own) -> None:  # type: ignore[no-untyped-def]
    """Only a change of this portal and this user name counts, and neither a plan nor a run that changed nobody does."""
    history = History(a_machine_of_its_own)

    def ran(counts: dict[str, int], user_name: str = "admin") -> None:
        times = ("2026-11-23T06:30:00Z", "2026-11-23T06:31:00Z")
        history.add(RunEntry("aaaa", "apply", *times, "https://p.example.com/", user_name, "0" * 64, None, counts, Exit.OK))

    assert not history.has_change("https://p.example.com/", "admin")
    ran({"unchanged": 5, "failed": 1})
    ran({"would-grant": 3})
    ran({"granted": 1}, user_name="somebody.else")
    assert not history.has_change("https://p.example.com/", "admin")
    ran({"removed": 1})
    assert history.has_change("https://p.example.com/", "admin")
    assert not history.has_change("https://other.example.com/", "admin")
