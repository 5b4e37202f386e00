"""Looks with one node taken out, or there twice."""

from __future__ import annotations

from dataclasses import replace

from portal_bot.portal.look import Look, Node
from portal_bot.portal.look.parse import numbered


def without(look: Look, *targets: Node) -> Look:
    """The look as if some nodes were not on the page."""
    return Look(numbered(_rebuilt(look.root, {id(target) for target in targets}, twice=False)))


def doubled(look: Look, target: Node) -> Look:
    """The look as if a node were there twice, side by side."""
    return Look(numbered(_rebuilt(look.root, {id(target)}, twice=True)))


def _rebuilt(node: Node, targets: set[int], *, twice: bool) -> Node:
    children: list[Node] = []
    for child in node.children:
        if id(child) not in targets:
            children.append(_rebuilt(child, targets, twice=twice))
        elif twice:
            children += [copied(child), copied(child, "x")]
    return replace(node, children=tuple(children))


def copied(node: Node, suffix: str = "") -> Node:
    """A copy of a node and all in it, its refs made different by a suffix."""
    ref = node.ref + suffix if node.ref else ""
    return replace(node, ref=ref, children=tuple(copied(child, suffix) for child in node.children))
