"""Controls that are known from the pages before: looked for in the way that proved right there, with fewer calls."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from playwright.sync_api import Error, Frame, Locator, Page

from portal_bot.portal.browser.playwright_errors import is_gone
from portal_bot.portal.controls.batch import Along
from portal_bot.portal.controls.control import Found, Root, new_key
from portal_bot.portal.dom.page_script import on_elements, on_kept
from portal_bot.portal.map.portal_map import Candidate


class AsBefore:
    """What ``Finder`` does of this."""

    page: Page
    names: dict[str, str]
    _believed: dict[str, int]
    _kept: dict[tuple[str, ...], tuple[int, int]]
    _told: dict[tuple[str, ...], Any]
    _pages: int
    _likeness: dict[str, Mapping[str, str] | None]

    def believed(self, control: str, *, root: Root | None = None, box: bool = False, **params: str) -> Found | None:
        raise NotImplementedError

    def _in_order(self, control: str) -> list[tuple[int, Candidate]]:
        raise NotImplementedError

    def _places(self, candidate: Candidate, root: Root | None, params: Mapping[str, str]) -> list[tuple[Frame, Locator]]:
        raise NotImplementedError

    def assumed(self, control: str, *, root: Root | None = None, box: bool = False, **params: str) -> Found | None:
        """The control by the candidate that was believed before, without a look: as a place to look in, or for ``sole``. ``None``
        where it may be in several places."""
        if control not in self._believed:
            return None
        rank, candidate = self._in_order(control)[0]
        places = self._places(candidate, root, {**self.names, **params})
        if len(places) != 1:
            return None
        frame, locator = places[0]
        return Found(control, locator if box else locator.filter(visible=True), frame, rank, candidate)

    def sole(self, assumed: Found, along: Along, *, box: bool = False, pressed: bool = False) -> tuple[Found | None, bool | None]:
        """What was assumed, if there is one such control (``box``: one that can be reached), with what is asked ``along`` of it; and
        whether what was ``pressed`` just before has hit, if that is known."""
        try:
            said = on_elements(assumed.locator, "sole", {"key": assumed.key, "box": box, "along": along.asked, "pressed": pressed})
        except Error as error:
            if is_gone(error):
                raise
            return None, None
        if said["place"] < 0:
            return None, said["hit"]
        along.hear(said["along"])
        return assumed if said["number"] == 1 else replace(assumed, locator=assumed.locator.nth(said["place"])), said["hit"]

    def said_by(self, control: str, function: str, **params: str) -> Any:
        """What a function of the reader says of a control, if it stands there by the candidate that was believed before."""
        if control not in self._believed:
            return None
        asked, page = (control, function, *params.values()), self._pages
        known, on_page = self._kept.get(asked, (0, None))
        if on_page == page and asked in self._told:
            return self._told.pop(asked)
        if on_page == page and (still := on_kept(self.page.main_frame, known, function, seen=True)):
            return still[0]
        _, candidate = self._in_order(control)[0]
        said: list[Any] = []
        self._kept[asked] = new_key(), page
        for frame, locator in self._places(candidate, None, {**self.names, **params}):
            key = self._kept[asked][0] if frame is self.page.main_frame else None
            with suppress(Error):
                said += on_elements(locator.filter(visible=True), "ofEach", {"name": function, "key": key})
        return said[0] if len(said) == 1 else None

    def ask_along(self, along: Along) -> None:
        """Has what ``said_by`` was asked on this page told anew with the next reading of it."""
        self._told.clear()
        for asked, (key, on_page) in self._kept.items():
            if on_page == self._pages:
                along.add(key, asked[1], None, lambda said, asked=asked: self._told.update({asked: said}), seen=True)  # type: ignore[misc]

    def forget_told(self) -> None:
        """What was told of the page is of before now."""
        self._told.clear()

    def wait_for_its_like(
        self, control: str, seconds: float, *, root: Root | None = None, aim: Mapping[str, Any]
    ) -> Found | None:  # fmt: skip
        """A control by the candidate that was believed before, looked for at the moment something stands there that looks just as it
        did on the page before: its kind of element, its words. That is waited for in the page itself, so that no look disturbs a
        page that is just being drawn. ``None`` where nothing looks like it, or several things do: then its looks are never waited
        for again. Also where it is none of the control's, which is asked unless it stands in the very place and is the same in all its
        attributes. ``aim``: what will be asked before it is pressed.
        """
        if not (likeness := self._likeness.get(control)):
            return None
        key = new_key()
        asked = {**likeness, "most": seconds * 1000, "key": key, "aim": aim}
        try:  # asked of an element, so that Playwright puts its own script into the page while that loads
            said = on_elements(self.page.locator("html"), "alike", asked)
        except Error as error:
            if is_gone(error):
                raise
            return None
        if not said["there"]:
            self._likeness[control] = None
            return None
        if said["at"] and (assumed := self.assumed(control, root=root)):
            return replace(assumed, key=key, told={"aim": (aim, said["at"])})
        return self.at_once(control, root=root, aim=aim) or self.believed(control, root=root)

    def at_once(self, control: str, *, root: Root | None = None, aim: Mapping[str, Any]) -> Found | None:
        """A control by the candidate that was believed before, if it is the only one, with what ``aim`` says of it."""
        if (assumed := self.assumed(control, root=root)) is None:
            return None
        along = Along()
        along.of(assumed, "aim", aim)
        return self.sole(assumed, along)[0]

    def remember_likeness(self, found: Found) -> None:
        """Keeps in mind what a control looks like, for ``wait_for_its_like``: nothing where another looks the same."""
        if found.control not in self._likeness:
            self._likeness[found.control] = found.ask("likeness", timeout=1)
