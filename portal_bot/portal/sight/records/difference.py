"""What differs between two looks at one record, and what of it follows from the wanted box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.look.node import State
from portal_bot.portal.sight.around import BOXES, FIELDS, caption_of
from portal_bot.portal.sight.portal_captions import Said, says
from portal_bot.portal.sight.records.permission import Box, all_boxes, caption_of_box
from portal_bot.portal.sight.records.scope import parts, value_of


@dataclass(frozen=True)
class Change:
    """A field that differs. ``before`` or ``after`` is ``None`` where it is on one of the two looks only."""

    caption: str
    before: str | State | None
    after: str | State | None
    node: Node


def differences(before: Look, after: Look, volatile: Said = ()) -> tuple[Change, ...]:
    """Every field of the record that differs. ``volatile``: captions of fields that change by themselves."""
    old, new = _fields(before), _fields(after)
    keys = [key for key in dict.fromkeys([*old, *new]) if not says(key[1], volatile)]
    return tuple(
        Change(key[1], old[key][1] if key in old else None, new[key][1] if key in new else None, (new.get(key) or old[key])[0])
        for key in keys
        if key not in old or key not in new or old[key][1] != new[key][1]
    )


Key = tuple[str, str, int]


def _fields(look: Look) -> dict[Key, tuple[Node, str | State]]:
    """Every field and box with its value, by the groups it is in, its caption and its number among those alike."""
    seen: Counter[tuple[str, str]] = Counter()
    boxes = {id(box.node): box for box in all_boxes(look)}
    found: dict[Key, tuple[Node, str | State]] = {}
    for node in parts(look):
        caption: str
        value: str | State
        if id(node) in boxes:
            caption, value = boxes[id(node)].caption, boxes[id(node)].on
        elif node.role == "radio":
            caption, value = caption_of_box(node), bool(node.checked)
        elif node.role in FIELDS and node.role not in BOXES:
            caption, value = caption_of(node), value_of(node)
        else:
            continue
        path = " › ".join(
            above.name for above in reversed(list(node.above())) if above.name and above.role in ("group", "region", "radiogroup")
        )
        seen[path, caption] += 1
        found[path, caption, seen[path, caption]] = (node, value)
    return found


def follows(wanted: Node, other: Node) -> bool:
    """Whether the state of another box follows from that of the wanted one: it heads the branch that holds it.

    In a nested tree it is the box of a tree item (or of the head of a group) around the wanted one. In a flat tree it comes
    before it, higher by its level or less indented, with nothing of its own rank or higher between. A neighbor does not follow.
    """
    if other is wanted or wanted.holds(other):
        return False
    if item := _item(other):
        mine = _item(wanted)
        if mine is not None and item is not mine and item.holds(mine):
            return True
        if item.holds(wanted) and item is not mine:
            return True
    if _heads_group(other, wanted):
        return True
    return any(head is other for head in _heads(wanted))


def _item(node: Node) -> Node | None:
    return next((above for above in (node, *node.above()) if above.role in ("treeitem", "listitem", "row")), None)


def _heads_group(other: Node, wanted: Node) -> bool:
    """Whether the box comes first in a group (or is its caption's box) that holds the wanted one further down."""
    if other.role not in BOXES:
        return False
    for holder in other.above():
        if holder.role in ("page", "iframe", "main", "form", "table", "grid", "dialog"):
            return False
        boxes = [node for node in holder.below() if node.role in BOXES]
        if holder.holds(wanted):
            line = next(child for child in holder.children if child.holds(other))
            inner = next(child for child in holder.children if child.holds(wanted))
            alone = sum(node.role in BOXES for node in line.walk()) == 1
            lower = sum(node.role in BOXES for node in inner.walk()) > 1 or inner.role in ("group", "list")
            return boxes[0] is other and line is not inner and alone and lower
    return False


def _heads(wanted: Node) -> list[Node]:
    """In a flat tree: the boxes that head the wanted one, from the inside out."""
    holder = _item(wanted)
    tree = next((above for above in (holder or wanted).above() if above.role in ("tree", "treegrid", "table", "grid")), None)
    if tree is None or holder is None:
        return []
    lines = [node for node in tree.below() if node.role in ("treeitem", "row") and node.place < holder.place]
    heads: list[Node] = []
    depth = _depth(holder, wanted)
    for line in reversed(lines):
        box = next((node for node in line.walk() if node.role in BOXES), line)
        here = _depth(line, box)
        if here is None or depth is None or here[0] != depth[0]:
            break
        if here[1] < depth[1]:
            heads.append(box)
            depth = here
    return heads


def _depth(line: Node, box: Node) -> tuple[str, int] | None:
    """How deep a line of a flat tree is: by its level, else by how far its box is indented."""
    if line.level:
        return "level", line.level
    return ("indent", box.box.x) if box.box else None


def strays(before: Look, after: Look, wanted: Collection[Box], volatile: Said = ()) -> tuple[Change, ...]:
    """Of what differs, what neither is a wanted box nor follows from one. Boxes are those of the look after."""
    ours = [box.node for box in wanted]
    return tuple(
        change for change in differences(before, after, volatile)
        if not any(change.node is node or node.holds(change.node) or follows(node, change.node) for node in ours)
        and not _is_ours(change, wanted)
    )  # fmt: skip


def _is_ours(change: Change, wanted: Collection[Box]) -> bool:
    """A wanted box on the look before, where it does not stand on the one after."""
    return any(change.after is None and change.node.role == box.node.role and change.caption == box.caption for box in wanted)
