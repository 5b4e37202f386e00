"""The whole documented job on the sandbox, in both layouts, judged by the sandbox's own audit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal_bot.model.exit_codes import Exit
from portal_bot.sandbox import Sandbox
from tests.helpers.robot import Robot, everything_written, outcomes, rows

MEADOWLARK, HARBOR, PINECREST = "Meadowlark Pediatrics", "Harbor Street Family Medicine", "Pinecrest Children's Clinic"
PEOPLE = {
    MEADOWLARK: {
        "providers": ["Wen Irwin, MD", "Priya Natarajan, NP", "Tomás Herrera, RN", "Joan Whitfield, MA"],
        "staff": [{"name": "Ana Reyes", "email": "ana.reyes@example.com", "location": "East"}, "Dolores Quinn", "Ana Reyes"],
    },
    HARBOR: {"providers": ["Priya Natarajan, NP"], "staff": ["Nora Ahmadi", "Nobody Atall"]},
    PINECREST: {"staff": ["Zoe O’Brien-Diaz"]},
}
WANTED_CHANGES = {
    (MEADOWLARK, "wen.irwin@example.com"),
    (MEADOWLARK, "priya.natarajan@example.com"),
    (MEADOWLARK, "ana.reyes@example.com"),
    (HARBOR, "priya.natarajan@example.com"),
}


def robot(sandbox: Sandbox, folder: Path, **settings: object) -> Robot:
    return Robot(folder, sandbox.url, sandbox.user_name, sandbox.password, **settings)


def changes(sandbox: Sandbox) -> list[tuple[str, str, str, object, object]]:
    return [(c["practice"], c["email"], c["field"], c["before"], c["after"]) for c in sandbox.audit()["changes"]]


def test_exactly_the_listed_people_change_and_a_second_apply_writes_nothing(sandbox: Sandbox, tmp_path: Path) -> None:
    """Right people, right practice, nothing else; then nothing at all; and no password in anything that was written."""
    bot = robot(sandbox, tmp_path)

    planned = bot.plan(PEOPLE)
    assert planned.exit is Exit.OK
    assert sandbox.audit()["saves"] == 0
    assert ("Wen Irwin, MD", "would-grant") in outcomes(planned)

    applied = bot.apply(PEOPLE)
    assert outcomes(applied) == [
        ("Wen Irwin, MD", "granted"),
        ("Priya Natarajan, NP", "granted"),
        ("Tomás Herrera, RN", "by-role"),
        ("Joan Whitfield, MA", "unchanged"),
        ("Ana Reyes", "granted"),
        ("Dolores Quinn", "by-role"),
        ("Ana Reyes", "ambiguous"),
        ("Priya Natarajan, NP", "granted"),
        ("Nora Ahmadi", "blocked"),
        ("Nobody Atall", "not-found"),
        ("Zoe O’Brien-Diaz", "granted"),
    ]
    assert applied.exit is Exit.NOT_DONE
    granted = [row for row in rows(applied) if row["outcome"] == "granted"]
    assert all((row["before"], row["after"]) == (False, True) for row in granted)
    seen = changes(sandbox)
    assert {(practice, email) for practice, email, *_ in seen if practice != PINECREST} == WANTED_CHANGES
    assert [practice for practice, *_ in seen].count(PINECREST) == 1
    assert len(seen) == 5
    assert all(field == "Messaging" for _, _, field, *_ in seen)
    assert sandbox.audit()["saves"] == 5
    for row in rows(applied):  # a picture before and after of each change, and of nothing else
        assert len(row["pictures"]) == (2 if row["outcome"] == "granted" else 0)
        assert all((applied.folder / name).read_bytes().startswith(b"\x89PNG") for name in row["pictures"])
    assert "granted" in (applied.folder / "report.html").read_text(encoding="utf-8")

    again = bot.apply(PEOPLE)
    assert sandbox.audit()["saves"] == 5
    assert [outcome for _, outcome in outcomes(again)].count("unchanged") == 6
    assert sandbox.audit()["sign_outs"] == 3
    for path, content in everything_written(tmp_path):
        assert sandbox.password.encode() not in content, path


def test_a_permission_is_taken_away_only_where_removals_are_allowed(sandbox_modern: Sandbox, tmp_path: Path) -> None:
    """`access: off` needs --max-removals: without it the run is refused (exit 5) before anything is changed."""
    bot = robot(sandbox_modern, tmp_path)
    people = {MEADOWLARK: {"providers": [{"name": "Joan Whitfield, MA", "access": "off"}, "Wen Irwin, MD"]}}

    refused = bot.apply(people)
    assert refused.exit is Exit.REFUSED
    assert sandbox_modern.audit()["saves"] == 0
    assert outcomes(refused) == [("Joan Whitfield, MA", "not-tried"), ("Wen Irwin, MD", "not-tried")]

    done = bot.apply(people, max_removals=1)
    assert done.exit is Exit.OK
    assert outcomes(done) == [("Joan Whitfield, MA", "removed"), ("Wen Irwin, MD", "granted")]


def test_several_permissions_of_a_person_are_one_visit_and_one_save(sandbox_classic: Sandbox, tmp_path: Path) -> None:
    bot = robot(sandbox_classic, tmp_path, permissions=["Messaging", "Bulk Messaging"])
    report = bot.apply({MEADOWLARK: {"staff": ["Marcus Bell"]}})
    assert report.exit is Exit.OK, rows(report)
    assert sandbox_classic.audit()["saves"] == 1
    fields = [change[2] for change in changes(sandbox_classic)]
    assert "Messaging" in fields
    assert set(fields) <= {"Messaging", "Bulk Messaging"}


@pytest.mark.full
def test_expect_refuses_when_the_portal_has_moved_since_the_plan(sandbox_classic: Sandbox, tmp_path: Path) -> None:
    bot = robot(sandbox_classic, tmp_path)
    people = {MEADOWLARK: {"staff": ["Marcus Bell"]}}
    digest = bot.plan(people).digest
    sandbox_classic.set_permission(MEADOWLARK, "staff", "Marcus Bell", "Messaging", "own")
    assert bot.apply(people, expect=digest).exit is Exit.REFUSED
    sandbox_classic.set_permission(MEADOWLARK, "staff", "Marcus Bell", "Messaging", "off")
    done = bot.apply(people, expect=digest)
    assert (done.exit, outcomes(done)) == (Exit.OK, [("Marcus Bell", "granted")])


def test_a_missing_practice_fails_its_people_and_the_others_go_on(sandbox_classic: Sandbox, tmp_path: Path) -> None:
    bot = robot(sandbox_classic, tmp_path)
    report = bot.apply({"Nowhere Clinic": {"staff": ["Marcus Bell"]}, MEADOWLARK: {"staff": ["Marcus Bell"]}})
    assert report.exit is Exit.NOT_DONE
    assert outcomes(report) == [("Marcus Bell", "failed"), ("Marcus Bell", "granted")]
    assert "Nowhere Clinic" in rows(report)[0]["detail"]


@pytest.mark.full
@pytest.mark.parametrize("workers", [2])
def test_two_workers_do_the_same(start_sandbox: Callable[..., Sandbox], tmp_path: Path, workers: int) -> None:
    """Each worker is signed in for itself; the chosen practice of one never reaches the other's records."""
    sandbox = start_sandbox(layout="modern")
    bot = robot(sandbox, tmp_path)
    report = bot.apply({MEADOWLARK: {"staff": ["Marcus Bell"]}, HARBOR: {"staff": ["Peter Vance"]}}, workers=workers)
    assert outcomes(report) == [("Marcus Bell", "granted"), ("Peter Vance", "granted")]
    assert {(c[0], c[1]) for c in changes(sandbox)} == {(MEADOWLARK, "marcus.bell@example.com"), (HARBOR, "peter.vance@example.com")}
