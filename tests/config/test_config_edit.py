"""Edits of a config's people in its own text (portal_bot/config/config_edit.py, yaml_patch.py)."""

from __future__ import annotations

import json
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_bot.config.config_edit import NewPerson, PersonMark, listed, prepare
from portal_bot.config.loader import Config, load_config
from portal_bot.model.entities import ListName
from portal_bot.model.errors import ConfigError
from portal_bot.model.name_matching import name_key
from tests.helpers.config_files import HEAD, write

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"
MEADOWLARK, HARBOR = "Meadowlark Pediatrics", "Harbor Street Family Medicine"


def edited(path: Path, *changes: NewPerson | PersonMark) -> list[str]:
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


@pytest.mark.parametrize("indent", ["", "  "])
def test_people_of_a_new_list_come_behind_more_people_of_the_list_before(tmp_path: Path, indent: str) -> None:
    """Both go behind the practice's last line, whichever is asked for first."""
    path = write(tmp_path, f"{HEAD}practices:\n- staff:\n  {indent}- Ana Reyes\n")
    changes = [NewPerson(None, ListName.PROVIDERS, "Wen Irwin"), NewPerson(None, ListName.STAFF, "Jane Doe")]
    assert edited(path, *changes) == [f"+  {indent}- Jane Doe", "+  providers:", "+    - Wen Irwin"]


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
    prepare(load_config(path), [PersonMark(who, {"access": False}, "2026-11-23: left")]).write()
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


# -- laws --------------------------------------------------------------------------------------------------------------

simple = st.sampled_from(["Ana Reyes", "Bo Lee", "Zoë O'Brien", "Wen Irwin-Díaz", "Kim Do", "Al Ng", "Ivy Fox", "Jo Day"])
any_name = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=12).map(lambda text: f"Q{text}q")
any_mail = st.from_regex(r"[a-z]{1,6}@[a-z]{1,6}\.example", fullmatch=True)
comments = st.sampled_from(["", "", "  # since May", "  # {not: [yaml"])
lines_between = st.sampled_from(["", "", "", "# - Old Entry", "#"])


def as_text(values: dict[str, Any]) -> str:
    """The values of a person in braces, each in double quotes."""
    return "{" + ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()) + "}"


@st.composite
def lists_of_people(draw: st.DrawFn, which: str, people: list[dict[str, Any]]) -> list[str]:
    """One list as somebody may have laid it out: in brackets, or line by line, each person in one of three ways, with comments."""
    if draw(st.booleans()):
        inner = ", ".join(each["name"] if len(each) == 1 else as_text(each) for each in people)
        return [f"{which}: [{inner}]{draw(comments)}"]
    deeper = draw(st.sampled_from(["", "  ", "    "]))
    lines = [f"{which}:{draw(comments)}"]
    for each in people:
        if len(each) == 1 and draw(st.booleans()):
            lines.append(f"{deeper}- {each['name']}{draw(comments)}")
        elif draw(st.booleans()):
            lines.append(f"{deeper}- {as_text(each)}{draw(comments)}")
        else:
            keys = [f"{key}: {json.dumps(value, ensure_ascii=False)}{draw(comments)}" for key, value in each.items()]
            lines += [f"{deeper}- {keys[0]}", *(f"{deeper}  {key}" for key in keys[1:])]
        lines += [f"{deeper}{line}" for line in [draw(lines_between)] if line]
    return lines


@st.composite
def configs(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A config's text, and the practices that it holds."""
    practices: list[dict[str, Any]] = []
    lines = []
    for name in "ABC"[: draw(st.integers(1, 3))]:
        practice: dict[str, Any] = {"name": name}
        laid_out = [f"name: {name}"]
        for which in draw(st.sampled_from([["staff"], ["providers"], ["providers", "staff"], ["staff", "providers"]])):
            names = draw(st.lists(simple, min_size=1, max_size=3, unique=True))
            practice[which] = [
                {"name": each} | draw(st.sampled_from([{}, {"email": "x@a.example"}, {"location": "East"}])) for each in names
            ]
            laid_out += draw(lists_of_people(which, practice[which]))
        practices.append(practice)
        lines += [f"- {laid_out[0]}", *(f"  {line}" for line in laid_out[1:])]
    line_end = draw(st.sampled_from(["\n", "\r\n"]))
    end = draw(st.sampled_from(["", "\n", "\n# the end\n"]))
    return (HEAD + "practices:\n" + "\n".join(lines) + end).replace("\n", line_end), practices


def plain(config: Config) -> list[dict[str, Any]]:
    """The practices that a config holds, without keys that are not written."""
    return [each.model_dump(exclude_unset=True) for each in config.practices]


def as_read(people: dict[str, Any]) -> dict[str, Any]:
    return people | {key: tuple(people[key]) for key in ("staff", "providers") if key in people}


@settings(max_examples=50)
@given(st.data())
def test_what_is_read_from_an_edited_text_is_the_edit_of_what_was_read(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """However the config is laid out, no matter who is added and what is set: parse(edit(text)) is edit(parse(text))."""
    text, practices = data.draw(configs())
    path = tmp_path_factory.mktemp("law") / "config.yaml"
    path.write_bytes(text.encode())
    config = load_config(path)
    assert plain(config) == [as_read(each) for each in practices]

    changes: list[NewPerson | PersonMark] = []
    for who in listed(config):
        if data.draw(st.booleans()):
            values = data.draw(st.sampled_from([{"access": False}, {"location": "West, 2"}, {"access": False, "until": date(2027, 1, 5)}]))
            changes.append(PersonMark(who, values, data.draw(st.sampled_from(["", "left", "a #: 'b'\n- c"]))))
            practices[who.number][who.list.value][who.place].update(values)
    for new_name in data.draw(st.lists(any_name, max_size=3, unique_by=name_key)):
        number, which = data.draw(st.integers(0, len(practices) - 1)), data.draw(st.sampled_from(list(ListName)))
        new = NewPerson(practices[number]["name"], which, new_name, data.draw(st.none() | any_mail), access=data.draw(st.booleans()))
        changes.append(new)
        practices[number].setdefault(which.value, []).append(new.values() | {"name": " ".join(new_name.split())})

    edit = prepare(config, changes)
    assert path.read_bytes() == text.encode()
    edit.write()
    assert path.read_bytes() == edit.after
    assert plain(load_config(path)) == plain(edit.config) == [as_read(each) for each in practices]
    assert edit.changes_anything is bool(changes) is (edit.before != edit.after)
    if not any(isinstance(change, PersonMark) for change in changes):  # what was there is there still, but for brackets that are opened
        kept = [line for line in text.splitlines() if "[" not in line]
        after = iter(edit.after.decode().splitlines())
        assert all(line in after for line in kept)


@settings(max_examples=30)
@given(configs())
def test_an_edit_of_nothing_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, given_config: tuple[str, list[dict[str, Any]]]
) -> None:
    """Not one byte."""
    path = tmp_path_factory.mktemp("law") / "config.yaml"
    path.write_bytes(given_config[0].encode())
    edit = prepare(load_config(path), [])
    assert (edit.after, edit.changes_anything, edit.diff()) == (edit.before, False, "")


def test_a_list_that_was_missing_and_one_that_was_there_get_people_in_one_edit(tmp_path: Path) -> None:
    """The new list is put behind the old one, and each person is in the list that they were meant for."""
    path = write(tmp_path, HEAD + "practices:\n- name: A\n  staff:\n  - Ana Reyes\n")
    new = [NewPerson("A", ListName.PROVIDERS, "Wen Irwin"), NewPerson("A", ListName.STAFF, "Marcus Bell")]
    edit = prepare(load_config(path), new)
    assert edit.after.decode().endswith("  staff:\n  - Ana Reyes\n  - Marcus Bell\n  providers:\n    - Wen Irwin\n")
