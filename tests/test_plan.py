"""What is wanted against what was seen: outcomes, limits, digest and exit code."""

from __future__ import annotations

import pytest

from portal_bot.errors import LimitReached
from portal_bot.model import Assignment, Exit, ListName, Outcome, Person, Result, Seen
from portal_bot.plan import Limits, changes, digest, exit_of_results, planned, proved, worst


def wanted(on: bool = True, index: int = 0) -> Assignment:
    return Assignment(index, "North", ListName.STAFF, Person(f"Person {index}"), "Messaging", on)


@pytest.mark.parametrize(
    ("on", "enabled", "want", "outcome"),
    [
        (False, True, True, Outcome.WOULD_GRANT),
        (True, True, True, Outcome.UNCHANGED),
        (True, False, True, Outcome.BY_ROLE),
        (True, True, False, Outcome.WOULD_REMOVE),
        (False, True, False, Outcome.UNCHANGED),
        (False, False, False, Outcome.UNCHANGED),
        (True, False, False, Outcome.BLOCKED),
        (False, False, True, Outcome.BLOCKED),
        (None, True, True, Outcome.BLOCKED),
        (None, True, False, Outcome.BLOCKED),
    ],
)
def test_every_state_of_a_box_has_its_outcome(on: bool | None, enabled: bool, want: bool, outcome: Outcome) -> None:
    assert planned(wanted(want), Seen(on, enabled)).outcome is outcome


def test_only_a_fresh_read_counts_as_granted() -> None:
    """A Save that left the box as it was is a failure, whatever the portal said; an error that it answered is in the detail."""
    done = proved(wanted(), Seen(False), Seen(True), "")
    despite = proved(wanted(), Seen(False), Seen(True), "the portal answered 500 to Save", answered_badly=True)
    assert (despite.outcome, despite.detail) == (Outcome.GRANTED, "stored, though the portal answered 500 to Save")
    assert (done.outcome, done.before, done.after) == (Outcome.GRANTED, False, True)
    lost = proved(wanted(), Seen(False), Seen(False), "the portal answered 200")
    assert lost.outcome is Outcome.FAILED
    assert "still shows Messaging off" in lost.detail


def test_limits_name_the_numbers_and_the_way_out() -> None:
    results = [planned(wanted(index=i), Seen(False)) for i in range(3)] + [planned(wanted(False, 3), Seen(True))]
    Limits(4, 1).check(changes(results))
    with pytest.raises(LimitReached, match="4 changes are due, and the limit is 3") as too_many:
        Limits(3, 1).check(changes(results))
    assert "--max-changes 4" in too_many.value.hint
    with pytest.raises(LimitReached, match="1 removals are due, and the limit is 0"):
        Limits(9, 0).check(changes(results))


def test_a_list_that_cannot_exceed_the_limits_needs_no_reading_pass() -> None:
    assert Limits(2, 0).cannot_be_exceeded_by([wanted(index=0), wanted(index=1)])
    assert not Limits(1, 0).cannot_be_exceeded_by([wanted(index=0), wanted(index=1)])
    assert not Limits(5, 0).cannot_be_exceeded_by([wanted(False)])


def test_the_digest_changes_with_what_was_seen() -> None:
    off, on = planned(wanted(), Seen(False)), planned(wanted(), Seen(True))
    assert digest([off]) == digest([planned(wanted(), Seen(False), seconds=3.0)])
    assert digest([off]) != digest([on])


def test_exit_codes_follow_the_contract() -> None:
    pending, done = planned(wanted(), Seen(False)), planned(wanted(), Seen(True))
    missing = Result(wanted(), Outcome.NOT_FOUND)
    assert exit_of_results([done]) is Exit.OK
    assert exit_of_results([pending, done]) is Exit.OK
    assert exit_of_results([pending, done], check=True) is Exit.PENDING
    assert exit_of_results([pending, missing], check=True) is Exit.NOT_DONE
    assert exit_of_results([Result(wanted(), Outcome.AWAITED)]) is Exit.OK
    assert worst([Exit.NOT_DONE, Exit.REFUSED]) is Exit.REFUSED
    assert worst([Exit.PORTAL, Exit.CRASH]) is Exit.CRASH
    assert worst([Exit.CRASH, Exit.INTERRUPTED]) is Exit.INTERRUPTED
    assert worst([]) is Exit.OK
