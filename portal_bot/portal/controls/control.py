"""A control that was found on the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from playwright.sync_api import Frame, Locator

from portal_bot.portal.dom.page_script import on_element, on_kept
from portal_bot.portal.map.portal_map import Candidate

new_key = count(1).__next__
"""Gives each find a number of its own, under which its element is kept in the page."""


@dataclass(frozen=True)
class Found:
    """A control on the page. ``rank`` is the place of its candidate in the map, 0 for the first."""

    control: str
    locator: Locator
    frame: Frame
    rank: int
    candidate: Candidate
    key: int = field(default_factory=new_key, compare=False, repr=False)
    told: dict[str, tuple[Any, Any]] = field(default_factory=dict, compare=False, repr=False)
    """What functions of the reader have said along with the last reading, each with its argument, for the next one who asks."""

    def ask(self, function: str, argument: Any = None, *, timeout: float) -> Any:
        """Calls a function of the reader with the control's element: the very one that was found, while it is in the page; else
        the one that the locator finds now, waited for at most ``timeout`` seconds."""
        known = self.told.pop(function, None)
        if known and known[0] == argument:
            return known[1]
        self.told.clear()
        said = on_kept(self.frame, self.key, function, argument)
        return said[0] if said else on_element(self.locator, function, argument, timeout=timeout, key=self.key)

    def at(self, locator: Locator) -> Found:
        """Another element in the same frame, taken for this control."""
        return Found(self.control, locator, self.frame, self.rank, self.candidate)


Root = Frame | Found | Locator
"""Where to look: a frame, a control found before, or any element of the main frame."""
