"""Taking a look: the one place here that touches Playwright."""

from __future__ import annotations

from playwright.sync_api import Page

from portal_bot.portal.look.node import Look
from portal_bot.portal.look.parse import parse


def take_look(page: Page, *, timeout: float = 10.0) -> Look:
    """Everything the page shows now, in one call. ``timeout`` in seconds.

    A look prints what is typed into a password box in clear: ask ``filled_password_box`` first wherever one may be.
    """
    return parse(snapshot(page, timeout=timeout))


def snapshot(page: Page, *, timeout: float = 10.0) -> str:
    """The text of a look, for those who keep it."""
    return page.aria_snapshot(mode="ai", boxes=True, timeout=timeout * 1000)
