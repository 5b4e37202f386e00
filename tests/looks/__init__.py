"""The corpus: saved looks of every page of the portals in the tests, each with what is what on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from portal_bot.portal.look import Look, Node, parse

CORPUS = Path(__file__).parent


@dataclass(frozen=True)
class Saved:
    """One saved look. ``truth`` says which node answers which question; what it does not name must not be found."""

    site: str
    page: str
    text: str
    truth: dict[str, Any]

    @property
    def look(self) -> Look:
        return parsed(self.text)

    def __str__(self) -> str:
        return f"{self.site}/{self.page}"


@cache
def parsed(text: str) -> Look:
    return parse(text)


@cache
def corpus() -> tuple[Saved, ...]:
    """Every saved look, by site and page."""
    return tuple(_saved())


def _saved() -> Iterator[Saved]:
    for truth in sorted(CORPUS.glob("*/*.json")):
        text = truth.with_suffix(".yaml").read_text(encoding="utf-8")
        yield Saved(truth.parent.name, truth.stem, text, json.loads(truth.read_text(encoding="utf-8")))


def at(look: Look, where: str) -> Node:
    """The node that a truth names: ``ref``, or ``ref|role|words`` for one without a ref, by that of what holds it."""
    ref, *inside = where.split("|", 2)
    node = look.by_ref(ref)
    assert node is not None, f"there is no {where}"
    if not inside:
        return node
    if node.name == inside[1]:  # merged into its holder
        return node
    return next(each for each in node.below() if each.role in (inside[0], "generic") and inside[1] in (each.name, each.text))
