"""What is around a node: the caption next to it, the region and the window that hold it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from portal_bot.portal.look import Look, Node

FIELDS = frozenset(
    ["textbox", "searchbox", "combobox", "spinbutton", "slider", "listbox", "checkbox", "switch", "radio", "menuitemcheckbox"]
)
BOXES = frozenset(["checkbox", "switch", "menuitemcheckbox", "menuitemradio", "radio"])
REGIONS = frozenset(["navigation", "banner", "complementary", "contentinfo", "menu", "menubar"])
DIALOGS = frozenset(["dialog", "alertdialog"])
_EDGES = frozenset(["page", "iframe", "table", "grid", "treegrid", "list", "tree", "rowgroup", "main", "form", "dialog", "radiogroup"])
"""What a caption never reaches across."""
_WORD = re.compile(r"\w")


def in_region(node: Node) -> bool:
    """Whether it belongs to the frame around every page (menu, top line) and not to what the page is about."""
    return any(above.role in REGIONS for above in (node, *node.above()))


def dialog_of(node: Node) -> Node | None:
    return next((above for above in node.above() if above.role in DIALOGS), None)


def caption_of(field: Node) -> str:
    """What a field or box is called: its own name, else its placeholder, else the text next to it."""
    if field.name or field.placeholder:
        return field.name or field.placeholder
    said = text_next_to(field)
    return said.said if said else ""


def text_next_to(control: Node) -> Node | None:
    """The text that a person reads as the caption of a control without a name.

    Looked for in its line, then in its cell, then in its row; after a box, before any other field; never beyond another control.
    """
    at = control
    for _ in range(4):
        holder = at.parent
        if holder is None or at.role in _EDGES:
            return None
        number = next(number for number, child in enumerate(holder.children) if child is at)
        sides: list[Sequence[Node]] = [holder.children[number + 1 :], holder.children[:number][::-1]]
        for side in sides if control.role in BOXES else sides[::-1]:
            if said := _first_text(side, control.role):
                return said
        if any(child is not at and has_field(child) for child in holder.children):
            return None
        at = holder
    return None


def _first_text(side: Sequence[Node], role: str) -> Node | None:
    """The first words of one side. Fields without a name that stand together share their caption, so that none is taken for the other."""
    for sibling in side:
        fields = [node for node in sibling.walk() if node.role in FIELDS and node.role != "option"]
        if len(fields) == 1 and fields[0].role == role and not fields[0].name and not fields[0].placeholder and _only(sibling, fields[0]):
            continue
        if fields or sibling.role in ("button", "group", "list", "tree"):
            return None
        if _WORD.search(sibling.words):
            return sibling
    return None


def _only(holder: Node, field: Node) -> bool:
    """Whether a field is all there is in what holds it."""
    return holder is field or holder.words == field.words


def has_field(node: Node) -> bool:
    return any(each.role in FIELDS for each in node.walk())


def own_words(item: Node) -> str:
    """What a tree item or entry says itself, without what the items in it say."""
    parts: list[str] = []
    waiting = [item]
    while waiting:
        node = waiting.pop()
        if node is not item and node.role in ("group", "treeitem", "tree", "list", "menu"):
            continue
        if not node.children and node.role not in ("img", *BOXES) and node is not item and not node.hidden:
            parts.append(node.text or node.name)
        waiting.extend(reversed(node.children))
    return " ".join(part for part in parts if part) or item.text or item.name


def pressables(look: Look, within: Node | None = None) -> Iterator[Node]:
    """Everything a person may press, each nest once: what is inside another and says the same is left out."""
    for node in (within or look.root).walk():
        if node.is_pressable and not any(above.is_pressable and above.words == node.words for above in node.above()):
            yield node


def innermost(nodes: Sequence[Node]) -> list[Node]:
    """Of nodes that hold one another, the inner ones."""
    return [node for node in nodes if not any(other is not node and node.holds(other) for other in nodes)]


def in_table(node: Node) -> bool:
    """Whether it stands in a list of data. A table that holds another one is a layout, not a list."""
    row = next((above for above in node.above() if above.role == "row"), None)
    table = next((above for above in row.above() if above.role in ("table", "grid", "treegrid")), None) if row else None
    return table is not None and any(each.role == "columnheader" for each in table.walk())
