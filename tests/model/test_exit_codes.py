"""The exit code of a run: one rule, one table (portal_bot/model/exit_codes.py)."""

from __future__ import annotations

import pytest

from portal_bot.model.entities import Assignment, ListName, Mode, Outcome, Person, Result
from portal_bot.model.exit_codes import Exit, exit_of_run

APPLY, PLAN, CHECK = (Mode.APPLY, False), (Mode.PLAN, False), (Mode.PLAN, True)
GRANTED, FAILED, PENDING, LEFT = Outcome.GRANTED, Outcome.FAILED, Outcome.WOULD_GRANT, Outcome.NOT_TRIED


@pytest.mark.parametrize(
    ("asked", "outcomes", "error", "code"),
    [
        (APPLY, [], None, Exit.OK),
        (APPLY, [GRANTED, Outcome.UNCHANGED, Outcome.BY_ROLE, Outcome.AWAITED, Outcome.REMOVED], None, Exit.OK),
        (APPLY, [GRANTED, FAILED], None, Exit.NOT_DONE),
        (APPLY, [Outcome.NOT_FOUND], None, Exit.NOT_DONE),
        (APPLY, [Outcome.AMBIGUOUS], None, Exit.NOT_DONE),
        (APPLY, [Outcome.BLOCKED], None, Exit.NOT_DONE),
        (APPLY, [GRANTED, LEFT], Exit.REFUSED, Exit.REFUSED),
        (APPLY, [LEFT, LEFT], Exit.REFUSED, Exit.REFUSED),
        (APPLY, [FAILED, LEFT], Exit.PORTAL, Exit.PORTAL),
        (APPLY, [FAILED, LEFT], Exit.CRASH, Exit.CRASH),
        (APPLY, [GRANTED, LEFT], Exit.INTERRUPTED, Exit.INTERRUPTED),
        (APPLY, [GRANTED], Exit.CRASH, Exit.CRASH),
        (APPLY, [LEFT, LEFT], Exit.BAD_CONFIG, Exit.BAD_CONFIG),
        (APPLY, [GRANTED, LEFT], Exit.BAD_CONFIG, Exit.NOT_DONE),
        (PLAN, [PENDING], None, Exit.OK),
        (PLAN, [FAILED], None, Exit.OK),
        (PLAN, [PENDING, LEFT], Exit.PORTAL, Exit.PORTAL),
        (PLAN, [LEFT], Exit.BAD_CONFIG, Exit.BAD_CONFIG),
        (CHECK, [Outcome.UNCHANGED], None, Exit.OK),
        (CHECK, [PENDING, Outcome.UNCHANGED], None, Exit.PENDING),
        (CHECK, [PENDING, Outcome.NOT_FOUND], None, Exit.NOT_DONE),
        (CHECK, [PENDING, LEFT], Exit.PORTAL, Exit.PORTAL),
    ],
)
def test_the_exit_code_follows_from_outcomes_and_error(
    asked: tuple[Mode, bool], outcomes: list[Outcome], error: Exit | None, code: Exit
) -> None:  # fmt: skip
    """130 beats all, 1 beats 4 to 6, then the higher code. 2 only where nothing was opened."""
    mode, check = asked
    assert exit_of_run(results(outcomes), mode=mode, check=check, error=error) is code


@pytest.mark.parametrize("mode", [Mode.ROSTER, Mode.AUDIT])
def test_a_record_that_was_not_read_shows_in_the_code(mode: Mode) -> None:
    """Commands that only read have no outcomes: what they could not read counts."""
    assert exit_of_run([], mode=mode) is Exit.OK
    assert exit_of_run([], mode=mode, read_badly=True) is Exit.NOT_DONE


@pytest.mark.parametrize(
    ("asked", "outcomes", "code"),
    [
        (APPLY, [GRANTED, LEFT], Exit.NOT_DONE),
        (PLAN, [PENDING, LEFT], Exit.NOT_DONE),
        (CHECK, [PENDING, LEFT], Exit.NOT_DONE),
        (APPLY, [GRANTED], Exit.OK),
        (PLAN, [PENDING], Exit.OK),
    ],
)
def test_the_deadline_counts_where_it_left_people_out(asked: tuple[Mode, bool], outcomes: list[Outcome], code: Exit) -> None:
    mode, check = asked
    assert exit_of_run(results(outcomes), mode=mode, check=check, deadline_reached=True) is code


def results(outcomes: list[Outcome]) -> list[Result]:
    return [
        Result(Assignment(number, "Meadowlark Pediatrics", ListName.STAFF, Person(f"Person {number}"), "Messaging", True), outcome)
        for number, outcome in enumerate(outcomes)
    ]
