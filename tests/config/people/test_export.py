"""The portal's people as a config (portal_bot/config/people/export.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from portal_bot.config.loader import load_config
from portal_bot.config.people.export import roster_yaml
from portal_bot.model.entities import ListName, RosterPerson, Seen

SETTINGS: dict[str, Any] = {
    "version": 1,
    "portal": {"url": "https://portal.example.com/", "user_name": "office.admin@example.com"},
    "practices": ["what the config asked for does not matter"],
    "limits": {"deadline": "30m"},
}


def member(
    name: str,
    state: bool | None = False,
    *,
    which: ListName = ListName.STAFF,
    practice: str | None = "Meadowlark Pediatrics",
    email: str | None = None,
    problem: str = "",
    **others: bool,
) -> RosterPerson:
    seen = {"Messaging": Seen(state), **{caption: Seen(on) for caption, on in others.items()}}
    return RosterPerson(practice, which, name, email, None, seen, problem)


def written(tmp_path: Path, *people: RosterPerson, permissions: tuple[str, ...] = ("Messaging",)) -> tuple[str, list[Any]]:
    """The text, and what the config reader makes of it: practice, list, name, permission, wanted."""
    text = roster_yaml(SETTINGS, people, permissions=permissions)
    path = tmp_path / "people.yaml"
    path.write_text(text, encoding="utf-8")
    wanted = load_config(path).assignments()
    return text, [(each.practice, str(each.list), each.person.name, each.permission, each.wanted) for each in wanted]


def test_what_is_written_is_a_config_that_asks_for_what_is(tmp_path: Path) -> None:
    """Everybody in the place and the state in which the portal has them."""
    text, wanted = written(
        tmp_path,
        member("Wen Irwin, MD", True, which=ListName.PROVIDERS),
        member("Ana Reyes", False, email="ana.reyes@example.com"),
        member("Zoë Ångström", True, practice="Harbor Street Family Medicine"),
    )
    assert wanted == [
        ("Meadowlark Pediatrics", "providers", "Wen Irwin, MD", "Messaging", True),
        ("Meadowlark Pediatrics", "staff", "Ana Reyes", "Messaging", False),
        ("Harbor Street Family Medicine", "staff", "Zoë Ångström", "Messaging", True),
    ]
    assert "access: off" in text
    assert "access: on" in text
    assert "deadline: 30m" in text


def test_names_that_yaml_would_misread_are_quoted(tmp_path: Path) -> None:
    """No, 007 and null stay names."""
    _, wanted = written(tmp_path, member("No"), member("007"), member("null"), member("Reyes: Ana # 2"))
    assert [row[2] for row in wanted] == ["No", "007", "null", "Reyes: Ana # 2"]


def test_an_account_with_one_practice_needs_no_name(tmp_path: Path) -> None:
    """Where the portal shows no practice, the config names none."""
    _, wanted = written(tmp_path, member("Ana Reyes", practice=None))
    assert wanted == [(None, "staff", "Ana Reyes", "Messaging", False)]


def test_several_permissions_in_different_states(tmp_path: Path) -> None:
    """An entry asks for what is on; where nothing is on, for everything to stay off."""
    _, wanted = written(
        tmp_path,
        member("Ana Reyes", True, Scheduling=False),
        member("Marcus Bell", False, Scheduling=False),
        permissions=("Messaging", "Scheduling"),
    )
    assert [row[2:] for row in wanted] == [
        ("Ana Reyes", "Messaging", True),
        ("Marcus Bell", "Messaging", False),
        ("Marcus Bell", "Scheduling", False),
    ]


def test_whoever_cannot_be_told_in_a_config_is_a_comment(tmp_path: Path) -> None:
    """A twin without anything to tell the two apart, a record without the box, a record that could not be read."""
    text, wanted = written(
        tmp_path,
        member("Ana Reyes"),
        member("Ana Reyes"),
        member("Nora Ahmadi", None),
        member("Peter Vance", problem="The record\ndid not open."),
    )
    assert [row[2] for row in wanted] == ["Ana Reyes"]
    assert "# Ana Reyes is there twice" in text
    assert "# Nora Ahmadi: the record has no box Messaging." in text
    assert "# Peter Vance: The record did not open." in text
