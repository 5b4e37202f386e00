"""One press of the mouse on what stands in plain sight.

Playwright's own click waits two frames to see that the element does not move, which takes 35 ms of its 45. Here the page
itself lets the press through only if it hits the element, wherever that has moved to; where something is in the way, or a
frame holds the element, Playwright's click is left to do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Error, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from portal_bot.portal.browser.playwright_errors import is_gone
from portal_bot.portal.controls.control import Found
from portal_bot.portal.dom.page_script import in_frame, on_element

COVERED = 2.0
"""Seconds after which a control that something else covers is given up for the moment."""


AIM = {"arm": True, "ticks": False}
"""What ``aim`` is asked before a press."""


def aim_at_box(wanted: bool) -> dict[str, Any]:
    """What ``aim`` is asked before a check box is pressed."""
    return {"arm": True, "by_label": True, "unless": wanted}


def press_in_sight(target: Found | Locator, page: Page, *, timeout: float, ticks: bool = False) -> bool:
    """Presses; false where nothing was pressed, since something is in the way. ``timeout`` in seconds, for the element to be there.

    ``ticks``: what boxes are on before is kept in the page, for the next reading of the record to compare.
    """
    aim = {**AIM, "ticks": ticks}
    at = target.ask("aim", aim, timeout=timeout) if isinstance(target, Found) else on_element(target, "aim", aim, timeout=timeout)
    return bool(at and _pressed(page, at)["hit"])


def press_box(box: Found, page: Page, wanted: bool, *, timeout: float) -> tuple[bool, bool | None]:
    """Presses a check box; a hidden native one by its label, as a person would. Not where it is as wanted already.

    Returns whether it needs no other press (false: something is in the way), and whether it is on now, if that is known.
    """
    at = box.ask("aim", aim_at_box(wanted), timeout=timeout)
    if not at:
        return False, None
    if at.get("done"):
        return True, wanted
    after = _pressed(page, at, box.key)
    return bool(after["hit"]), after["on"]


def _pressed(page: Page, at: Mapping[str, float], key: int | None = None) -> Mapping[str, Any]:
    page.mouse.click(at["x"], at["y"])
    return was_hit(page, key)


def was_hit(page: Page, key: int | None = None) -> Mapping[str, Any]:
    """``hit``: whether the press that was aimed has hit. ``clicked``: whether it ended there too. ``on``: whether the box kept under a
    key is on now."""
    try:
        after: Mapping[str, Any] = in_frame(page.main_frame, "wasHit", key)
    except Error as error:
        if is_gone(error):
            raise
        return {"hit": True, "clicked": True, "on": None}  # the document went away under the question: the press has done something
    return after


def _is_covered(found: Found) -> bool:
    """Whether a press would not reach a control that stands there still."""
    try:
        return not found.ask("aim", {}, timeout=1)
    except Error as error:
        if is_gone(error):
            raise
        return False


def press_unless_covered(found: Found, page: Page, *, timeout: float, begun: Callable[[], bool]) -> bool:
    """Presses; false where something else would have been hit, so that nothing was pressed at all.

    Also where something came up while the button of the mouse was down: then no click was made, nothing has ``begun`` of it, and
    the control is covered now.
    """
    if at := found.ask("aim", AIM, timeout=timeout):
        after = _pressed(page, at)
        if after["hit"]:
            return bool(after["clicked"] or begun() or not _is_covered(found))
    try:
        found.locator.click(timeout=COVERED * 1000, no_wait_after=True)
    except PlaywrightTimeout as error:
        if "intercepts pointer events" in error.message:
            return False
        raise
    return True
