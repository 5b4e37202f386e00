"""Pictures of a page with controls outlined: what people typed is never to be seen, and what may be a patient's is covered."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from playwright.sync_api import Error, Locator, Page

HIDE_VALUES = """
input:not([type="checkbox"], [type="radio"], [type="submit"], [type="button"], [type="reset"]), textarea, [contenteditable],
[role="textbox"], [role="searchbox"] {
  color: transparent !important; -webkit-text-fill-color: transparent !important; text-shadow: none !important;
}
"""
"""Playwright puts it into every frame and shadow root while a picture is taken."""
TALLEST = 2200
"""Pixels of a page that a picture shows at most."""
LARGEST_HOLE = 120_000
"""Square pixels that a control may leave uncovered; what is larger holds other things than its own caption."""


@dataclass(frozen=True)
class Mark:
    """A control to outline. ``opens``: it is left uncovered on a covered page."""

    label: str
    locator: Locator
    good: bool = True
    opens: bool = True


def outlined(page: Page, marks: Sequence[Mark], *, covered: bool) -> bytes | None:
    """A picture (PNG) of the page with these controls outlined. ``covered``: all but them is covered before it is taken.

    ``None`` where it cannot be taken; never raises for a reason of the page.
    """
    name = f"portal-bot-{secrets.token_hex(6)}"
    try:
        wide, high = page.evaluate(_script(), {"marks": _places(marks), "covered": covered, "id": name})
        try:
            clip = {"x": 0, "y": 0, "width": wide, "height": min(high, TALLEST)}
            return page.screenshot(full_page=True, clip=clip, style=HIDE_VALUES, animations="disabled", timeout=10_000)  # type: ignore[arg-type]
        finally:
            page.evaluate("(id) => document.getElementById(id)?.remove()", name)
    except Error:
        return None


def snapshot(page: Page) -> str:
    """What accessibility tells of the page, in all its frames, for finding out what is called how. Never kept as it is: it holds
    what was typed."""
    said = []
    for frame in page.frames:
        try:
            said.append(frame.locator("body").aria_snapshot(timeout=3000))
        except Error:
            continue
    return "\n".join(said)


def _places(marks: Sequence[Mark]) -> list[dict[str, object]]:
    placed: list[dict[str, object]] = []
    for mark in marks:
        try:
            box = mark.locator.bounding_box(timeout=1000)
        except Error:
            continue
        if box is None:
            continue
        opens = mark.opens and box["width"] * box["height"] <= LARGEST_HOLE
        placed.append({**box, "label": mark.label, "open": opens, "colour": "#0b6e4f" if mark.good else "#b45309"})
    return placed


@cache
def _script() -> str:
    return files("portal_bot.portal.page").joinpath("screenshots.js").read_text(encoding="utf-8")
