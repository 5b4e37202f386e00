"""Which column a cell is in, by where it is drawn: a grid may keep its captions in a table of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal_bot.portal.look import Node

_SORTED = re.compile(r"[▲▼△▽↑↓⇅⇵↕:*\s]+$")
CELLS = ("cell", "gridcell", "rowheader")


@dataclass(frozen=True)
class Cell:
    """A cell and the caption over it, empty where there is none."""

    node: Node
    header: str


def headers_of(row: Node) -> tuple[Node, ...]:
    """The captions of the columns: in the row's own table, before or after its rows; else in the nearest table around it."""
    at = row
    for _ in range(8):
        if at.parent is None or at.role in ("page", "iframe"):
            return ()
        at = at.parent
        found = tuple(node for node in at.walk() if node.role == "columnheader" and node.parent is not row)
        if found:
            return _last_line(found)
    return ()


def _last_line(headers: Sequence[Node]) -> tuple[Node, ...]:
    """Of captions in several lines (groups of columns, several tables) those of the last row."""
    last = headers[-1].parent
    return tuple(header for header in headers if header.parent is last)


def cells_of(row: Node, headers: Sequence[Node]) -> tuple[Cell, ...]:
    cells = [child for child in row.children if child.role in CELLS]
    return tuple(Cell(cell, _header(cell, number, headers, len(cells))) for number, cell in enumerate(cells))


def _header(cell: Node, number: int, headers: Sequence[Node], count: int) -> str:
    if cell.box and cell.box.width and all(header.box and header.box.width for header in headers):
        middle = cell.box.x + cell.box.width // 2
        over = [header for header in headers if header.box and header.box.x <= middle < header.box.right]
        if over:
            return clean(over[0].said)
    return clean(headers[number].said) if len(headers) == count else ""


def clean(header: str) -> str:
    """A caption without the arrows that show how a list is sorted."""
    return _SORTED.sub("", header).strip()
