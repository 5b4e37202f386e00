"""What a flow holds: the page of one worker, the map's controls on it, steps, guards and the way back.

The only package beside ``flows``, ``browser.py`` and ``evidence`` that knows Playwright.
"""

from portal_bot.page.found import Found
from portal_bot.page.portal import Portal

__all__ = ["Found", "Portal"]
