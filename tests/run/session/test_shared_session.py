"""A sign-in that several workers use: begun once, ended once, and by the last one to leave."""

from __future__ import annotations

import pytest

from portal_bot.portal.browser.handover import Handover
from portal_bot.run.session.shared_session import SharedSession
from tests.helpers.worker_threads import all_at_once


def sign_in() -> Handover:
    """Two of them hold the same and are still two."""
    return Handover({"cookies": []}, "https://portal.example.com/", {}, "https://portal.example.com")


def used_by(users: int, over: Handover | None = None) -> SharedSession:
    shared = SharedSession()
    for _ in range(users):
        shared.joined_by_one()
    if over is not None:
        assert shared.begun_with(over, 1)
    return shared


def test_the_last_worker_to_leave_signs_out() -> None:
    """Those before it leave the session as it is."""
    over = sign_in()
    shared = used_by(3, over)
    assert [shared.left_by(over) for _ in range(3)] == [False, False, True]
    assert shared.users == 0


def test_of_workers_that_leave_at_the_same_moment_one_signs_out() -> None:
    over = sign_in()
    shared = used_by(6, over)
    assert sorted(all_at_once(6, lambda _: shared.left_by(over))) == [False] * 5 + [True]


def test_no_worker_that_joins_is_lost_count_of() -> None:
    shared = SharedSession()
    all_at_once(8, lambda _: shared.joined_by_one())
    assert shared.users == 8


def test_a_session_is_taken_over_only_where_none_was_begun() -> None:
    """The session of another practice, which nobody uses any more, becomes this one's: once."""
    first, second = sign_in(), sign_in()
    shared = SharedSession()
    assert (shared.over, shared.number) == (None, 0)
    assert shared.begun_with(first, 4)
    assert not shared.begun_with(second, 5)
    assert shared.over is first
    assert shared.number == 4


def test_of_several_sessions_offered_at_once_one_is_taken() -> None:
    offered = [sign_in() for _ in range(6)]
    shared = SharedSession()
    taken = all_at_once(6, lambda number: shared.begun_with(offered[number], number + 1))
    assert sorted(taken) == [False] * 5 + [True]
    assert shared.over is offered[taken.index(True)]
    assert shared.number == taken.index(True) + 1


def test_a_session_of_a_single_page_is_left_by_its_only_user() -> None:
    """It cannot be handed on, so it is signed out no matter who else is there."""
    shared = used_by(2)
    assert shared.left_by(None)


@pytest.mark.parametrize(
    ("others", "of_one"),
    [
        ([], False),
        ([False], True),
        ([True], False),
        ([False, True], False),
        ([True, False], False),
        ([False, False], True),
    ],
)
def test_a_session_that_the_portal_takes_from_nobody_else_is_one_workers_own(others: list[bool], of_one: bool) -> None:
    """That worker signs out when it leaves; where any other went on with the session, it is everybody's."""
    over = sign_in()
    shared = used_by(3, over)
    for taken in others:
        shared.tried(over, taken=taken)
    assert shared.left_by(over) is of_one
    assert shared.users == 2


def test_what_is_known_of_one_sign_in_says_nothing_of_another() -> None:
    """Even where both hold the same values."""
    over, equal = sign_in(), sign_in()
    assert over == equal
    shared = used_by(3, over)
    shared.tried(equal, taken=False)
    assert not shared.left_by(over)
    shared.tried(over, taken=False)
    shared.tried(equal, taken=True)
    assert shared.left_by(over)


def test_the_end_of_a_sign_in_is_noticed_once() -> None:
    """By the worker that comes first; the end of another sign-in of the same session is another end."""
    first, renewed = sign_in(), sign_in()
    shared = used_by(4, first)
    noticed = all_at_once(4, lambda _: shared.is_first_to_notice(first))
    assert sorted(noticed) == [False] * 3 + [True]
    assert shared.is_first_to_notice(renewed)
    assert not shared.is_first_to_notice(first)


def test_the_end_of_a_session_of_a_single_page_is_always_noticed() -> None:
    """It is nobody else's."""
    shared = used_by(2)
    assert [shared.is_first_to_notice(None) for _ in range(2)] == [True, True]
