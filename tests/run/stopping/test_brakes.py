"""What holds for all workers of a run: the count of sign-ins, the brakes, and the threads themselves."""

from __future__ import annotations

import threading

import pytest

from portal_bot.model.errors import BrowserGone, GuardFailed, Interrupted, PortalChanged, PortalError
from portal_bot.run.stopping.brakes import Brakes, SignIns, in_threads
from tests.helpers.worker_threads import all_at_once

# -- sign-ins ----------------------------------------------------------------------------------------------------------


def after(*, signed_in: int, ended: list[int], went_on: list[tuple[int, int]] = ()) -> SignIns:  # type: ignore[assignment]
    """Sessions of a run: so many sign-ins, those that went on while a newer one was there, then those that ended."""
    sessions = SignIns()
    for _ in range(signed_in):
        sessions.begun()
    for session, newest in went_on:
        sessions.went_on(session, newest)
    for session in ended:
        sessions.ended(session)
    return sessions


def test_sign_ins_are_numbered_without_gaps_by_any_number_of_workers() -> None:
    """Each has its own number, and the newest is the last."""
    sessions = SignIns()
    assert sessions.newest == 0
    assert sorted(all_at_once(8, lambda _: sessions.begun())) == list(range(1, 9))
    assert sessions.newest == 8


def test_several_workers_are_the_reason_once_two_sessions_ended_after_another_began() -> None:
    """It is said once, by the worker that notices the second end."""
    sessions = after(signed_in=4, ended=[])
    assert [sessions.ended(session) for session in (1, 2, 3)] == [False, True, False]


def test_of_many_workers_that_are_signed_out_at_once_one_says_so() -> None:
    """The others go home without a word."""
    sessions = after(signed_in=9, ended=[])
    assert sorted(all_at_once(8, lambda number: sessions.ended(number + 1))) == [False] * 7 + [True]


@pytest.mark.parametrize(
    ("signed_in", "went_on", "ended", "too_many"),
    [
        (3, [], [1, 2], True),
        (3, [], [1], False),
        (3, [], [], False),
        (2, [], [2, 2, 2], False),  # the newest ends for a reason of its own
        (3, [], [3, 1, 2], True),
        (3, [(1, 1)], [1, 2], True),  # it went on when no other had begun: that says nothing
        (3, [(1, 2)], [1, 2], False),  # it went on though another had begun
        (3, [(2, 3)], [1, 2], False),
        (3, [(3, 2)], [1, 2], True),
    ],
)
def test_workers_are_sent_home_where_one_session_ends_another(
    signed_in: int, went_on: list[tuple[int, int]], ended: list[int], too_many: bool
) -> None:
    """All but the first, and only where the portal has been seen to do so twice and never seen not to."""
    sessions = after(signed_in=signed_in, went_on=went_on, ended=ended)
    assert [sessions.sends_home(worker) for worker in range(3)] == [False, too_many, too_many]


def test_workers_are_taken_back_once_a_session_is_seen_to_go_on() -> None:
    """What was seen then had another reason, such as the age of the sessions; nor does it count later."""
    sessions = after(signed_in=4, ended=[1, 2])
    assert sessions.sends_home(1)
    sessions.went_on(3, 4)
    assert not sessions.sends_home(1)
    assert not sessions.ended(3)


# -- brakes ------------------------------------------------------------------------------------------------------------


def test_a_run_is_not_stopped_until_something_stops_it() -> None:
    brakes = Brakes(3)
    assert (brakes.stop.is_set(), brakes.reason, brakes.deadline_reached, brakes.opened) == (False, None, False, False)


def test_the_first_reason_counts_unless_the_run_is_interrupted() -> None:
    """What stops a run later is often only what came of the first."""
    brakes = Brakes(3)
    first = PortalError("first")
    brakes.halt(first)
    brakes.halt(PortalError("second"))
    assert brakes.stop.is_set()
    assert brakes.reason is first
    brakes.interrupt()
    assert isinstance(brakes.reason, Interrupted)
    interrupted = brakes.reason
    brakes.halt(PortalError("third"))
    assert brakes.reason is interrupted


def test_a_stop_without_a_reason_leaves_room_for_one() -> None:
    brakes = Brakes(3)
    brakes.halt(None)
    assert brakes.stop.is_set()
    brakes.halt(error := PortalError("why"))
    assert brakes.reason is error


def test_the_deadline_stops_the_run_and_is_no_error() -> None:
    """Who was not tried says so; the run itself did not fail."""
    brakes = Brakes(3)
    brakes.deadline()
    assert (brakes.stop.is_set(), brakes.deadline_reached, brakes.reason) == (True, True, None)


def test_so_many_page_failures_in_a_row_stop_the_run() -> None:
    """The message has the number and the last reason, and its hint is that of the last failure."""
    brakes = Brakes(3)
    for message in ("one", "two"):
        brakes.page_failed(GuardFailed(message))
    assert not brakes.stop.is_set()
    brakes.page_failed(GuardFailed("three", hint="Look at the map."))
    assert brakes.stop.is_set()
    assert isinstance(brakes.reason, PortalChanged)
    assert brakes.reason.message == "Stopped after 3 people in a row could not be done. The last reason: three"
    assert brakes.reason.hint == "Look at the map."


def test_a_failure_without_a_hint_points_to_the_doctor() -> None:
    brakes = Brakes(1)
    brakes.page_failed(GuardFailed("odd"))
    assert isinstance(brakes.reason, PortalChanged)
    assert brakes.reason.hint == "The portal may have changed; `portal-bot doctor` shows what it looks like now."


def test_one_person_who_was_done_begins_the_count_anew() -> None:
    """Odd people here and there do not stop the rest."""
    brakes = Brakes(2)
    for _ in range(5):
        brakes.page_failed(BrowserGone("gone"))
        brakes.went_well()
    assert not brakes.stop.is_set()


def test_failures_of_all_workers_are_counted_together() -> None:
    """In order of completion, no matter which worker had them; none is lost where they come at the same moment."""
    brakes = Brakes(8)
    all_at_once(7, lambda number: brakes.page_failed(GuardFailed(str(number))))
    assert not brakes.stop.is_set()
    brakes.page_failed(GuardFailed("last"))
    assert brakes.stop.is_set()


def test_two_saves_in_a_row_that_stored_nothing_stop_the_run() -> None:
    """The portal does not store what the bot sends; the last person is named, and what to do next."""
    brakes = Brakes(9)
    brakes.not_stored("Ana Reyes")
    assert not brakes.stop.is_set()
    brakes.not_stored("Bo Lee")
    assert brakes.stop.is_set()
    assert isinstance(brakes.reason, PortalChanged)
    assert "for 2 people in a row, the last of them Bo Lee, and the records do not show it." in brakes.reason.message
    assert "`settle:` under `limits:`" in brakes.reason.hint


def test_a_save_that_stored_something_begins_that_count_anew() -> None:
    """Failures of pages do not count with it, nor it with them."""
    brakes = Brakes(2)
    for name in ("Ana Reyes", "Bo Lee", "Kim Do"):
        brakes.not_stored(name)
        brakes.page_failed(GuardFailed("odd"))
        brakes.went_well()
    assert not brakes.stop.is_set()


# -- threads -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 3])
def test_every_worker_has_a_thread_and_a_number_of_its_own(workers: int) -> None:
    """Also a single one: the main thread stays free for signals. All are waited for."""
    seen: list[tuple[int, threading.Thread]] = []
    together = threading.Barrier(workers)

    def work(number: int) -> None:
        together.wait(10)
        seen.append((number, threading.current_thread()))

    in_threads(workers, work, Brakes(3))
    assert sorted(number for number, _ in seen) == list(range(workers))
    threads = {thread for _, thread in seen}
    assert len(threads) == workers
    assert threading.main_thread() not in threads
    assert not any(thread.is_alive() for thread in threads)


def test_what_one_worker_raises_stops_the_others_and_is_the_reason() -> None:
    """It is not raised: results that there are must still be written."""
    brakes = Brakes(3)
    failed = RuntimeError("a bug")

    def work(number: int) -> None:
        if number == 0:
            raise failed
        assert brakes.stop.wait(10)

    in_threads(2, work, brakes)
    assert brakes.reason is failed


def test_a_worker_that_was_interrupted_is_not_the_reason() -> None:
    """Whatever set the brakes has said why; where nothing did, this worker was only not needed."""
    brakes = Brakes(3)

    def work(_number: int) -> None:
        raise Interrupted("The others have done everything.")

    in_threads(1, work, brakes)
    assert (brakes.reason, brakes.stop.is_set()) == (None, False)


def test_even_an_exit_in_a_worker_stops_the_run() -> None:
    """Nothing that ends a worker early goes unnoticed."""
    brakes = Brakes(3)

    def work(_number: int) -> None:
        raise SystemExit(3)

    in_threads(1, work, brakes)
    assert isinstance(brakes.reason, SystemExit)
    assert brakes.stop.is_set()
