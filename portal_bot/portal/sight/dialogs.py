"""Screens that lie over the page: a survey, terms, a session about to end, an announcement."""

from __future__ import annotations

from dataclasses import dataclass

from portal_bot.portal.look import Look, Node
from portal_bot.portal.sight.answer import Answer, Candidate, choose
from portal_bot.portal.sight.around import dialog_of, has_field, in_region, pressables
from portal_bot.portal.sight.portal_captions import Captions, node_says, rank_of, sayings, says


@dataclass(frozen=True)
class Interruption:
    """A screen over the page, and what a person presses to be rid of it."""

    kind: str
    press: Node
    window: Node | None


def interruption(look: Look, captions: Captions) -> Answer[Interruption]:
    """The way out of a screen that lies over the page. A window with fields is a record, not an interruption."""
    found = []
    for node in pressables(look):
        if node.role not in ("button", "link", "generic") or in_region(node):
            continue
        window = dialog_of(node)
        if window is not None and (has_field(window) or _is_at_work(window, captions)):
            continue
        for rank, (kind, said) in enumerate(captions.ways_out.items()):
            if kind == "cookies" and not any(says(above.words, captions.cookies) for above in list(node.above())[:3]):
                continue
            if node_says(node, said) and (window is not None or kind != "notice"):
                better = min(order for text in sayings(node) if (order := rank_of(text, said)) is not None)
                found.append(
                    Candidate(10 * rank + better, Interruption(kind, node, window), f'"{node.said}" ends a screen over the page ({kind})')
                )
                break
    return choose(found, "a screen over the page")


def _is_at_work(window: Node, captions: Captions) -> bool:
    """Whether a window asks or does something of its own: it can be saved or left, or is still loading. A record that slides in is."""
    commands = (*captions.save, *captions.leave[:1])
    return any(
        (node.role == "button" and node_says(node, commands) and not node_says(node, captions.ways_out["notice"]))
        or (not node.children and says(node.said, captions.loading))
        for node in window.below()
    )  # fmt: skip
