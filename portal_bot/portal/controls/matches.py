"""How many elements of the page match at this moment, each time in one call."""

from __future__ import annotations

from playwright.sync_api import Error, Locator

from portal_bot.portal.browser.playwright_errors import is_gone
from portal_bot.portal.dom.page_script import on_elements


def count(locator: Locator, key: int | None = None) -> int:
    """How many match now. A frame that is being replaced has none: the next look sees the new one.

    Not by ``Locator.count``: that puts Playwright's own script into a second world of the page, 15 ms on each new page.
    ``key``: where a single one is kept.
    """
    try:
        return int(on_elements(locator, "keepOnly", key))
    except Error as error:
        if is_gone(error):
            raise
        return 0


def visible(locator: Locator, key: int) -> tuple[Locator, int]:
    """Those to be seen, and how many."""
    seen = locator.filter(visible=True)
    return seen, count(seen, key)


def boxes(locator: Locator, key: int | None = None) -> tuple[Locator, int]:
    """Check boxes that a person can reach, and how many: seen themselves, or hidden below a label that is seen."""
    try:
        reachable: list[bool] = on_elements(locator, "reachableAll", key)
    except Error as error:
        if is_gone(error):
            raise
        return locator, 0
    places = [i for i, yes in enumerate(reachable) if yes]
    if len(places) == 1:
        return (locator if len(reachable) == 1 else locator.nth(places[0])), 1
    return locator, len(places)


def one_thing(locator: Locator) -> bool:
    """Whether several are one thing shown twice."""
    try:
        return bool(on_elements(locator, "oneThing"))
    except Error:
        return False
