"""The part of a page that is the record, and the fields in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.around import BOXES, DIALOGS, FIELDS, caption_of, has_field, in_region
from portal_bot.portal.sight.portal_captions import Captions, node_says, says


def record_of(look: Look) -> Node:
    """The record: the last dialog that holds fields, else the whole page."""
    dialogs = [dialog for dialog in look.with_role(*DIALOGS) if has_field(dialog)]
    return dialogs[-1] if dialogs else look.root


def is_record(look: Look, captions: Captions) -> bool:
    """Whether the page shows a record: a window with fields, a part captioned "Permissions", or a form with a Save."""
    if record_of(look) is not look.root or permissions_part(look, captions) is not None:
        return True
    typed = [node for node in parts(look) if node.role == "textbox" and not node.hidden and not says(caption_of(node), captions.search)]
    return len(typed) > 1 and any(node_says(node, captions.save) for node in parts(look) if node.is_pressable)


def parts(look: Look) -> Iterator[Node]:
    """Every node of the record that is not of the menu or the top line around it."""
    record = record_of(look)
    outside = {id(node) for node in record.below() if in_region(node)} if record is look.root else set()
    skipped = -1
    for node in record.walk():
        if node.place <= skipped or id(node) in outside:
            continue
        if node is not record and node.role in DIALOGS:
            skipped = max(each.place for each in node.walk())
            continue
        yield node


@dataclass(frozen=True)
class Field:
    """A field of the record with its caption and what it holds."""

    node: Node
    caption: str
    value: str


def text_fields(look: Look) -> list[Field]:
    """The boxes to type into and the drop-downs, with their captions. Rows of people next to the record have none."""
    return [
        Field(node, caption_of(node), value_of(node))
        for node in parts(look)
        if node.role in FIELDS and node.role not in BOXES and not (node.role == "listbox" and not node.children)
    ]


def value_of(node: Node) -> str:
    """What a field holds: its text, or what is selected in it."""
    selected = [option.name for option in node.below() if option.role == "option" and option.selected]
    if any(child.role == "option" for child in node.below()):
        return " | ".join(selected)
    return node.text or (node.words if node.children else "")


def permissions_part(look: Look, captions: Captions) -> Node | None:
    """The part captioned "Permissions" with all that is under this caption; the smallest one that has boxes or groups."""
    heads = [
        node for node in parts(look) if says(node.name or node.text, captions.permissions) and node.role not in ("link", "tab", "menuitem")
    ]
    best: Node | None = None
    for head in heads:
        for holder in (head, *head.above()):
            if holder.role in ("page", "iframe", "main", "form") or any(each is holder for each in heads if each is not head):
                break
            if any(each.is_pressable or each.role in BOXES for each in holder.below() if each is not head):
                best = holder if best is None or len(list(holder.walk())) < len(list(best.walk())) else best
                break
    if best is None:
        tabs = [node for node in parts(look) if node.role == "tab" and node.selected and says(node.said, captions.permissions)]
        panels = [node for node in parts(look) if node.role == "tabpanel"]
        best = panels[0] if tabs and len(panels) == 1 else None
    return best
