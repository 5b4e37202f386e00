"""The work queue: each person of a run is done once, by the worker that comes first."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence

import pytest

from portal_bot.model.entities import Assignment, ListName, Person, RosterEntry
from portal_bot.run.collector import PersonJob, PracticeJob
from portal_bot.run.stopping.brakes import Brakes
from portal_bot.run.work_queue import Share, WorkQueue
from tests.helpers.worker_threads import all_at_once, in_another_thread

ROSTERS = {ListName.STAFF: [RosterEntry(ListName.STAFF, "Ana Reyes")]}


def practice(name: str, people: int) -> PracticeJob:
    return PracticeJob(
        name,
        tuple(
            PersonJob((Assignment(number, name, ListName.STAFF, Person(f"{name} {number}"), "Messaging", True),))
            for number in range(people)
        ),
    )


def names(jobs: Sequence[PersonJob]) -> list[str]:
    return [job.person.name for job in jobs]


def queue(*people: int, brakes: Brakes | None = None) -> WorkQueue:
    """Practices "A", "B" … with so many people each."""
    return WorkQueue([practice("ABCDEFGH"[number], count) for number, count in enumerate(people)], brakes or Brakes(3))


def begun(shares: WorkQueue, worker: int = 0) -> Share:
    """The next practice, which nobody has begun yet."""
    answer = shares.next(worker)
    assert answer is not None
    share, begins = answer
    assert begins
    return share


def joined(shares: WorkQueue, worker: int = 1) -> Share:
    """The next practice, which another worker has begun."""
    answer = shares.next(worker)
    assert answer is not None
    share, begins = answer
    assert not begins
    return share


def open_with_all(share: Share) -> None:
    share.opened(share.job.people, ROSTERS)


def do_all(share: Share) -> list[str]:
    """Does everybody who is left."""
    done = []
    while (each := share.next()) is not None:
        done.append(each[0].person.name)
    return done


# -- which practice ----------------------------------------------------------------------------------------------------


def test_practices_are_begun_in_the_configs_order_each_by_one_worker() -> None:
    """A practice that nobody has begun goes before one that others are at."""
    shares = queue(9, 1, 1)
    first = begun(shares)
    open_with_all(first)
    assert [begun(shares, worker).practice for worker in (1, 2)] == ["B", "C"]
    assert joined(shares, 3) is first


def test_every_practice_is_begun_by_exactly_one_of_many_workers() -> None:
    """However many ask at the same moment."""
    shares = queue(*[1] * 6)
    answers = all_at_once(6, shares.next)
    assert sorted(share.practice or "" for share, begins in filter(None, answers) if begins) == list("ABCDEF")


def test_a_worker_joins_where_most_people_are_left_for_each() -> None:
    """Those who are there already count, and so does the one who comes."""
    shares = queue(6, 4, 1)
    for worker in range(3):
        open_with_all(begun(shares, worker))
    assert [joined(shares, worker).practice for worker in (3, 4, 5)] == ["A", "A", "B"]  # 6/2 4/2 1/2; 6/3 4/2; 6/4 4/2


def test_nobody_joins_a_practice_without_people_left() -> None:
    shares = queue(1, 2)
    small, large = begun(shares), begun(shares, 1)
    open_with_all(small)
    open_with_all(large)
    assert do_all(small) == ["A 0"]
    assert joined(shares) is large


def test_before_the_lists_are_read_no_more_workers_come_than_there_are_people() -> None:
    """And none before the worker that began is in the practice, since its session is not there yet."""
    shares = queue(3)
    share = begun(shares)
    with in_another_thread(lambda: shares.next(1)) as second:
        assert second.has_not_returned()
        share.was_entered(3)
        assert second.returned() == (share, False)
    assert joined(shares, 2) is share
    with in_another_thread(lambda: shares.next(3)) as fourth:
        assert fourth.has_not_returned()
        open_with_all(share)
        assert fourth.returned() == (share, False)


def test_there_is_nothing_more_once_everybody_is_done_and_nobody_is_at_work() -> None:
    """While others work, a worker waits: they may give somebody back."""
    shares = queue(1)
    share = begun(shares)
    open_with_all(share)
    job = share.next()
    assert job is not None
    with in_another_thread(lambda: shares.next(1)) as second:
        assert second.has_not_returned()
        share.give_back(job[0], "half done")
        assert second.returned() == (share, False)
    assert share.next() == (job[0], "half done")
    shares.left(share)
    with in_another_thread(lambda: shares.next(1)) as third:
        assert third.has_not_returned()
        shares.left(share)
        assert third.returned() is None


def test_no_practices_are_no_work() -> None:
    assert queue().next(0) is None


def test_a_stopped_run_hands_out_nothing_more() -> None:
    """Neither to those who ask nor to those who wait."""
    brakes = Brakes(3)
    shares = queue(1, 1, brakes=brakes)
    begun(shares)
    begun(shares, 1)
    with in_another_thread(lambda: shares.next(2)) as third:
        assert third.has_not_returned()
        brakes.halt(None)
        assert third.returned() is None
    assert queue(1, brakes=brakes).next(0) is None


def test_a_worker_that_is_one_too_many_gets_nothing_and_the_first_goes_on() -> None:
    """On a portal that ends one session when another begins."""
    brakes = Brakes(3)
    first, second = brakes.sessions.begun(), brakes.sessions.begun()
    brakes.sessions.begun()
    brakes.sessions.ended(first)
    brakes.sessions.ended(second)
    shares = queue(2, brakes=brakes)
    assert shares.next(1) is None
    assert begun(shares, 0).practice == "A"


def test_a_practice_that_was_not_begun_after_all_is_begun_by_another() -> None:
    """Its lists are read by the next one who comes, and a worker that waits for them goes on with that."""
    shares = queue(2)
    share = begun(shares)
    share.was_entered(2)
    assert joined(shares, 1) is share
    with in_another_thread(lambda: share.opens(Brakes(3), lambda: True)) as second:
        assert second.has_not_returned()
        share.not_begun()
        assert second.returned() is False
    assert share.left == 0
    shares.left(share)
    shares.left(share)
    assert begun(shares, 1) is share


# -- who waits for the lists -------------------------------------------------------------------------------------------


def test_a_worker_that_joins_waits_for_the_lists_and_for_the_first_person() -> None:
    """What the first worker finds out with its first person, the others do not have to find out again."""
    share = begun(queue(2))
    with in_another_thread(lambda: share.opens(Brakes(3), lambda: False)) as second:
        assert second.has_not_returned()
        share.opened(share.job.people, ROSTERS, learned="a way")
        assert second.has_not_returned()
        share.met_one()
        assert second.returned() is True
    assert (share.rosters, share.learned) == (ROSTERS, "a way")


def test_nobody_waits_for_the_first_person_where_everything_is_known() -> None:
    """Known before that person is done, or from the first."""
    known = threading.Event()
    share = begun(queue(2))
    with in_another_thread(lambda: share.opens(Brakes(3), known.is_set)) as second:
        open_with_all(share)
        assert second.has_not_returned()
        known.set()
        assert second.returned() is True


def test_lists_that_are_not_read_yet_are_not_replaced_by_what_is_known() -> None:
    """Knowing the way is not having the lists."""
    share = begun(queue(2))
    with in_another_thread(lambda: share.opens(Brakes(3), lambda: True)) as second:
        share.met_one()
        assert second.has_not_returned()
        open_with_all(share)
        assert second.returned() is True


@pytest.mark.parametrize("opened", [False, True])
def test_a_stopped_run_ends_the_wait_for_the_lists(opened: bool) -> None:
    """With the answer whether they are there."""
    brakes, share = Brakes(3), begun(queue(2))
    if opened:
        open_with_all(share)
    with in_another_thread(lambda: share.opens(brakes, lambda: False)) as second:
        assert second.has_not_returned()
        brakes.halt(None)
        assert second.returned() is opened


# -- who is next -------------------------------------------------------------------------------------------------------


def test_people_come_in_order_and_those_given_back_come_first() -> None:
    """With what was done for them before."""
    share = begun(queue(3))
    open_with_all(share)
    assert share.left == 3
    first, attempt = share.next() or pytest.fail("nobody is there")
    assert (first.person.name, attempt, share.left) == ("A 0", None, 2)
    share.give_back(first, "half done")
    assert (share.left, share.next()) == (3, (first, "half done"))
    assert do_all(share) == ["A 1", "A 2"]
    assert (share.left, share.next()) == (0, None)


def test_only_those_who_are_due_are_handed_out() -> None:
    """Those who were done in an earlier pass are not opened again."""
    share = begun(queue(3))
    share.opened(share.job.people[1:], ROSTERS)
    assert do_all(share) == ["A 1", "A 2"]


def test_how_many_are_left_is_known_once_the_practice_is_entered() -> None:
    """0 until then, so that nobody comes too early; then how many are expected; then how many there are."""
    share = begun(queue(5))
    assert share.left == 0
    share.was_entered(4)
    assert share.left == 4
    share.opened(share.job.people[:3], ROSTERS)
    assert share.left == 3


def test_one_more_worker_is_needed_as_long_as_there_is_somebody_left_or_a_list_unread() -> None:
    """A worker that is still to sign in asks before it does."""
    shares = queue(1, 1)
    first, second = begun(shares), begun(shares)
    open_with_all(first)
    do_all(first)
    assert shares.something_left()
    second.was_entered(1)
    assert shares.something_left()
    open_with_all(second)
    assert shares.something_left()
    do_all(second)
    assert not shares.something_left()
    assert not queue().something_left()


# -- all of it together ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_everybody_is_done_once_by_workers_who_come_go_and_give_back(seed: int) -> None:
    """Whatever the workers do between two people, nobody is left out and nobody is done twice."""
    chance = random.Random(seed)
    workers = chance.randint(1, 5)
    sizes = [chance.randint(0, 12) for _ in range(chance.randint(1, 4))]
    shares = queue(*sizes)
    brakes = Brakes(3)
    moods = [random.Random(f"{seed} {number}") for number in range(workers)]
    done: list[str] = []

    def one_practice(share: Share, begins: bool, mood: random.Random) -> None:
        if begins:
            if mood.random() < 0.3:
                share.not_begun()
                return
            share.was_entered(len(share.job.people))
            time.sleep(mood.random() / 500)
            open_with_all(share)
        elif not share.opens(brakes, lambda: False):
            return
        while (each := share.next()) is not None:
            time.sleep(mood.random() / 1000)
            if mood.random() < 0.2:
                share.give_back(each[0], "half done")
                share.met_one()
                return
            done.append(each[0].person.name)
            share.met_one()
        share.met_one()

    def work(number: int) -> None:
        while (following := shares.next(number)) is not None:
            share, begins = following
            try:
                one_practice(share, begins, moods[number])
            finally:
                shares.left(share)

    all_at_once(workers, work)
    assert Counter(done) == Counter(f"{'ABCDEFGH'[number]} {each}" for number, size in enumerate(sizes) for each in range(size))
    assert not shares.something_left()
