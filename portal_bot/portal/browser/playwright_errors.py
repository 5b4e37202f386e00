"""Errors of Playwright: whether page, browser or connection are gone for good, and what is worth telling of one."""

from __future__ import annotations

import re

from playwright.sync_api import Error

_GONE = re.compile(r"has been closed|crashed|Connection closed|disconnected", re.IGNORECASE)


def is_gone(error: Error) -> bool:
    """True where nothing can be asked any more; false for a frame in mid-navigation, say."""
    return bool(_GONE.search(error.message))


def first_line(error: Error) -> str:
    """The first line of what Playwright says, without the name of its method."""
    line = error.message.strip().splitlines()[0] if error.message.strip() else "no reason given"
    return re.sub(r"^(Page|Locator|Frame)\.\w+: ", "", line)
