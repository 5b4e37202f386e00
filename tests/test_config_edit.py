"""Edits of a config's people in its own text (portal_bot/config_edit.py, yaml_splices.py)."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from portal_bot.config import load_config
from portal_bot.config_edit import Mark, NewPerson, listed, prepare
from portal_bot.errors import ConfigError
from portal_bot.model import ListName
from tests.config_files import HEAD, write

EXAMPLE = Path(__file__).parents[1] / "config.example.yaml"
MEADOWLARK, HARBOR = "Meadowlark Pediatrics", "Harbor Street Family Medicine"


def edited(path: Path, *changes: NewPerson | Mark) -> list[str]:
    """Makes the edit; the lines that differ, as a diff tells them."""
    before = path.read_text(encoding="utf-8").splitlines()
    edit = prepare(load_config(path), changes)
    edit.write()
    after = path.read_text(encoding="utf-8").splitlines()
    assert load_config(path).practices == edit.config.practices
    if len(after) > len(before):  # nothing that stood there is gone
        assert [line for line in after if line in before] == [line for line in before if line in after]
    return [line for line in edit.diff().splitlines()[2:] if line[0] in "+-"]


def test_a_new_person_is_exactly_one_line_and_comments_stay(tmp_path: Path) -> None:
    """In the right list of the right practice, behind its last entry; every other byte is as it was."""
    path = write(tmp_path, EXAMPLE.read_text(encoding="utf-8"))
    assert edited(path, NewPerson(MEADOWLARK, ListName.STAFF, "Jane Doe")) == ["+      - Jane Doe"]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("      - Jane Doe") - 1] == "      - Dolores Quinn"
    path.write_bytes(path.read_bytes().replace(b"      - Jane Doe\n", b""))
    assert path.read_bytes() == EXAMPLE.read_bytes()


def test_what_more_is_known_of_a_person_stands_in_the_same_line(tmp_path: Path) -> None:
    path = write(tmp_path, EXAMPLE.read_text(encoding="utf-8"))
    new = NewPerson(HARBOR, ListName.PROVIDERS, "Zoë O'Brien, MD", "zoe@example.com", until=date(2027, 1, 5))
    assert edited(path, new) == ["+      - {name: 'Zoë O''Brien, MD', email: zoe@example.com, until: 2027-01-05}"]


@pytest.mark.parametrize(
    ("practices", "expected"),
    [
        ("practices:\n- staff: [Ana Reyes]", "practices:\n- staff: [Ana Reyes, Jane Doe]"),
        ("practices: [{staff: [Ana Reyes]}] # all", "practices: [{staff: [Ana Reyes, Jane Doe]}] # all"),
        ("practices:\n- staff: # none\n    # - Old\n  providers: [X Y]",
         "practices:\n- staff: # none\n    - Jane Doe\n    # - Old\n  providers: [X Y]"),
        ("practices:\n- staff: []\n  providers: [X Y]", "practices:\n- staff: [Jane Doe]\n  providers: [X Y]"),
        ("practices:\n- staff: null\n  providers: [X Y]", "practices:\n- staff: \n    - Jane Doe\n  providers: [X Y]"),
        ("practices:\n  - providers:\n    - X Y  # z", "practices:\n  - providers:\n    - X Y  # z\n    staff:\n      - Jane Doe"),
        ("practices: [{providers: [X Y]}]", "practices: [{providers: [X Y], staff: [Jane Doe]}]"),
        ("practices:\n- staff:\n  - name: Ana Reyes\n    email: a@b.de # c\n# end",
         "practices:\n- staff:\n  - name: Ana Reyes\n    email: a@b.de # c\n  - Jane Doe\n# end"),
    ],
)  # fmt: skip
def test_every_layout_of_a_list(tmp_path: Path, practices: str, expected: str) -> None:
    """Lists in lines, in brackets, empty or not there at all; with and without a line end at the end, and as Windows ends lines."""
    for ending in ("", "\n"):
        for line_end in ("\n", "\r\n"):
            path = tmp_path / "config.yaml"
            path.write_bytes((HEAD + practices + ending).replace("\n", line_end).encode())
            prepare(load_config(path), [NewPerson(None, ListName.STAFF, "Jane Doe")]).write()
            assert path.read_bytes() == (HEAD + expected + ending).replace("\n", line_end).encode()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("- Ana Reyes # east", "- name: Ana Reyes # east\n  access: off  # 2026-11-23: left"),
        ("- {name: Ana Reyes, email: a@b.de}", "- {name: Ana Reyes, email: a@b.de, access: off}  # 2026-11-23: left"),
        ("- name: Ana Reyes # x\n  location: East", "- name: Ana Reyes # x\n  location: East\n  access: off  # 2026-11-23: left"),
        ("- access: on\n  name: Ana Reyes", "- access: off  # 2026-11-23: left\n  name: Ana Reyes"),
    ],
)
def test_somebody_is_marked_with_day_and_reason(tmp_path: Path, entry: str, expected: str) -> None:
    path = write(tmp_path, f"{HEAD}practices:\n- staff:\n{entry}\n- Marcus Bell\n".replace("\n- ", "\n  - ").replace("\n  l", "\n    l")
                 .replace("\n  n", "\n    n").replace("practices:\n  - staff", "practices:\n- staff"))  # fmt: skip
    who = next(iter(listed(load_config(path))))
    prepare(load_config(path), [Mark(who, {"access": False}, "2026-11-23: left")]).write()
    assert [line.strip() for line in path.read_text().splitlines()[4:]] == [*(x.strip() for x in expected.splitlines()), "- Marcus Bell"]
    assert [each.wanted for each in load_config(path).assignments()] == [False, True]


def test_the_people_file_is_edited_where_there_is_one(tmp_path: Path) -> None:
    """The config itself stays untouched, the file keeps its mode bits, and a link stays a link."""
    config = write(tmp_path, HEAD + "practices: people.yaml\n")
    real = write(tmp_path, "# ours\n- staff:\n  - Ana Reyes\n", "real.yaml")
    real.chmod(0o640)
    (tmp_path / "people.yaml").symlink_to(real)
    before = config.read_bytes()
    prepare(load_config(config), [NewPerson(None, ListName.STAFF, "Jane Doe")]).write()
    assert real.read_text() == "# ours\n- staff:\n  - Ana Reyes\n  - Jane Doe\n"
    assert (config.read_bytes(), stat.S_IMODE(real.stat().st_mode)) == (before, 0o640)
    assert (tmp_path / "people.yaml").is_symlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config.yaml", "people.yaml", "real.yaml"]


@pytest.mark.parametrize(
    "practices",
    [
        "practices:\n- name: A\n  staff: &all\n  - Ana Reyes\n- name: B\n  staff: *all\n",  # the list is two practices' own
        "practices:\n- name: A\n  staff:\n  - Ana Reyes\n  - Jane Doe\n",  # she is there already
    ],
)
def test_an_edit_that_cannot_be_proved_is_not_written(tmp_path: Path, practices: str) -> None:
    path = write(tmp_path, HEAD + practices)
    before = path.read_bytes()
    with pytest.raises(ConfigError) as refused:
        prepare(load_config(path), [NewPerson("A", ListName.STAFF, "Jane Doe")])
    assert "not changed" in str(refused.value)
    assert path.read_bytes() == before


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "practices:\n- staff: [Ana Reyes]\n")
    edit = prepare(load_config(path), [NewPerson(None, ListName.STAFF, "Jane Doe")])
    path.write_text(HEAD + "practices:\n- staff: [Somebody Else]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="somebody else"):
        edit.write()
    assert "Somebody Else" in path.read_text()
