"""What is promised of any YAML file that is read into a model: lines that are right, also where values are nested oddly."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator

from portal_bot.config.did_you_mean import nearest
from portal_bot.config.yaml_document import Location, YamlPlace, load_model, read_document
from portal_bot.model.errors import ConfigError
from portal_bot.portal.map.portal_map import load_map, packaged_map


def write(folder: Path, text: str | bytes, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Leaf(Strict):
    size: int = 0
    colour: str = ""


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


class Tree(Strict):
    leaves: Annotated[tuple[Leaf, ...], BeforeValidator(_one_or_many)] = ()
    named: dict[str, Leaf] = {}
    best: Leaf | int | None = None

    @model_validator(mode="after")
    def _not_too_many(self) -> Tree:
        if len(self.leaves) > 2:
            raise ValueError("a tree has two leaves at most")
        return self


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_model(path, Tree)
    return caught.value.problems


def test_a_sound_file_becomes_the_model(tmp_path: Path) -> None:
    """What stands in the file is what the model holds."""
    path = write(tmp_path, "leaves:\n- size: 3\nnamed: {a: {colour: green}}\n")
    assert load_model(path, Tree) == Tree(leaves=(Leaf(size=3),), named={"a": Leaf(colour="green")})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leaves:\n- size: 1\n  colr: red\n", "3: unknown key 'colr'. Did you mean 'colour'?"),
        ("leaves:\n  size: 1\n  colr: red\n", "3: unknown key 'colr'. Did you mean 'colour'?"),
        ("named:\n  a:\n    size: 1\n  b:\n    colr: x\n", "5: unknown key 'colr'. Did you mean 'colour'?"),
        ("leaves:\n\n- size: big\n", "3: 'size' must be a whole number."),
        ("leaves: [{}, {}, {}]\n", "1: a tree has two leaves at most."),
        ("named: 3\n", "1: 'named' must hold keys with values."),
        ("leaves:\n-\n  size: 1\n-\n  colour: [x]\n", "5: 'colour' must be one piece of text, not a list."),
        ("named:\n  a: {colour: {}}\n", "2: 'colour' must be one piece of text, not keys with values."),
        ("named:\n  a: &x {colour: 1}\n", '2: \'colour\' must be text, but YAML reads 1 as a number or date. Put it in quotes: "1".'),
        ("named:\n  yes: {}\n  no: {}\nbest: {size: x}\n", "4: 'size' must be a whole number."),
    ],
)  # fmt: skip
def test_a_problem_is_told_at_its_own_line(tmp_path: Path, text: str, said: str) -> None:
    """Nested, in lists, in mappings, behind validators and unions: the line is the one to go to."""
    assert f"a.yaml:{said}" in problems(write(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "1: the file is empty."),
        (b"# only a note\n", "1: the file is empty."),
        (b"a:\n\tb: 1\n", "2: a tab stands before the text. Use spaces to indent."),
        (b"a: 1\nb: 'x\n", "2: this is not YAML: found unexpected end of stream."),
        (b"a: 1\nb: \xff\xfe\n", "2: this is not UTF-8 text. Save the file as UTF-8."),
        (b"a: 1\nb: !!python/name:os.system x\n", "2: this is not YAML: a text that begins with ! must be in quotes."),
        (b"a: 1\nb: *hunter2\n", "2: this is not YAML: a text that begins with * must be in quotes."),
        (b"a: &a\n- *a\n", "1: this is not YAML: values are nested too deep."),
        (b"a: 1\n---\nb: 1\n", "2: this is not YAML: but found another document."),
        (b"? [a, b]\n: 1\n", "1: this is not YAML: a key must be one word."),
        (b"just words\n", "1: the file must hold keys with values, such as `version: 1`."),
    ],
)  # fmt: skip
def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path, text: bytes, said: str) -> None:
    """No traceback and no parser's prose: one line that says where."""
    (found,) = problems(write(tmp_path, text))
    line, _, words = said.partition(": ")
    assert found.startswith("a.yaml:")
    assert words in found
    if "end of stream" not in words:  # where a quote that is never closed is noticed is the parser's affair
        assert found == f"a.yaml:{line}: {words}"


def test_a_file_that_is_not_there_or_closed_is_told_with_its_path(tmp_path: Path) -> None:
    """Which file was looked for, as a path that can be followed."""
    assert problems(tmp_path / "b.yaml") == [f"{tmp_path / 'b.yaml'}: there is no such file."]
    assert problems(tmp_path) == [f"{tmp_path}: this is a folder, not a file."]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_told_with_its_path(tmp_path: Path) -> None:
    """No permission is not the same as no file."""
    path = write(tmp_path, "a: 1\n")
    path.chmod(0)
    assert problems(path) == [f"{path}: cannot be read: Permission denied."]


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    """Windows editors put one in front of the file."""
    assert load_model(write(tmp_path, b"\xef\xbb\xbfleaves: []\n"), Tree) == Tree()


def test_a_key_that_stands_twice_is_told_beside_everything_else(tmp_path: Path) -> None:
    """YAML would let the last one win; here it is a problem like the others, all at once."""
    assert problems(write(tmp_path, "best: 1\nleafs: []\nbest: 2\n")) == [
        "a.yaml:2: unknown key 'leafs'. Did you mean 'leaves'?",
        "a.yaml:3: 'best' stands here a second time; it is in line 1 already.",
    ]


def test_merged_keys_may_be_said_again(tmp_path: Path) -> None:
    """YAML's own << is for being laid over, so it is no duplicate."""
    path = write(tmp_path, "named:\n  a: &a {size: 1, colour: red}\n  b:\n    <<: *a\n    size: 2\n")
    assert load_model(path, Tree).named["b"] == Leaf(size=2, colour="red")


def test_values_know_their_lines_and_how_they_were_typed(tmp_path: Path) -> None:
    """A mapping's value stands at its key, a list's entry where it begins; 007 is remembered as 007."""
    path = write(tmp_path, "# note\na:\n  - 007\n  - b: 'No'\nc: No\n")
    read = read_document(path)
    assert [read.place(at).line for at in (("a",), ("a", 0), ("a", 1), ("a", 1, "b"), ("c",))] == [2, 3, 4, 4, 5]
    assert read.place(("a", 1, "b", "not there")) == YamlPlace(path, 4)
    assert read.written == {("a", 0): "007", ("c",): "No"}


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Where two files share a name, messages give their paths; otherwise the name alone."""
    (tmp_path / "b").mkdir()
    outer, inner = write(tmp_path, "x: other\n"), write(tmp_path / "b", "- 1\n- 2\n")
    read = read_document(outer)
    read.graft(("x",), read_document(inner))
    read.report(("x", 1), "wrong")
    assert (read.value, read.error().problems) == ({"x": [1, 2]}, [f"{inner}:2: wrong"])


def test_the_packaged_map_is_sound_and_another_is_checked_as_it_is(tmp_path: Path) -> None:
    """The portal map goes through the same reading, with its own words where a control is wrong."""
    assert load_map(None, packaged_map()).control("save.button")
    own = write(tmp_path, "version: 1\nlist:\n  row: hello\nsave:\n  button:\n  - {role: button, nam: Save}\n  done: {text: 3}\n")
    with pytest.raises(ConfigError) as caught:
        load_map(own, packaged_map())
    assert caught.value.problems == [
        "a.yaml:3: 'row': a control is a candidate such as {text: Save}, a list of candidates, or none.",
        "a.yaml:6: unknown key 'nam'. Did you mean 'name'?",
        "a.yaml:7: 'text' must be text, but YAML reads 3 as a number or date. Put it in quotes: \"3\".",
    ]


def test_nearest_words_come_best_first() -> None:
    """A suggestion is only made where it is likely."""
    assert nearest("stafff", ["providers", "staff"]) == ["staff"]
    assert nearest("xyz", ["providers", "staff"]) == []


# -- laws --------------------------------------------------------------------------------------------------------------

HERE = Path("a.yaml")
keys = st.text("abcdefgh_", min_size=1, max_size=4)
texts = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=8)
scalars = st.one_of(st.integers(-99, 9999), st.booleans(), st.none(), texts)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=12)
gaps = st.sampled_from([[], [], [], [""], ["# note"], ["", "# - key: value"]])


@st.composite
def laid_out(draw: st.DrawFn) -> tuple[str, Any, dict[Location, int]]:
    """A text with blank lines and comments, what it holds, and the line of every part of it."""
    lines: list[str] = []
    places: dict[Location, int] = {}

    def put(value: Any, at: Location, indent: int, begun: str) -> None:
        """``begun``: what there is of the line already, a key or a dash."""
        if not isinstance(value, dict | list) or not value:
            lines.append(f"{begun} {json.dumps(value, ensure_ascii=False)}")
            return
        lines.extend([begun] if begun else [])
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            lines.extend(draw(gaps))
            places[(*at, step)] = len(lines) + 1
            put(inner, (*at, step), indent + 2, " " * indent + (f"{step}:" if isinstance(value, dict) else "-"))

    held = draw(st.dictionaries(keys, values, min_size=1, max_size=4))
    put(held, (), 0, "")
    return "\n".join(lines) + "\n", held, places


@given(laid_out())
def test_every_value_knows_the_line_it_is_on(text_value_places: tuple[str, Any, dict[Location, int]]) -> None:
    """However deep it is, and whatever comments and blank lines are around it: for keys the line of the key, else where it begins.

    A list's entry that holds keys or entries itself begins where the first of these does.
    """
    text, value, places = text_value_places
    read = read_document(HERE, text.encode())
    assert read.value == value
    first_within: dict[Location, int] = {}
    for at, line in places.items():
        first_within.setdefault(at[:-1], line)
    expected = {at: line if isinstance(at[-1], str) else first_within.get(at, line) for at, line in places.items()}
    assert {at: place.line for at, place in read.places.items() if at} == expected
    assert all(place.file == HERE for place in read.places.values())


@given(values, st.booleans())
def test_any_yaml_is_read_as_the_yaml_library_reads_it(value: Any, flow: bool) -> None:
    """Values are the library's own; only lines are added to them, one for each value."""
    text = yaml.safe_dump({"key": value}, allow_unicode=True, default_flow_style=flow)
    read = read_document(HERE, text.encode())
    assert read.value == yaml.safe_load(text) == {"key": value}
    assert read.problems == []

    def parts(held: Any, at: Location) -> list[Location]:
        inner = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
        return [at, *(part for step, each in inner for part in parts(each, (*at, step)))]

    assert set(read.places) == set(parts(read.value, ()))


@given(st.one_of(st.binary(max_size=30), st.text("ab:-[]{}&*!|>'\"#,?@%` \n\t01", max_size=30).map(str.encode)))
@example(b"&a [*a]")
@example(b"? {a: b}\n: c")
@example(b"<<: {a: 1}")
@example(b"<<: 1")
def test_whatever_a_file_holds_it_is_read_or_refused(raw: bytes) -> None:
    """With a line of the file, or the one after it where the text breaks off; never with an error that has no name."""
    last = raw.count(b"\n") + raw.count(b"\r") + 1
    try:
        read = read_document(HERE, raw)
    except ConfigError as error:
        (problem,) = error.problems
        name, line, _ = problem.split(":", 2)
        assert name == "a.yaml"
        assert 1 <= int(line) <= last + 1
    else:
        assert all(1 <= place.line <= last for place in read.places.values())


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=5), st.integers(1, 3))
def test_only_known_words_are_suggested(word: str, known: list[str], most: int) -> None:
    """And at most as many as asked for."""
    found = nearest(word, known, most=most)
    assert len(found) <= most
    assert set(found) <= set(known)
