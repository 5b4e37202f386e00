"""Optional screens: terms, a survey, "session about to end". Each may come at any time, and is pressed away where it shows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, Locator, Page

from portal_bot.portal.controls.finder import Finder
from portal_bot.portal.dom.page_script import in_frame


class OptionalScreens:
    """The map's optional screens on one page. ``tell`` says what was pressed."""

    def __init__(self, page: Page, finder: Finder, tell: Callable[[str], None]) -> None:
        self._page = page
        self._finder = finder
        self._tell = tell
        self._handlers: list[Locator] = []

    def dismiss(self) -> bool:
        """Presses away those that stand now; true where there was one."""
        pressed = False
        keys = list(self._finder.map.interruptions)
        if not self._finder.any_of([self._shows(key) for key in keys]):
            return False
        for key in keys:
            if self._finder.now(self._shows(key)) and (button := self._finder.now(f"interruptions.{key}.press")):
                with suppress(Error):
                    in_frame(self._page.main_frame, "disarm")  # what was aimed at and not pressed would stop this press
                    button.locator.click(timeout=2000, no_wait_after=True)
                    self._tell(f"Pressed away an optional screen ({key}).")
                    pressed = True
        return pressed

    def handled(self) -> None:
        """From here on also while Playwright waits for something else. One handler for all: each costs a look before every click."""
        if self._handlers:
            return
        union = self._finder.union([self._shows(key) for key in self._finder.map.interruptions], self._page.main_frame)
        if union is not None:
            self._handlers = [union.first]
            self._page.add_locator_handler(union.first, lambda _shown: self._quietly_dismiss(), no_wait_after=True)

    def unhandled(self) -> None:
        """Only when asked to."""
        for locator in self._handlers:
            self._page.remove_locator_handler(locator)
        self._handlers = []

    def _shows(self, key: str) -> str:
        """The control that an optional screen is known by."""
        return f"interruptions.{key}.{'shows' if self._finder.map.interruptions[key].shows else 'press'}"

    def _quietly_dismiss(self) -> None:
        with suppress(Error):
            self.dismiss()
