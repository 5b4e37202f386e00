"""Where on the portal one is and can go: the practice, the menu, the heading of a list."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer, Candidate, choose, nothing
from portal_bot.portal.sight.around import FIELDS, in_region, in_table, innermost, pressables, text_next_to
from portal_bot.portal.sight.portal_captions import Captions, Said, node_says, sayings, says
from portal_bot.portal.sight.records.scope import record_of

STEPS = re.compile(r"\s*[/›»>:|]\s*")
_SEPARATOR = re.compile(r"^\s*[/›»>]|[/›»>]\s*$")
_COUNT = re.compile(r"\s*[(\[]?\d+[)\]]?\s*$")
_SIGNS = re.compile(r"^[\W_]+|[\W_]+$")


@dataclass(frozen=True)
class Chooser:
    """Something that chooses one of several entries, and what it shows as chosen. ``entries``: those that it lists already."""

    node: Node
    chosen: str
    entries: tuple[Node, ...] = ()


def practice_chooser(look: Look, practices: Sequence[str], captions: Captions) -> Answer[Chooser]:
    """What chooses the practice: whatever can be pressed and says one of the practices, or is captioned as their chooser.

    ``practices``: those that are known. Where several can be pressed, a drop-down is open: the chooser is what was there before.
    """
    known = tuple(practices)
    found: list[Candidate[Chooser]] = []
    for node in pressables(look):
        if node.role in ("option", "treeitem", "tab") or in_table(node) or _is_open_list(node):
            continue
        chooser = chooser_of(node)
        names = [name for name in known if _names(chooser, name)]
        drop_down = node.role in ("combobox", "listbox") or node.expanded or any(each.role == "combobox" for each in node.below())
        captioned = says(caption_before(node), captions.practice)
        if names and (drop_down or captioned):
            found.append(Candidate(0, _choosing(chooser, known), f'it shows "{names[0]}" and opens a list'))
        elif names:
            found.append(Candidate(2, _choosing(chooser, known), f'it can be pressed and says "{names[0]}"'))
        elif captioned and (drop_down or node.role == "button"):
            found.append(Candidate(1, chooser, f'"{caption_before(node)}" is its caption'))
        elif drop_down and known and _is_at_the_top(node) and not _filters(node, captions):
            found.append(Candidate(3, chooser, f'it is the drop-down at the top, and shows "{chooser.chosen}"'))
    outer = [each for each in found if not any(other.rank <= each.rank and _around(other, each) for other in found)]
    return choose(outer, "the chooser of the practice")


def _filters(node: Node, captions: Captions) -> bool:
    """Whether it is captioned as the filter of a list."""
    return node_says(node, captions.locations) or says(caption_before(node), captions.locations)


TOP = 120
"""Pixels from the top of a window or frame within which a line at the top is drawn."""


def _is_at_the_top(node: Node) -> bool:
    """Whether it is in the line at the top of the page, where the article has the choice of the practice."""
    if any(above.role in ("main", "navigation", "complementary", "dialog", "alertdialog") for above in node.above()) or _is_a_dot(node):
        return False
    return any(above.role == "banner" for above in node.above()) or (node.box is not None and node.box.y >= 0 and node.box.bottom < TOP)


def _is_a_dot(node: Node) -> bool:
    """Whether a drop-down is there for screen readers only: kits keep the native one behind their own, a pixel wide."""
    return node.hidden or (node.box is not None and node.box.width < 3)


def _around(outer: Candidate[Chooser], inner: Candidate[Chooser]) -> bool:
    """Whether one chooser is the frame around another: kits draw a frame that can be pressed around the box that holds the focus."""
    return outer is not inner and outer.thing.node.holds(inner.thing.node)


def _is_open_list(node: Node) -> bool:
    """Whether it is the list that a drop-down has opened. The entries of a native one are not drawn."""
    return node.role == "listbox" and any(each.role == "option" and each.box and each.box.width for each in node.children)


def chooser_of(node: Node) -> Chooser:
    """A drop-down with what it shows: the selected option of a native one, else its text without the signs in it."""
    options = tuple(each for each in node.below() if each.role == "option")
    selected = [option.name for option in options if option.selected]
    if options:
        return Chooser(node, selected[0] if selected else "", options)
    leaves = [each for each in node.walk() if not each.children and not each.hidden]
    said = [each.text or ("" if each.role in FIELDS and each is not node else each.name) for each in leaves]
    texts = [text for text in said if re.search(r"\w", text)]
    return Chooser(node, texts[0] if texts else node.name)


def caption_before(node: Node) -> str:
    """A caption in front of a drop-down, in its own name ("Practice: Meadowlark") or in its line."""
    said = text_next_to(node)
    return said.said if said is not None and len(said.said) < 40 else node.name


def _names(chooser: Chooser, practice: str) -> bool:
    wanted = (practice,)
    if chooser.entries:
        return any(says(entry.said, wanted) for entry in chooser.entries)
    said = (chooser.chosen, *sayings(chooser.node), *(each.text or each.name for each in chooser.node.below() if not each.children))
    return any(says(part, wanted) for text in said for part in (text, *STEPS.split(text, maxsplit=1)[1:]))


def _choosing(chooser: Chooser, known: Said) -> Chooser:
    exact = next((name for name in known if not chooser.entries and _names(chooser, name)), None)
    return Chooser(chooser.node, exact or chooser.chosen, chooser.entries)


def entry(look: Look, caption: Said, before: Look | None = None, chooser: Node | None = None) -> Answer[Node]:
    """An entry of what was just opened: it says the caption and was not there before.

    ``before``: the look before the press; without it everything on the page may be the entry. ``chooser``: what was pressed, as it
    is on this look. A page that is drawn anew has new refs, so what says the same must also be there more often than before.
    """
    old = {node.ref for node in before.nodes if node.ref} if before else set()
    more = _said_how_often(look)
    more.subtract(_said_how_often(before) if before else {})
    new = [
        node for node in look.nodes
        if node.ref and node.ref not in old and more[node.role, node.said] > 0 and node_says(node, caption)
        and not (chooser and (node.holds(chooser) or chooser.holds(node)) and node.role != "option")
    ]  # fmt: skip
    pressed = innermost([node for node in new if node.is_pressable])
    ranked = [Candidate(0, node, f'"{node.said}" came up') for node in pressed]
    words = [Candidate(1, node, f'the words "{node.said}" came up') for node in innermost(new)]
    return choose(ranked or words, f'the entry "{caption[0]}"')


def menu_opener(look: Look, captions: Captions) -> Answer[Node]:
    """What shows a menu that is folded away."""
    found = [node for node in pressables(look) if node_says(node, captions.menu) and not node.expanded and not in_table(node)]
    return choose([Candidate(0, node, f'"{node.said}" opens the menu') for node in found], "what opens the menu")


def _said_how_often(look: Look) -> Counter[tuple[str, str]]:
    return Counter((node.role, node.said) for node in look.nodes if not any(child.said == node.said for child in node.children))


def navigation_entry(look: Look, caption: Said) -> Answer[Node]:
    """The menu entry with a caption: in the menu of the page rather than anywhere else on it."""
    found = []
    for node in pressables(look):
        said = [_COUNT.sub("", text) for text in (*sayings(node), own_text(node))]
        if node.disabled or not any(says(text, caption) for text in said):
            continue
        if _is_step(node) or _is_back(node) or (_is_picture(node) and node.said not in caption):
            continue
        rank = 0 if node.role == "tab" or in_region(node) else 1 if not _is_heading(node) else 2
        found.append(Candidate(rank, node, f'"{node.said}" can be pressed' + (" in the menu" if rank == 0 else "")))
    nested = innermost([candidate.thing for candidate in found])
    return choose([candidate for candidate in found if candidate.thing in nested], f'the menu entry "{caption[0]}"')


def own_text(node: Node) -> str:
    """What a menu entry says itself where the entries of its submenu stand in it."""
    return node.name if node.children and any(child.role in ("group", "menu", "list") for child in node.children) else ""


def _is_step(node: Node) -> bool:
    """Whether it is a step of a path ("Home / Users / 47"), which leads back and not on."""
    for at in (node, *list(node.above())[:2]):
        siblings = at.parent.children if at.parent else ()
        if any(_SEPARATOR.search(each.said) for each in siblings if each is not at and not each.children):
            return True
    return False


def _is_back(node: Node) -> bool:
    """Whether an arrow says that it leads back to where one came from."""
    return re.match(r"^\s*[←‹«<❮]", node.said) is not None


def _is_picture(node: Node) -> bool:
    """Whether nothing but a picture's name says it."""
    leaves = [each for each in node.walk() if not each.children]
    return leaves != [node] and all(each.role == "img" for each in leaves)


def _is_heading(node: Node) -> bool:
    return any(above.role == "heading" for above in node.above())


@dataclass(frozen=True)
class Heading:
    """A heading that says which list, or whose record of which list, the page shows."""

    node: Node
    list: str


def list_heading(look: Look, captions: Captions) -> Answer[Heading]:
    """Which list the page says it shows: a heading, a selected tab, or the last step of a path ("User Administration / Roles")."""
    found = []
    for node in record_of(look).walk():
        heads = node.role == "heading" or (node.role == "tab" and node.selected)
        path = not node.children and node.role in ("text", "generic", "paragraph", "listitem") and STEPS.search(node.said) is not None
        if not (heads or path) or any(above.is_pressable or above.role == "heading" for above in node.above()):
            continue
        if node.is_pressable and not heads:
            continue
        last = STEPS.split(node.said)[-1]
        for name, caption in captions.lists.items():
            if says(last, caption):
                found.append(Candidate(0 if heads else 1, Heading(node, name), f'"{node.said}" heads the page'))
    distinct = {candidate.thing.list for candidate in found if candidate.rank == min(each.rank for each in found)}
    if len(distinct) == 1:
        return Answer(found[0].thing, found[0].why, tuple(candidate.thing for candidate in found[1:]))
    return choose(found, "the heading of a list") if found else nothing("no heading names a list")
