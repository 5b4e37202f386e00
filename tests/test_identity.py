"""Whether a record is believed to be the wanted person's, and which differences count."""

from __future__ import annotations

from typing import Any

import pytest

from portal_bot.identity import RecordView, differences, told_apart, who_it_shows

HERE = "https://portal.example.com/staff/7"


def field(label: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"key": label, "label": label, "value": value, "wanted": False, "head": False, "own": True, "box": False, **more}


def view(**said: Any) -> RecordView:
    return RecordView(**{"address": HERE, **said})


@pytest.mark.parametrize(
    "record",
    [
        view(fields=(field("First Name", "Ana"), field("Last Name *", "Reyes"))),
        view(fields=(field("Full name", "Reyes, Ana"),)),
        view(headings=("Edit Staff Member: Ana Reyes",)),
        view(headings=("Ana Reyes - East",)),
        view(texts=("Profile", "Name: Ana Reyes")),
        view(texts=("Name", "Ana Reyes", "Location", "East")),
        view(texts=("Ana Reyes",), emails=("ana.reyes@example.com",)),
        view(told_name="ana  REYES"),
    ],
)
def test_a_record_that_says_the_name_in_its_own_right_is_believed(record: RecordView) -> None:
    assert who_it_shows(record, "Ana Reyes", "ana.reyes@example.com", None) == ""


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (view(fields=(field("First Name", "Bo"), field("Last Name", "Reyes")), headings=("Ana Reyes",)), "of Bo Reyes"),
        (view(texts=("Associated Users", "Ana Reyes")), "does not show"),
        (view(headings=("Ana Reyes",), fields=(field("E-mail", "other@example.com"),)), "other@example.com"),
        (view(headings=("Anna Reyes",)), "does not show"),
        (view(told_name="Bo Reyes", headings=("Ana Reyes",)), "of Bo Reyes"),
        (view(fields=(field("First Name", "Ana", own=False), field("Last Name", "Reyes", own=False))), "does not show"),
    ],
)
def test_a_record_that_might_be_somebody_elses_is_not(record: RecordView, why: str) -> None:
    assert why in who_it_shows(record, "Ana Reyes", "ana.reyes@example.com", None)


def test_a_name_among_others_counts_only_with_the_records_own_address() -> None:
    listed = view(texts=("Associated Users", "Ana Reyes"))
    assert who_it_shows(listed, "Ana Reyes", None, None)
    assert not who_it_shows(listed, "Ana Reyes", None, HERE + "/")


def test_twins_are_told_apart_by_e_mail_or_address_alone() -> None:
    assert told_apart(view(emails=("ana.reyes@example.com",)), "ANA.REYES@example.com", None)
    assert told_apart(view(), None, HERE)
    assert not told_apart(view(headings=("Ana Reyes",)), "ana.reyes@example.com", None)


def test_only_what_may_not_change_is_compared() -> None:
    """The wanted box, boxes of the groups above it and what the map calls volatile are free; all else is told by its caption."""
    before = view(
        fields=(
            field("Messaging", False, wanted=True),
            field("Communication", False, head=True),
            field("Last Modified", "1"),
            field("Notes", "a"),
            field("Gone", 1),
        ),
        volatile=("/last modified/",),
    )
    after = view(
        fields=(
            field("Messaging", True, wanted=True),
            field("Communication", True),
            field("Last Modified", "2"),
            field("Notes", "b"),
            field("New", 1),
        )
    )
    assert differences(before, after) == ["Notes", "Gone", "New"]
