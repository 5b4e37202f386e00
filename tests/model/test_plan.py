"""What is wanted against what was seen: outcomes, limits, digest and exit code."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_bot.model.entities import Assignment, ListName, Outcome, Person, Result, Seen
from portal_bot.model.errors import LimitReached
from portal_bot.model.exit_codes import Exit, exit_of_results, worst
from portal_bot.model.plan import Limits, PlannedChange, changes, counts, digest, explained, planned, proved


def wanted(on: bool = True, index: int = 0) -> Assignment:
    return Assignment(index, "North", ListName.STAFF, Person(f"Person {index}"), "Messaging", on)


ON, OFF = wanted(True), wanted(False)
ROLE = "given by a role; nothing to do"
NO_BOX = 'the record has no box "Messaging"'
BY_ROLE = "Messaging is given by a role (ticked and disabled); take the role away in the portal"
DISABLED = "the box Messaging is disabled; the portal does not let this account change it"


# -- outcomes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "enabled", "want", "outcome", "detail"),
    [
        (False, True, True, Outcome.WOULD_GRANT, ""),
        (True, True, True, Outcome.UNCHANGED, ""),
        (True, False, True, Outcome.BY_ROLE, ROLE),
        (True, True, False, Outcome.WOULD_REMOVE, ""),
        (False, True, False, Outcome.UNCHANGED, ""),
        (False, False, False, Outcome.UNCHANGED, ""),
        (True, False, False, Outcome.BLOCKED, BY_ROLE),
        (False, False, True, Outcome.BLOCKED, DISABLED),
        (None, True, True, Outcome.BLOCKED, NO_BOX),
        (None, False, True, Outcome.BLOCKED, NO_BOX),
        (None, True, False, Outcome.BLOCKED, NO_BOX),
    ],
)
def test_every_state_of_a_box_has_its_outcome(on: bool | None, enabled: bool, want: bool, outcome: Outcome, detail: str) -> None:
    """What a run would do, what is known of before, and why nothing can be done where that is so."""
    seen = Seen(on, enabled)
    assert planned(wanted(want), seen) == Result(wanted(want), outcome, before=on, detail=detail)
    assert planned(wanted(want), seen, email="p@example.com", seconds=1.5) == Result(
        wanted(want), outcome, before=on, detail=detail, email="p@example.com", seconds=1.5
    )


@pytest.mark.parametrize("outcome", [each for each in Outcome if each not in (Outcome.BY_ROLE, Outcome.BLOCKED)])
@pytest.mark.parametrize("seen", [Seen(True), Seen(None), Seen(False, enabled=False)])
def test_other_outcomes_need_no_explanation(outcome: Outcome, seen: Seen) -> None:
    """Only a role and a box that cannot be changed are explained."""
    assert explained(outcome, ON, seen) == ""


@pytest.mark.parametrize(
    ("want", "after", "said", "outcome", "detail"),
    [
        (True, True, "", Outcome.GRANTED, ""),
        (False, False, "", Outcome.REMOVED, ""),
        (True, True, "the portal answered 500", Outcome.GRANTED, ""),
        (True, False, "", Outcome.FAILED, "Save was pressed, but the portal still shows Messaging off"),
        (False, True, "", Outcome.FAILED, "Save was pressed, but the portal still shows Messaging on"),
        (True, None, "", Outcome.FAILED, "Save was pressed, but the portal still shows Messaging off"),
        (False, None, "", Outcome.FAILED, "Save was pressed, but the portal still shows Messaging on"),
        (True, False, "the portal answered 200", Outcome.FAILED,
         "Save was pressed, but the portal still shows Messaging off; the portal answered 200"),
    ],
)  # fmt: skip
def test_only_a_fresh_read_counts_as_granted_or_removed(want: bool, after: bool | None, said: str, outcome: Outcome, detail: str) -> None:
    """A Save that left the box as it was is a failure, whatever the portal said; what it said goes into the detail."""
    assert proved(wanted(want), Seen(not want), Seen(after), said) == Result(wanted(want), outcome, not want, after, detail)
    assert proved(wanted(want), Seen(not want), Seen(after)) == proved(wanted(want), Seen(not want), Seen(after), "")
    more: dict[str, Any] = {"email": "p@example.com", "seconds": 2.0, "pictures": ("a.png", "b.png")}
    assert proved(wanted(want), Seen(None), Seen(after), said, **more) == Result(wanted(want), outcome, None, after, detail, **more)


@pytest.mark.parametrize(("after", "outcome"), [(True, Outcome.GRANTED), (False, Outcome.FAILED)])
def test_an_error_in_answer_to_save_is_in_the_detail_and_changes_no_outcome(after: bool, outcome: Outcome) -> None:
    """A change that was stored is granted, though the portal answered with an error; one that was not has failed as ever."""
    said = "the portal answered 500 to Save"
    result = proved(ON, Seen(False), Seen(after), said, answered_badly=True)
    detail = f"stored, though {said}" if after else f"Save was pressed, but the portal still shows Messaging off; {said}"
    assert result == Result(ON, outcome, False, after, detail)


def test_what_is_pending_is_a_change() -> None:
    """Would-grant and would-remove, with what was there before; nothing else."""
    grant, remove = planned(ON, Seen(False)), planned(OFF, Seen(True))
    others = [Result(ON, outcome) for outcome in Outcome if not outcome.pending]
    assert changes([grant, *others, remove]) == [PlannedChange(ON, before=False), PlannedChange(OFF, before=True)]
    assert changes([replace(grant, before=None)]) == [PlannedChange(ON, before=False)]


def test_outcomes_are_counted_in_their_own_order() -> None:
    """Those that did not occur are left out."""
    results = [Result(ON, outcome) for outcome in (Outcome.FAILED, Outcome.GRANTED, Outcome.FAILED)]
    assert list(counts(results).items()) == [("granted", 1), ("failed", 2)]
    assert counts([]) == {}


# -- limits ------------------------------------------------------------------------------------------------------------


def due(grants: int, removals: int) -> list[PlannedChange]:
    return [PlannedChange(wanted(True, number), False) for number in range(grants)] + [PlannedChange(OFF, True)] * removals


@pytest.mark.parametrize(
    ("limits", "grants", "removals", "refused", "way_out"),
    [
        (Limits(4, 1), 3, 1, None, None),
        (Limits(0, 0), 0, 0, None, None),
        (Limits(3, 1), 3, 1, "4 changes are due, and the limit is 3. Nothing was changed.", "--max-changes 4"),
        (Limits(9, 0), 3, 1, "1 removals are due, and the limit is 0. Nothing was changed.", "--max-removals 1"),
        (Limits(9, 1), 0, 2, "2 removals are due, and the limit is 1. Nothing was changed.", "--max-removals 2"),
        (Limits(0, 0), 1, 0, "1 changes are due, and the limit is 0. Nothing was changed.", "--max-changes 1"),
        (Limits(1, 1), 2, 2, "2 removals are due, and the limit is 1. Nothing was changed.", "--max-removals 2"),
    ],
)
def test_a_limit_names_the_numbers_and_the_way_out(
    limits: Limits, grants: int, removals: int, refused: str | None, way_out: str | None
) -> None:
    """As many as the limit are let through, one more is refused; removals are looked at first."""
    if refused is None:
        limits.check(due(grants, removals))
        return
    with pytest.raises(LimitReached) as caught:
        limits.check(due(grants, removals))
    assert (caught.value.message, caught.value.hint) == (refused, f"If that is right, run again with {way_out}.")


@pytest.mark.parametrize(
    ("limits", "people", "safe"),
    [
        (Limits(2, 0), [True, True], True),
        (Limits(1, 0), [True, True], False),
        (Limits(5, 0), [False], False),
        (Limits(5, 1), [False], True),
        (Limits(5, 1), [True, False, True], True),
        (Limits(5, 1), [False, True, False], False),
        (Limits(1, 5), [False, False], False),
        (Limits(0, 0), [], True),
    ],
)
def test_whether_a_list_can_exceed_the_limits(limits: Limits, people: list[bool], safe: bool) -> None:
    """Everybody counts as a change, and everybody who is to lose the permission as a removal."""
    assert limits.cannot_be_exceeded_by(wanted(on, index) for index, on in enumerate(people)) is safe


few = st.integers(0, 4)


@given(few, few, few, few)
def test_a_limit_refuses_just_what_is_more_than_it(most: int, most_removals: int, grants: int, removals: int) -> None:
    """A removal is a change too."""
    try:
        Limits(most, most_removals).check(due(grants, removals))
    except LimitReached:
        assert grants + removals > most or removals > most_removals
    else:
        assert grants + removals <= most
        assert removals <= most_removals


@given(few, few, st.lists(st.tuples(st.booleans(), st.booleans()), max_size=5))
def test_a_list_that_cannot_exceed_the_limits_needs_no_reading_pass(most: int, removals: int, people: list[tuple[bool, bool]]) -> None:
    """Then whatever part of it has to be changed is within the limits; and a list of which all has to be changed may be refused."""
    limits = Limits(most, removals)
    if limits.cannot_be_exceeded_by(wanted(on, index) for index, (on, _) in enumerate(people)):
        limits.check([PlannedChange(wanted(on, index), not on) for index, (on, differs) in enumerate(people) if differs])
    else:
        with pytest.raises(LimitReached):
            limits.check([PlannedChange(wanted(on, index), not on) for index, (on, _) in enumerate(people)])


# -- digest ------------------------------------------------------------------------------------------------------------

PLANNED = Result(Assignment(0, "Nörd", ListName.STAFF, Person("Zoë Díaz", "zoe@example.com", "East"), "Messaging", True),
                 Outcome.WOULD_GRANT, False)  # fmt: skip


def test_the_digest_of_a_plan_stays_what_it_was() -> None:
    """`apply --expect` takes a digest that was printed before, by another version too."""
    assert digest([PLANNED]) == "6d9c44f3e0bf"
    assert digest([]) == "4f53cda18c2b"
    assert digest(iter([PLANNED, planned(OFF, Seen(True))])) == digest([PLANNED, planned(OFF, Seen(True))])


@pytest.mark.parametrize(
    "other",
    [
        replace(PLANNED, assignment=replace(PLANNED.assignment, practice=None)),
        replace(PLANNED, assignment=replace(PLANNED.assignment, list=ListName.PROVIDERS)),
        replace(PLANNED, assignment=replace(PLANNED.assignment, person=Person("Zoe Diaz", "zoe@example.com"))),
        replace(PLANNED, assignment=replace(PLANNED.assignment, person=Person("Zoë Díaz"))),
        replace(PLANNED, assignment=replace(PLANNED.assignment, permission="Refills")),
        replace(PLANNED, assignment=replace(PLANNED.assignment, wanted=False)),
        replace(PLANNED, before=True),
        replace(PLANNED, before=None),
        replace(PLANNED, outcome=Outcome.UNCHANGED),
    ],
)
def test_the_digest_changes_with_what_is_wanted_and_what_was_seen(other: Result) -> None:
    """So a plan that somebody looked at is applied as it was, or not at all."""
    assert digest([other]) != digest([PLANNED])
    assert digest([other, PLANNED]) != digest([PLANNED, other])


def test_the_digest_does_not_change_with_how_long_it_took() -> None:
    """Two readings of the same state are the same plan."""
    again = replace(PLANNED, seconds=3.0, detail="slow", pictures=("a.png",), email="seen@example.com")
    assert digest([again]) == digest([PLANNED])


# -- exit codes --------------------------------------------------------------------------------------------------------

SETTLED = {Outcome.GRANTED, Outcome.REMOVED, Outcome.UNCHANGED, Outcome.BY_ROLE, Outcome.AWAITED}
PENDING = {Outcome.WOULD_GRANT, Outcome.WOULD_REMOVE}


@given(st.lists(st.sampled_from(list(Outcome)), max_size=4), st.booleans())
def test_exit_codes_follow_the_outcomes(outcomes: list[Outcome], check: bool) -> None:
    """4 where anybody is not done, else 3 where `plan --check` found changes, else 0."""
    code = exit_of_results((Result(ON, outcome) for outcome in outcomes), check=check)
    if set(outcomes) - SETTLED - PENDING:
        assert code is Exit.NOT_DONE
    elif check and PENDING & set(outcomes):
        assert code is Exit.PENDING
    else:
        assert code is Exit.OK


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_its_exit_code(outcome: Outcome) -> None:
    """Alone, in a plan and in `plan --check`."""
    plain = Exit.OK if outcome in SETTLED | PENDING else Exit.NOT_DONE
    assert exit_of_results([Result(ON, outcome)]) is plain
    assert exit_of_results([Result(ON, outcome)], check=True) is (Exit.PENDING if outcome in PENDING else plain)


RANKED = [
    Exit.OK, Exit.PENDING, Exit.BAD_CONFIG, Exit.NOT_DONE, Exit.REFUSED, Exit.PORTAL, Exit.CRASH, Exit.INTERRUPTED,
]  # fmt: skip
"""By the contract: 130 beats all, 1 beats 4 to 6, else the higher one wins."""


@given(st.lists(st.sampled_from(RANKED)))
def test_the_worst_exit_code_wins(codes: list[Exit]) -> None:
    """Whatever else happened, and in whatever order."""
    assert worst(iter(codes)) is max(codes, key=RANKED.index, default=Exit.OK)


@pytest.mark.parametrize(("better", "worse"), list(pairwise(RANKED)))
def test_of_two_exit_codes_the_worse_wins(better: Exit, worse: Exit) -> None:
    """Each has its place, and none is left out."""
    assert worst([better, worse]) is worst([worse, better]) is worse
    assert set(RANKED) == set(Exit)
