"""The rows of a list of people: who is in each, and what opens it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from portal_bot.model.name_matching import fits
from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer, Candidate, choose, nothing
from portal_bot.portal.sight.around import in_region, innermost
from portal_bot.portal.sight.lists.columns import CELLS, Cell, cells_of, headers_of
from portal_bot.portal.sight.portal_captions import MAIL, Captions, node_says, sayings, says
from portal_bot.portal.sight.records.scope import is_record

_LETTERS = re.compile(r"[^\W\d_]{2}")
_PAIR = re.compile(r"^([A-Za-z][A-Za-z -]{1,20}): (.+)$")
LONGEST = 400
"""Characters that a row has at most. What says more is a part of a page."""


@dataclass(frozen=True)
class Row:
    """One person of a list. ``opens``: what to press for the record; an answer of its own, since there may be several."""

    node: Node
    name: str
    email: str
    location: str
    opens: Answer[Node]
    column: bool
    """Whether a column's caption says where the name is."""

    @property
    def url(self) -> str | None:
        return self.opens.found.url if self.opens.found else None


@dataclass(frozen=True)
class Rows:
    """All rows that a list shows now, and what holds them. ``unread``: rows among them that may be people and name nobody."""

    rows: tuple[Row, ...]
    holder: Node
    unread: tuple[Node, ...] = ()

    @cached_property
    def inside(self) -> frozenset[int]:
        """The places of all nodes in the rows."""
        return frozenset(node.place for row in self.rows for node in row.node.walk())


def list_rows(look: Look, captions: Captions) -> Answer[Rows]:
    """The list of people on a page: things alike, side by side, each one person. A list of patients has no such rows."""
    if is_record(look, captions):
        return nothing("this is a record")
    found = []
    for holder in look.nodes:
        for role in dict.fromkeys(child.role for child in holder.children):
            nodes = [child for child in holder.children if child.role == role]
            if rows := _people(nodes, captions):
                found.append((_strength(rows), Rows(tuple(rows), holder, _unread(nodes, rows))))
    if not found:
        return nothing("nothing here looks like rows of people")
    strongest = max(strength for strength, _ in found)
    lists = [rows for strength, rows in found if strength == strongest]
    outer = [rows for rows in lists if not any(other is not rows and other.holder.holds(rows.holder) for other in lists)]
    kept = [Candidate(-len(rows.rows), rows, f"{len(rows.rows)} rows of people") for rows in outer]
    return choose(kept if len(kept) < 2 else [Candidate(0, each.thing, each.why) for each in kept], "the list of people")


def _strength(rows: Sequence[Row]) -> int:
    """3: a column of names; 2: e-mail addresses; 1: names that can be pressed."""
    return 3 if all(row.column for row in rows) else 2 if sum(bool(row.email) for row in rows) * 2 > len(rows) else 1


def _people(nodes: Sequence[Node], captions: Captions) -> list[Row]:
    if nodes[0].role in ("text", "columnheader", "cell", "gridcell", "option", "tab", "button", "menuitem") or in_region(nodes[0]):
        return []
    headers = headers_of(nodes[-1]) if nodes[0].role == "row" else ()
    read = [_row(node, headers, captions) for node in nodes]
    rows = [row for row in read if row is not None]
    sure = [row for row in rows if row.opens or row.opens.several or (row.column and row.node.role == "row")]
    if len(sure) * 2 < max(len(rows), 1) or not rows or (len(rows) * 2 < len(nodes) and nodes[0].role not in ("row", "listitem")):
        return []
    if not any(row.opens or row.opens.several for row in rows):
        rows = [replace(row, opens=_words_of(row)) for row in rows]
    if _strength(rows) > 1:
        return rows
    if any(not row.node.children for row in rows):
        return []
    return rows if len(rows) > 1 and all(len(re.findall(r"[^\W\d_]{2,}", row.name)) > 1 for row in rows) else []


def _words_of(row: Row) -> Answer[Node]:
    """The name itself, in a list where nothing says that it can be pressed: the tree drops links without an address."""
    said = [node for node in row.node.walk() if node.ref and not node.children and fits(node.said, row.name)]
    return choose(
        [Candidate(4, node, f'"{node.said}" is the name, and nothing says what opens it') for node in said],
        f"what opens the record of {row.name}",
    )


def _unread(nodes: Sequence[Node], rows: Sequence[Row]) -> tuple[Node, ...]:
    """Of the nodes next to the rows, those that hold an address, or as many cells as a row of people has."""
    read = {id(row.node) for row in rows}
    cells = {sum(child.role in CELLS for child in row.node.children) for row in rows} - {0}
    return tuple(
        node for node in nodes
        if id(node) not in read and (MAIL.search(node.words) or sum(child.role in CELLS for child in node.children) in cells)
    )  # fmt: skip


def _row(node: Node, headers: Sequence[Node], captions: Captions) -> Row | None:
    """The person of a row; ``None`` for a heading, a pager, a menu, a form."""
    words = node.words
    mails = set(MAIL.findall(words))
    if len(mails) > 1 or not 3 <= len(words) <= LONGEST or _is_something_else(node, captions):
        return None
    cells = cells_of(node, headers)
    by_column = _by_column(cells, captions)
    name = plain_name(by_column or _likely_name(node, captions), captions)
    if not name or says(name, captions.empty) or says(name, captions.loading):
        return None
    opens = opener(node, name, captions)
    email = next(iter(mails), "")
    location = _column(cells, captions.location, captions)
    return Row(node, name, email, location, opens, bool(by_column))


def _is_something_else(node: Node, captions: Captions) -> bool:
    known = (
        *captions.user_administration,
        *captions.sign_in,
        *captions.sign_out,
        *captions.elsewhere,
        *captions.save,
        *captions.permissions,
    )
    known += tuple(caption for captions_of_list in captions.lists.values() for caption in captions_of_list)
    for inside in node.walk():
        if inside.role in ("textbox", "searchbox", "combobox", "columnheader"):
            return True
        if inside.role in ("row", "table", "grid", "main", "form") and inside is not node:
            return True
        if inside.is_pressable and node_says(inside, known):
            return True
    return False


def _by_column(cells: Sequence[Cell], captions: Captions) -> str:
    first, last = (_column(cells, said, captions) for said in (captions.first_name, captions.last_name))
    suffix = _column(cells, captions.suffix, captions)
    if first and last:
        return f"{first} {last}" + (f", {suffix}" if suffix else "")
    return _column(cells, captions.name, captions)


def _column(cells: Sequence[Cell], caption: tuple[str, ...], captions: Captions) -> str:
    said = (_name_in(cell.node, captions) for cell in cells if says(cell.header, caption))
    return next((text for text in said if text), "")


def _name_in(cell: Node, captions: Captions) -> str:
    """What a cell says: its link, where it holds one among other signs (initials, a status), else all of it."""
    links = [
        each.said
        for each in cell.walk()
        if each.role in ("link", "button") and _LETTERS.search(each.said) and not node_says(each, captions.not_a_name)
    ]
    if len(links) == 1:
        return links[0]
    shown = [each for each in cell.walk() if not each.children and each.role != "img" and not each.hidden]
    return " ".join(text for each in shown if (text := each.text or each.name)).strip()


def _likely_name(node: Node, captions: Captions) -> str:
    """In a row without captions: its heading, else what can be pressed, else its first words that may be a name."""
    leaves = [each for each in node.walk() if not each.children and not each.hidden and each.role != "img"]
    texts = [(each, (each.text or each.name).strip()) for each in leaves]
    likely = [
        (each, text) for each, text in texts
        if _LETTERS.search(text) and "@" not in text and len(text) < 60 and not says(text, captions.not_a_name) and not _PAIR.match(text)
    ]  # fmt: skip
    order = [text for each, text in likely if each.role in ("heading", "strong") or _within(each, "heading")]
    order += [text for each, text in likely if each.is_pressable or any(above.is_pressable and node.holds(above) for above in each.above())]
    order += [text for _, text in likely]
    several = [text for text in order if len(text.split()) > 1]
    return (several or order or [""])[0]


def plain_name(said: str, captions: Captions) -> str:
    """A name without what lists write in one line with it: the initials of a picture before it, a status at either end."""
    words = said.split()
    if len(words) > 2 and words[0].isupper() and words[0].rstrip(".") in ("".join(w[0] for w in words[1:]), words[1][0] + words[-1][0]):
        words = words[1:]
    while len(words) > 2 and says(words[-1], captions.status):
        words.pop()
    while len(words) > 2 and says(words[0], captions.status):
        words.pop(0)
    return " ".join(words)


def _within(node: Node, role: str) -> bool:
    return any(above.role == role for above in node.above())


def opener(row: Node, name: str, captions: Captions) -> Answer[Node]:
    """What opens the record of a row: the name, else its one action, else the row itself."""
    inside = [
        node for node in row.below() if node.is_pressable and node.role not in ("checkbox", "switch", "radio", "combobox", "columnheader")
    ]
    found = []
    for node in innermost(inside):
        if (node.url or "").startswith("mailto:") or node.disabled:
            continue
        said = sayings(node)
        if any(says(text, (name,)) for text in said) or any(text in name or name in text for text in said if _LETTERS.search(text)):
            found.append(Candidate(0, node, f'"{node.said}" is the name'))
        elif any(says(text, captions.open_record) for text in said):
            found.append(Candidate(1, node, f'"{node.said}" opens it'))
        elif not any(says(text, captions.not_a_name) for text in said):
            found.append(Candidate(2, node, f'"{node.said}" is all there is to press'))
    if not found and row.is_pressable:
        found.append(Candidate(3, row, "the row itself can be pressed"))
    if not found and inside and row.pointer:
        found.append(Candidate(3, row, "the row itself can be pressed"))
    return choose(found, f"what opens the record of {name}")
