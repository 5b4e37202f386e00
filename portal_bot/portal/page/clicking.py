"""The hand on the mouse: what presses a control of the page, as a person would."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from playwright.sync_api import Locator, Page

from portal_bot.portal.controls.control import Found
from portal_bot.portal.controls.finder import Finder
from portal_bot.portal.controls.mouse import AIM, press_box, press_in_sight, press_unless_covered, was_hit
from portal_bot.portal.dom.page_script import in_frame
from portal_bot.portal.page.network import Traffic
from portal_bot.portal.page.observers import Watcher


class Hand:
    """What ``Portal`` does of this."""

    page: Page
    finder: Finder
    traffic: Traffic
    watchers: list[Watcher]
    patience: float
    _began: int
    _looked_aside: float

    def show(self, locator: Locator, *, click: bool = False) -> None:
        raise NotImplementedError

    def until(self, condition: Callable[[], bool], *, seconds: float | None = None, every: float = 0.05) -> bool:
        raise NotImplementedError

    def click(self, found: Found | Locator, *, ticks: bool = False) -> None:
        """Clicks. ``ticks``: the next reading of the record tells boxes that this has ticked."""
        locator = found.locator if isinstance(found, Found) else found
        self._about_to_press(found)
        if not press_in_sight(found, self.page, timeout=self.patience, ticks=ticks):
            locator.click(timeout=self.patience * 1000, no_wait_after=True)

    def press(self, found: Found, *, ticks: bool = False) -> bool:
        """Clicks as ``click`` does. True where whether it hit is still to be asked. (``Finder.sole``)"""
        self._about_to_press(found)
        at = found.ask("aim", {**AIM, "ticks": ticks}, timeout=self.patience)
        if not at:
            found.locator.click(timeout=self.patience * 1000, no_wait_after=True)
            return False
        self.page.mouse.click(at["x"], at["y"])
        return True

    def has_hit(self) -> bool:
        """Whether the last press of ``press`` did hit."""
        return bool(was_hit(self.page)["hit"])

    def set_box(self, box: Found, wanted: bool) -> bool:
        """Ticks or unticks a check box; a hidden native one is clicked by its label, as a person would. Whether it is as wanted now."""
        self._about_to_press(box)
        done, on = press_box(box, self.page, wanted, timeout=self.patience)
        if not done:
            locator = box.locator
            label = box.ask("labelPlace", timeout=self.patience)
            if label == "around":
                locator = locator.locator("xpath=ancestor::label[1]")
            elif label:
                locator = box.frame.locator(f'label[for="{label}"]')
            if box.ask("isOn", timeout=self.patience) != wanted:
                in_frame(box.frame, "forgetTicks")
                locator.click(timeout=self.patience * 1000, no_wait_after=True)
        return on == wanted or self.until(lambda: bool(box.ask("isOn", timeout=self.patience) == wanted), seconds=3)

    def _about_to_press(self, found: Found | Locator) -> None:
        self.show(found.locator if isinstance(found, Found) else found, click=True)
        if self.watchers and isinstance(found, Found):  # who looks on may have scrolled the page
            found.told.clear()
        self._began = self.traffic.started
        self._looked_aside = monotonic()  # what was asked for may come at once
        self.finder.forget_told()

    def can_be_clicked(self, found: Found) -> None:
        """Waits until a click would reach the control; optional screens over it are pressed away meanwhile."""
        self.show(found.locator, click=True)
        if not found.ask("aim", {}, timeout=self.patience):
            found.locator.click(trial=True, timeout=self.patience * 1000)

    def click_unless_covered(self, found: Found) -> bool:
        """Clicks; false where something else would have been hit, so that nothing was clicked at all."""
        mark = self.traffic.started
        return press_unless_covered(found, self.page, timeout=self.patience, begun=lambda: self.traffic.started > mark)
