"""Whether an error of Playwright's means that page, browser or connection are gone for good."""

from __future__ import annotations

import re

from playwright.sync_api import Error

_GONE = re.compile(r"has been closed|crashed|Connection closed|disconnected", re.IGNORECASE)


def is_gone(error: Error) -> bool:
    """True where nothing can be asked any more; false for a frame in mid-navigation, say."""
    return bool(_GONE.search(error.message))
