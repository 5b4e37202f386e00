"""Insertions into the text of a YAML file that holds practices, at the places that the parser names. Pure.

All places are those of the text as given, so any number of changes are made in one go. What cannot be edited so (an
entry that stands elsewhere behind an anchor, say) comes out wrong, and whoever uses this reads the result again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from portal_bot.model.errors import ConfigError


class YamlPatch:
    """The changes to one text: a config, or a people file (the list of practices, bare or under ``practices:``)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_end = "\r\n" if "\r\n" in text else "\n"
        self._splices: list[tuple[int, int, str]] = []
        self._new_lists: list[tuple[int, int, str]] = []
        """Lists that a practice did not have. At one place they come after what is added to the list before."""
        root = yaml.compose(text, Loader=yaml.SafeLoader)  # libyaml's marks count otherwise where accents stand
        practices = _value(root, "practices") if isinstance(root, yaml.MappingNode) else root
        if not isinstance(practices, yaml.SequenceNode):
            raise ConfigError(["The file holds no list of practices. It was not changed."])
        self._practices = practices

    def text(self) -> str:
        """The text with all changes made."""
        pieces, at = [], 0
        splices = [*self._splices, *self._new_lists]
        for start, end, new in sorted(splices, key=lambda each: each[0]):  # stable: at one place in the order they were made
            pieces += [self._text[at:start], new]
            at = max(at, end)
        return "".join([*pieces, self._text[at:]])

    def has_list(self, practice: int, which: str) -> bool:
        """Whether the text has the key of a list of a practice, with or without people in it."""
        return _value(self._practice(practice), which) is not None

    def add(self, practice: int, which: str, people: Sequence[Mapping[str, Any]]) -> None:
        """Puts people at the end of a list of a practice, the list too where there is none."""
        node = self._practice(practice)
        entries = _value(node, which)
        if isinstance(entries, yaml.SequenceNode) and entries.value and not entries.flow_style:
            self._lines(self._line_of(entries.value[-1]), entries.start_mark.column, [f"- {_entry(each)}" for each in people])
        elif isinstance(entries, yaml.SequenceNode):
            told = ", ".join(_entry(each, flow=True) for each in people)
            at = _end(entries.value[-1]) if entries.value else entries.end_mark.index - 1
            self._insert(at, f", {told}" if entries.value else told)
        elif entries is not None:
            self._fill_empty(node, entries, people)
        elif node.flow_style:
            at = _end(node.value[-1][1])
            self._new_lists.append((at, at, f", {which}: [{', '.join(_entry(each, flow=True) for each in people)}]"))
        else:
            at, indent = self._line_of(node.value[-1][1]), self._line_end + " " * node.start_mark.column
            lines = [f"{which}:", *(f"  - {_entry(each)}" for each in people)]
            self._new_lists.append((at, at, "".join(indent + line for line in lines)))

    def mark(self, practice: int, which: str, place: int, values: Mapping[str, Any], note: str = "") -> None:
        """Sets keys of one person's entry; ``note`` becomes a comment."""
        entries = _value(self._practice(practice), which)
        assert isinstance(entries, yaml.SequenceNode)
        if not values:
            return
        entry = entries.value[place]
        said = f"  # {' '.join(''.join(c if c.isprintable() else ' ' for c in note).split())}" if note else ""
        if isinstance(entry, yaml.MappingNode):
            self._mark_mapping(entry, values, said)
        elif entries.flow_style:
            self._insert(entry.start_mark.index, "{name: ")
            self._insert(_end(entry), "".join(f", {key}: {_scalar(value, flow=True)}" for key, value in values.items()) + "}")
            self._insert(self._line_end_after(_end(entry)), said)
        else:
            self._insert(entry.start_mark.index, "name: ")
            self._lines(self._line_of(entry), entry.start_mark.column, [f"{k}: {_scalar(v)}" for k, v in values.items()], said)

    # -- pieces ----------------------------------------------------------------------------------------------------

    def _practice(self, number: int) -> yaml.MappingNode:
        node = self._practices.value[number]
        assert isinstance(node, yaml.MappingNode)
        return node

    def _mark_mapping(self, entry: yaml.MappingNode, values: Mapping[str, Any], said: str) -> None:
        new = []
        for key, value in values.items():
            there = _value(entry, key)
            if there is None:
                new.append(f"{key}: {_scalar(value, flow=bool(entry.flow_style))}")
            else:
                self._splices.append((there.start_mark.index, _end(there), _scalar(value, flow=bool(entry.flow_style))))
                if not entry.flow_style:
                    self._insert(self._line_end_after(_end(there)), said)
                    said = ""
        last = entry.value[-1][1]
        if entry.flow_style:
            self._insert(_end(last), "".join(f", {each}" for each in new))
            self._insert(self._line_end_after(entry.end_mark.index), said)
        elif new:
            self._lines(self._line_of(last), entry.start_mark.column, new, said)

    def _fill_empty(self, practice: yaml.MappingNode, nothing: yaml.Node, people: Sequence[Mapping[str, Any]]) -> None:
        """A key with nothing behind it, or with null."""
        start, end = nothing.start_mark.index, nothing.end_mark.index
        if practice.flow_style:
            self._splices.append((start, end, f" [{', '.join(_entry(each, flow=True) for each in people)}]"))
            return
        if end > start:
            self._splices.append((start, end, ""))
        self._lines(self._line_end_after(end), practice.start_mark.column, [f"  - {_entry(each)}" for each in people])

    def _lines(self, at: int, column: int, lines: Sequence[str], said: str = "") -> None:
        """New lines after the one that ends at ``at``, the comment behind the first of them."""
        told = [lines[0] + said, *lines[1:]]
        self._insert(at, "".join(f"{self._line_end}{' ' * column}{line}" for line in told))

    def _insert(self, at: int, new: str) -> None:
        self._splices.append((at, at, new))

    def _line_of(self, node: yaml.Node) -> int:
        return self._line_end_after(_end(node))

    def _line_end_after(self, at: int) -> int:
        found = self._text.find("\n", at)
        end = len(self._text) if found < 0 else found
        return end - 1 if end > at and self._text[end - 1] == "\r" else end


def _value(node: yaml.Node, key: str) -> yaml.Node | None:
    assert isinstance(node, yaml.MappingNode)
    return next((value for name, value in node.value if name.value == key), None)


def _end(node: yaml.Node) -> int:
    """Where the text of a value ends. The parser ends a block only where the next thing begins, behind all comments."""
    if isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _entry(values: Mapping[str, Any], *, flow: bool = False) -> str:
    """One person on one line: the name alone, or the keys in braces."""
    if set(values) == {"name"}:
        return _scalar(values["name"], flow=flow)
    return "{" + ", ".join(f"{key}: {_scalar(value, flow=True)}" for key, value in values.items()) + "}"


def _scalar(value: Any, *, flow: bool = False) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, date):
        return value.isoformat()
    text = yaml.safe_dump([value], default_flow_style=flow, allow_unicode=True, width=10**9).rstrip("\n")
    return str(text[1:-1] if flow else text[2:])
