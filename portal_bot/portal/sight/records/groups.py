"""What opens the closed groups of permissions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.around import BOXES, dialog_of, in_region, innermost, own_words, pressables
from portal_bot.portal.sight.portal_captions import Captions, node_says, sayings, says
from portal_bot.portal.sight.records.scope import is_record, parts, permissions_part, record_of

_CLOSED = re.compile(r"^[\s\ue000-\uf8ff]*[+▸►▶⊞❯›˃⏵]\s*")
_OPEN = re.compile(r"^[\s\ue000-\uf8ff]*[-−▾▼▿⊟⌄⏷]\s*")


@dataclass(frozen=True)
class Opener:
    """Something that shows more of the record when it is pressed. ``sure`` is false where its looks alone do not prove it.

    ``sign``: of a tree item whose sign has no node, where the sign is drawn, in pixels of its frame. To press the item itself may
    tick it, and so may its arrow key where it is a leaf.
    """

    node: Node
    caption: str
    everything: bool = False
    sure: bool = True
    sign: tuple[int, int] | None = None


def openers(look: Look, captions: Captions, closed_refs: Collection[str] = ()) -> tuple[Opener, ...]:
    """What opens closed groups, in reading order; "Expand All" first. "Select All" is never one.

    ``closed_refs``: refs that the page itself says are closed; the tree does not print it. Those are sure.
    """
    part = permissions_part(look, captions)
    tabs = [
        Opener(node, node.said)
        for node in parts(look)
        if node.role == "tab" and not node.selected and node_says(node, captions.permissions)
    ]
    if part is None and tabs:
        return tuple(tabs)
    if not is_record(look, captions):
        return ()
    root = part or record_of(look)
    everything = [Opener(node, node.said, everything=True) for node in pressables(look, root) if node_says(node, captions.expand_all)]
    nodes = [node for ref in closed_refs if (node := look.by_ref(ref)) is not None]
    called_closed = [
        Opener(node, own_words(node), sure=node.role != "treeitem", sign=_place_of_sign(node))
        for node in nodes if root.holds(node) and _may_open(node)
    ]  # fmt: skip
    seen = [*_by_sign(root, captions), *(_by_likeness(look, part, captions) if part is not None else ())]
    kept = {id(opener.node): opener for opener in (*seen, *called_closed)}
    inner = innermost([opener.node for opener in kept.values()])
    return (*tabs, *everything, *sorted((kept[id(node)] for node in inner), key=lambda opener: opener.node.place))


def _may_open(node: Node) -> bool:
    """Whether what the page calls closed holds more. Some trees say it of their leaves too; there only groups have a sign."""
    if node.role != "treeitem":
        return node.role not in ("combobox", "textbox", "listbox")
    tree = next((above for above in node.above() if above.role in ("tree", "treegrid")), None)
    return tree is None or _sign(node) is not None or not any(_sign(item) for item in tree.below() if item.role == "treeitem")


SIGN = 12
"""Pixels between the middle of the sign of a tree item and what follows it."""


def _place_of_sign(node: Node) -> tuple[int, int] | None:
    """Left of the first thing that is drawn in a tree item's own line."""
    if node.role != "treeitem" or node.box is None:
        return None
    drawn = [each.box for each in node.walk() if each.box and not each.children and each.role not in ("treeitem", "group")]
    first = min((box for box in drawn if box.y < node.box.y + 40), key=lambda box: box.x, default=node.box)
    return first.x - SIGN, first.middle


def _sign(item: Node) -> Node | None:
    """The picture or arrow of a tree item that comes before its box or words."""
    for node in item.below():
        if node.role in BOXES or (not node.children and re.search(r"\w", node.text) and node.role != "img"):
            return None
        if node.role == "img" or (not node.children and node.said):
            return node
    return None


def _by_sign(root: Node, captions: Captions) -> Iterator[Opener]:
    """A sign of being closed: "Expand ...", a plus, an arrow that points to the side."""
    for node in root.below():
        if not node.ref or in_region(node) or (dialog_of(node) is not dialog_of(root) and root.role not in ("dialog", "alertdialog")):
            continue
        words = sayings(node)
        if node.is_pressable and any(says(said, captions.expand) for said in words):
            yield Opener(node, node.said)
        elif not node.children and _CLOSED.fullmatch(node.text or node.name) and (node.is_pressable or _in_head(node)):
            yield Opener(node, own_words(node.parent) if node.parent else node.said)


def _in_head(node: Node) -> bool:
    """Whether a sign belongs to a tree item or something that can be pressed."""
    return any(above.role == "treeitem" or above.pointer for above in list(node.above())[:4])


def _by_likeness(look: Look, part: Node, captions: Captions) -> Iterator[Opener]:
    """In the part of permissions: what can be pressed, has words, is not open, and is no box, no command and no box's label."""
    commands = (*captions.select_all, *captions.expand_all, *captions.collapse, *captions.save, *captions.leave, *captions.permissions)
    for node in pressables(look, part):
        if (
            node is part
            or node.role in BOXES
            or node.role in ("option", "combobox", "listbox", "textbox", "tab", "treeitem")
            or node.expanded
            or node.disabled
        ):
            continue
        if any(above.role == "treeitem" and above.expanded for above in list(node.above())[:2]):
            continue
        if node.pressed or node_says(node, commands) or any(each.role in BOXES for each in node.walk()) or _OPEN.match(node.said):
            continue
        if not re.search(r"\w", node.said) or _labels_a_box(node) or _is_open_summary(node):
            continue
        if node.url and not node.url.startswith(("#", "javascript:")):
            continue
        item = next((above for above in list(node.above())[:3] if above.role == "treeitem"), None)
        yield Opener(node, own_words(item) if item else node.said, sure=False)


def _labels_a_box(node: Node) -> bool:
    """Whether it is the words of a box that comes right before it."""
    siblings = node.parent.children if node.parent else ()
    before = [each for each in siblings if each.place < node.place]
    boxes = [each for each in before[-1].walk() if each.role in BOXES] if before else []
    return len(boxes) == 1 and before[-1].words in ("", boxes[0].name)


def _is_open_summary(node: Node) -> bool:
    """The head of a group whose content shows: it comes first in a group, and something follows it there."""
    holder = node.parent
    return holder is not None and holder.role == "group" and holder.children[0] is node and len(holder.children) > 1
