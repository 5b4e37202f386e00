"""One press of the mouse on what stands in plain sight.

Playwright's own click waits two frames to see that the element does not move, which takes 35 ms of its 45. Here the page
itself lets the press through only if it hits the element, wherever that has moved to; where something is in the way, or a
frame holds the element, Playwright's click is left to do it.
"""

from __future__ import annotations

from playwright.sync_api import Error, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from portal_bot.page.gone import is_gone
from portal_bot.page.scripts import in_frame, on_element

COVERED = 2.0
"""Seconds after which a control that something else covers is given up for the moment."""


def press_in_sight(locator: Locator, page: Page, *, timeout: float) -> bool:
    """Presses; false where nothing was pressed, since something is in the way. ``timeout`` in seconds, for the element to be there."""
    at = on_element(locator, "aim", True, timeout=timeout)
    if not at:
        return False
    page.mouse.click(at["x"], at["y"])
    try:
        return bool(in_frame(page.main_frame, "wasHit"))
    except Error as error:
        if is_gone(error):
            raise
        return True  # the document went away under the question: the press has done something


def press_unless_covered(locator: Locator, page: Page, *, timeout: float) -> bool:
    """Presses; false where something else would have been hit, so that nothing was pressed at all."""
    if press_in_sight(locator, page, timeout=timeout):
        return True
    try:
        locator.click(timeout=COVERED * 1000, no_wait_after=True)
    except PlaywrightTimeout as error:
        if "intercepts pointer events" in error.message:
            return False
        raise
    return True
