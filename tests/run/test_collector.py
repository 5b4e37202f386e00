"""Results as they come in: each assignment has one, in the config's order, and the listeners hear of it once."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_bot.model.entities import Assignment, ListName, Outcome, Person, Result
from portal_bot.model.events import Event, EventStream
from portal_bot.run.collector import Collector, by_practice
from tests.helpers.worker_threads import all_at_once


def wanted(index: int, practice: str | None = "North", which: ListName = ListName.STAFF, name: str = "Ana Reyes") -> Assignment:
    return Assignment(index, practice, which, Person(name), f"Permission {index}", True)


# -- visits ------------------------------------------------------------------------------------------------------------


def test_what_is_wanted_of_one_person_is_one_visit() -> None:
    """In one list of one practice; the same name elsewhere is another visit. Order is kept."""
    bo, ana_providers, ana_south = wanted(1, name="Bo Lee"), wanted(3, which=ListName.PROVIDERS), wanted(4, "South")
    north, south = by_practice([wanted(0), bo, wanted(2), ana_providers, ana_south])
    assert [job.assignments for job in north.people] == [(wanted(0), wanted(2)), (bo,), (ana_providers,)]
    assert [job.assignments for job in south.people] == [(ana_south,)]
    assert (north.practice, north.lists) == ("North", (ListName.STAFF, ListName.PROVIDERS))
    assert (north.people[2].list, north.people[1].person.name) == (ListName.PROVIDERS, "Bo Lee")


@given(st.lists(st.tuples(st.sampled_from([None, "North", "South"]), st.sampled_from(list(ListName)), st.sampled_from(["A B", "C D"]))))
def test_no_assignment_is_lost_or_visited_twice(entries: list[tuple[str | None, ListName, str]]) -> None:
    """However the config mixes practices, lists and people."""
    assignments = [wanted(index, *entry) for index, entry in enumerate(entries)]
    practices = by_practice(assignments)
    visited = [each for practice in practices for job in practice.people for each in job.assignments]
    assert sorted(visited, key=lambda each: each.index) == assignments
    assert len({practice.practice for practice in practices}) == len(practices)
    for practice in practices:
        assert len({(job.list, job.person) for job in practice.people}) == len(practice.people)
        assert {each.practice for job in practice.people for each in job.assignments} == {practice.practice}


# -- results -----------------------------------------------------------------------------------------------------------


def listening(count: int) -> tuple[Collector, list[Assignment], list[Event]]:
    heard: list[Event] = []
    assignments = [wanted(index) for index in range(count)]
    return Collector(assignments, EventStream(listeners=[heard.append])), assignments, heard


def test_each_result_is_announced_once_with_its_number() -> None:
    """And by which worker it was reached."""
    tally, assignments, heard = listening(2)
    tally.add(Result(assignments[1], Outcome.GRANTED), worker=3)
    tally.add(Result(assignments[0], Outcome.FAILED))
    assert [(each.kind, each["n"], each["of"], each["index"], each.worker) for each in heard] == [
        ("person-done", 1, 2, 1, 3),
        ("person-done", 2, 2, 0, 0),
    ]
    assert heard[0]["result"] == Result(assignments[1], Outcome.GRANTED).row()
    assert (tally.done, tally.total) == (2, 2)


def test_a_change_that_is_only_found_is_announced_when_it_is_done() -> None:
    """The reading pass keeps what it found; the result of the writing pass takes its place."""
    tally, (only,), heard = listening(1)
    tally.add(Result(only, Outcome.WOULD_GRANT), final=False)
    assert (tally.done, heard, tally.of(only)) == (0, [], Result(only, Outcome.WOULD_GRANT))
    tally.add(Result(only, Outcome.GRANTED))
    assert [each["result"]["outcome"] for each in heard] == ["granted"]
    assert tally.all() == (Result(only, Outcome.GRANTED),)


def test_results_are_in_the_configs_order_no_matter_who_comes_first() -> None:
    """From many workers at once, none is lost, and each has a number of its own."""
    tally, assignments, heard = listening(40)
    mixed = random.Random(7).sample(assignments, len(assignments))
    all_at_once(4, lambda number: [tally.add(Result(each, Outcome.UNCHANGED)) for each in mixed[number::4]])
    assert [each.assignment for each in tally.all()] == assignments
    assert sorted(each["n"] for each in heard) == list(range(1, 41))


def test_only_what_there_is_a_result_for_is_given_before_the_end() -> None:
    tally, assignments, _ = listening(3)
    tally.add(Result(assignments[2], Outcome.UNCHANGED))
    assert [each.assignment.index for each in tally.all()] == [2]
    assert tally.of(assignments[0]) is None


@pytest.mark.parametrize(("planned_is_final", "outcome"), [(False, Outcome.NOT_TRIED), (True, Outcome.WOULD_GRANT)])
def test_those_who_were_not_reached_are_not_tried_at_the_end(planned_is_final: bool, outcome: Outcome) -> None:
    """Also those whose change was found and not made, unless finding it was all that was asked for; what was read before is kept."""
    tally, assignments, heard = listening(3)
    tally.add(Result(assignments[0], Outcome.WOULD_GRANT, before=False), final=False)
    tally.add(Result(assignments[1], Outcome.UNCHANGED, before=True))
    first, second, third = tally.close("the run was interrupted", planned_is_final=planned_is_final)
    assert (first.outcome, first.before) == (outcome, False)
    assert first.detail == ("" if planned_is_final else "the run was interrupted")
    assert second == Result(assignments[1], Outcome.UNCHANGED, before=True)
    assert third == Result(assignments[2], Outcome.NOT_TRIED, detail="the run was interrupted")
    assert len(heard) == (2 if planned_is_final else 3)
