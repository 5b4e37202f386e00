"""Who has the permission, how and since when, and a list held against it (portal_bot/output/report/access_review.py, compare.py)."""

from __future__ import annotations

from typing import Any

from portal_bot.config.people.compare import against
from portal_bot.config.people.export import roster_rows
from portal_bot.config.people.spreadsheet import FileRow
from portal_bot.model.entities import How, ListName, RosterPerson, Seen
from portal_bot.output.report.access_review import review, review_page, since_when

NORTH = "North"


def person(name: str, seen: Seen | None, *, email: str | None = None, problem: str = "", which: ListName = ListName.STAFF) -> RosterPerson:
    return RosterPerson(NORTH, which, name, email, None, {"Messaging": seen} if seen else {}, problem)


def past(run: str, outcome: str, before: bool | None, after: bool | None = None, **more: Any) -> dict[str, Any]:
    row = {"run": run, "at": f"2026-01-0{run}T08:00:00Z", "practice": NORTH, "list": "staff", "name": "Ana Reyes", "email": None}
    return {**row, "permission": "Messaging", "before": before, "after": after, "outcome": outcome, **more}


ON, BY_ROLE, OFF, NO_BOX = Seen(True), Seen(True, enabled=False), Seen(False), Seen(None)
ANA = person("Reyes, Ana", ON, email="ana@example.com")


def test_how_somebody_has_it_is_told_apart() -> None:
    """Own, by role, or unknown; whoever lacks it is not in the review."""
    people = [ANA, person("B B", BY_ROLE), person("C C", OFF), person("D D", NO_BOX), person("E E", None, problem="gone")]
    rows = review(people, ["Messaging"], [])
    assert [(row.name, row.how) for row in rows] == [
        ("Reyes, Ana", How.OWN), ("B B", How.ROLE), ("D D", How.UNKNOWN), ("E E", How.UNKNOWN),
    ]  # fmt: skip
    assert [row["Messaging"] for row in roster_rows(people, ["Messaging"])] == ["on", "by role", "off", "unknown", "unknown"]


def test_since_is_the_run_that_granted_or_first_met_it() -> None:
    """A break begins anew; another person's, list's or permission's rows do not count."""

    def since(*rows: dict[str, Any]) -> tuple[str, bool] | None:
        found = since_when(ANA, "Messaging", rows)
        return (found.run, found.granted) if found else None

    assert since() is None
    assert since(past("1", "would-grant", False), past("2", "granted", False, True), past("3", "unchanged", True)) == ("2", True)
    assert since(past("1", "unchanged", True), past("2", "unchanged", True)) == ("1", False)
    assert since(past("1", "granted", False, True), past("2", "removed", True, False)) is None
    assert since(past("1", "granted", False, True), past("2", "removed", True, False), past("3", "by-role", True)) == ("3", False)
    assert since(past("1", "unchanged", True), past("2", "granted", False, True)) == ("2", True)
    for other in ({"name": "Anna Reyes"}, {"list": "providers"}, {"permission": "Bulk"}, {"practice": "South"}, {"email": "x@example.com"}):
        assert since(past("1", "granted", False, True, **other)) is None


def test_the_page_escapes_and_takes_nothing_from_elsewhere() -> None:
    rows = review([person("<script>alert(1)</script>", ON)], ["Messaging"], [])
    page = review_page(rows, portal="https://p/", user_name="admin", at="2026-11-23T08:00:00Z", run="r1", practices=[NORTH, "South"])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "src=" not in page
    assert "href=" not in page
    assert "Nobody." in page  # the practice without anybody is told too
    assert page.count("Signature") == 2


def test_a_list_held_against_the_portal() -> None:
    """Who has it and is not listed, who is listed and lacks it; twins without an e-mail address are not guessed."""
    twins = [person("T T", ON, email="t1@example.com"), person("T T", OFF, email="t2@example.com")]
    people = [ANA, person("B B", ON), person("C C, RN", OFF), person("D D", NO_BOX), *twins]
    listed = [
        FileRow(2, "Ana Reyes", NORTH, email="ANA@example.com"), FileRow(3, "C C", "north"), FileRow(4, "Z Z"), FileRow(5, "T T"),
        FileRow(6, "B B", access=False), FileRow(7, "Q Q", "Nort"),
    ]  # fmt: skip
    assert [(each.kind, each.name) for each in against(listed, people, ["Messaging"])] == [
        ("has it, not listed", "B B"),
        ("listed, lacks it", "C C, RN"),
        ("listed, not in the portal", "Z Z"),
        ("listed, not clear", "T T"),
        ("listed, not read", "Q Q"),
        ("not known", "D D"),
    ]
