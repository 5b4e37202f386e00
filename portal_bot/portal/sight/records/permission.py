"""The box of a permission, and its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.look.node import State
from portal_bot.portal.sight.answer import Answer, Candidate, choose
from portal_bot.portal.sight.around import own_words, text_next_to
from portal_bot.portal.sight.portal_captions import Captions, Said, says
from portal_bot.portal.sight.records.scope import parts, permissions_part


@dataclass(frozen=True)
class Box:
    """A permission on the record. ``press``: what a hand presses to turn it on, ``press_off`` to turn it off."""

    node: Node
    on: State
    enabled: bool
    press: Node
    press_off: Node
    caption: str


def permission_box(look: Look, permission: str, captions: Captions) -> Answer[Box]:
    """The box captioned with the whole name of a permission: a check box, a switch, a tree item, a pressed button, a pair of radios.

    Where only its words show (a box drawn by other means, which the tree does not have), they are the answer's rivals.
    """
    wanted = (permission,)
    found = [Candidate(rank, box, f'{box.node.role} "{box.caption}"') for rank, box in _boxes(look, wanted, captions)]
    if found:
        return choose(found, f'the box "{permission}"')
    words = [
        node for node in parts(look) if not node.children and says(node.text or node.name, wanted) and node.role in ("text", "generic")
    ]
    why = f'no box says "{permission}"' + (", its words alone are there" if words else "")
    return Answer(None, why, tuple(Box(node, False, False, node, node, permission) for node in words[:1]))


def all_boxes(look: Look) -> list[Box]:
    """Every box of the record with its caption and state."""
    nodes = [node for node in parts(look) if _is_box(node)]
    common = Counter(node.name for node in nodes if node.name)
    return [_box(node, caption_of_box(node, common)) for node in nodes]


def _is_box(node: Node) -> bool:
    """A tree item counts where its tree has no boxes: a box inside its tree item is one box with it."""
    if node.role in ("checkbox", "switch", "menuitemcheckbox"):
        return True
    if node.role == "treeitem":
        tree = next((above for above in node.above() if above.role in ("tree", "treegrid")), node)
        return not any(each.role in ("checkbox", "switch") for each in tree.below())
    return node.role == "button" and bool(node.pressed)


def caption_of_box(node: Node, common: Counter[str] | None = None) -> str:
    """What a box is called. A name that many boxes share ("Check State") is none; then its tree item or the text next to it says it."""
    if node.role != "treeitem" and node.name and not (common and common[node.name] > 2):
        return node.name
    return _said_around(node) or node.name


def _said_around(node: Node) -> str:
    """What its tree item says, else the text next to it."""
    item = next((above for above in (node, *node.above()) if above.role in ("treeitem", "row", "listitem")), None)
    if item is not None and item.role == "treeitem":
        return own_words(item)
    said = text_next_to(node)
    return said.said if said is not None else ""


def _boxes(look: Look, wanted: Said, captions: Captions) -> Iterator[tuple[int, Box]]:
    part = permissions_part(look, captions)
    nodes = [node for node in parts(look) if _is_box(node)]
    common = Counter(node.name for node in nodes if node.name)
    trees = any(node.checked or node.selected for node in nodes if node.role == "treeitem")
    for node in nodes:
        caption = caption_of_box(node, common)
        if says(caption, captions.select_all) or (node.role == "treeitem" and not trees and part is None):
            continue
        elsewhere = 0 if part is None or part.holds(node) else 1
        if says(caption, wanted):
            yield elsewhere, _box(node, caption)
        elif wanted[0].casefold() in node.name.casefold() and says(
            said := _said_around(node), wanted
        ):  # "Select Messaging" next to "Messaging"
            yield elsewhere, _box(node, said)
    yield from ((0 if part is None or part.holds(pair.node) else 1, pair) for pair in _radio_pairs(look, wanted, captions))
    yield from ((0, _box(node, node.said)) for node in _toggles(part, wanted))


def _box(node: Node, caption: str) -> Box:
    state = node.checked or node.pressed or (node.role == "treeitem" and node.selected)
    enabled = not node.disabled and not any(above.disabled for above in node.above())
    press = node if node.ref else _pressed_instead(node)
    return Box(node, state, enabled, press, press, caption)


def _pressed_instead(node: Node) -> Node:
    """Where a box is drawn by other means and has no place of its own: the label that holds it, else the text next to it."""
    label = next((above for above in list(node.above())[:3] if above.ref and above.pointer), None)
    said = text_next_to(node)
    return label or (said if said is not None and said.ref else None) or next((above for above in node.above() if above.ref), node)


def _radio_pairs(look: Look, wanted: Said, captions: Captions) -> Iterator[Box]:
    """Two radios, Yes and No, in a group that has the permission's name, or after its words in one line."""
    seen: set[int] = set()
    for radio in parts(look):
        if radio.role != "radio":
            continue
        holder = next((above for above in radio.above() if sum(each.role == "radio" for each in above.below()) > 1), None)
        if holder is None or id(holder) in seen:
            continue
        seen.add(id(holder))
        radios = [each for each in holder.below() if each.role == "radio"]
        on = [each for each in radios if says(each.name or caption_of_box(each), captions.yes)]
        off = [each for each in radios if says(each.name or caption_of_box(each), captions.no)]
        if len(radios) != 2 or len(on) != 1 or len(off) != 1:
            continue
        heads = [holder.name, *(said.said for said in (text_next_to(holder), _before(radios[0])) if said is not None)]
        if any(says(head, wanted) for head in heads):
            enabled = not on[0].disabled and not off[0].disabled
            yield Box(holder if holder.ref else on[0], bool(on[0].checked), enabled, on[0], off[0], wanted[0])


def _before(radio: Node) -> Node | None:
    siblings = radio.parent.children if radio.parent else ()
    before = [each for each in siblings if each.place < radio.place and each.words.strip() and each.role != "radio"]
    return before[-1] if before else None


def _toggles(part: Node | None, wanted: Said) -> Iterator[Node]:
    """Buttons that stay pressed: one that is not pressed is known by those next to it that are."""
    if part is None:
        return
    for node in part.below():
        plain = node.role == "button" and not node.pressed and not node.expanded and says(node.said, wanted)
        if plain and node.parent and any(each.pressed for each in node.parent.walk()):
            yield node
