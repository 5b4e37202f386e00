"""Save, and what the page says after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer, Candidate, choose
from portal_bot.portal.sight.around import DIALOGS, dialog_of, has_field, in_region, in_table, pressables
from portal_bot.portal.sight.portal_captions import Captions, node_says, rank_of, sayings, says
from portal_bot.portal.sight.records.scope import record_of


def save_button(look: Look, captions: Captions, box: Node | None = None) -> Answer[Node]:
    """The Save of the record: in the window of the box, and after it in reading order where a page has one above and one below."""
    record = record_of(look)
    within = dialog_of(box) if box is not None else (record if record is not look.root else None)
    found = []
    for node in pressables(look, within):
        if node.role in ("checkbox", "switch", "option", "combobox") or (within is None and (in_region(node) or dialog_of(node))):
            continue
        ranks = [rank for said in sayings(node) if (rank := rank_of(said, captions.save)) is not None]
        if ranks and (box is None or node.frame == box.frame):
            found.append((min(ranks), node))
    best = [node for rank, node in found if rank == min(rank for rank, _ in found)]
    mark = box.place if box is not None else _last_field(record)
    after = [node for node in best if node.place > mark]
    one = after if after else best
    why = '"{}" saves' + (", the one after the box" if len(best) > len(one) else "")
    return choose([Candidate(0, node, why.format(node.said)) for node in one], "Save")


def _last_field(record: Node) -> int:
    return max((node.place for node in record.walk() if node.role in ("textbox", "checkbox", "switch", "combobox", "treeitem")), default=-1)


def save_question(before: Look, after: Look, captions: Captions) -> Answer[Node]:
    """The "yes" of a window that came up on Save and only asks whether to save. Any other question is not answered."""
    old = {node.ref for node in before.nodes}
    found = []
    for window in after.with_role(*DIALOGS):
        if window.ref in old or has_field(window) or not says(window.words, captions.save_question):
            continue
        found += [node for node in pressables(after, window) if node_says(node, captions.confirm) and not node_says(node, captions.leave)]
    return choose([Candidate(0, node, f'"{node.said}" answers whether to save') for node in found], "the answer to a question on Save")


@dataclass(frozen=True)
class Notice:
    """Something that the page said after a press and did not say before."""

    text: str
    kind: Literal["saved", "refused", "other"]
    node: Node


def notices(before: Look | None, after: Look, captions: Captions) -> tuple[Notice, ...]:
    """What the page newly says: every message in a place for messages, and every line that tells of saving or of failing."""
    old = {_text(node) for node in before.nodes} if before else set()
    found: list[Notice] = []
    for node in after.nodes:
        text = _text(node)
        if not text or text in old or len(text) > 300 or any(notice.node.holds(node) for notice in found):
            continue
        if any(above.role in ("option", "textbox", "combobox", "listbox") for above in (node, *node.above())) or in_table(node):
            continue
        message = any(above.role in ("status", "alert", "log") for above in (node, *node.above()))
        kind = _kind(text, captions)
        if _is_line(node) and (message or (kind != "other" and not node.is_pressable and node.role != "heading" and not in_region(node))):
            found.append(Notice(text, kind, node))
    return _worded(found)


_INLINE = frozenset(["text", "link", "strong", "emphasis", "code", "mark", "generic", "img"])


def _is_line(node: Node) -> bool:
    """A line of text, also with a link or bold words in it; or a place for messages."""
    inline = all(not child.children and child.role in _INLINE for child in node.children)
    return inline and (not node.children or any(child.role == "text" for child in node.children) or node.role in ("status", "alert"))


def _text(node: Node) -> str:
    return " ".join((node.words if node.children else node.text or node.name).split())


def _kind(text: str, captions: Captions) -> Literal["saved", "refused", "other"]:
    if says(text, captions.refused):
        return "refused"
    return "saved" if says(text, captions.saved) else "other"


def _worded(found: Sequence[Notice]) -> tuple[Notice, ...]:
    """Each message once."""
    return tuple({notice.text: notice for notice in reversed(found)}.values())[::-1]
