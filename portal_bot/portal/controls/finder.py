"""How a control of the map is found on the page: candidates in order, exactly one visible match, one deadline for all.

A lower candidate wins only when it has stood alone for half a second with no better one appearing; afterwards, in the
same sign-in, it is taken at once. Several matches are never "take the first": they are polled to the deadline and then
told as ambiguous, unless they are one thing shown twice (links to one address, like submit buttons of one form).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from playwright.sync_api import Error, Frame, Locator, Page

from portal_bot.portal.controls.control import Found, Root, new_key
from portal_bot.portal.controls.known_controls import AsBefore
from portal_bot.portal.controls.locators import locate
from portal_bot.portal.controls.matches import boxes, count, one_thing, visible
from portal_bot.portal.controls.not_found import not_to_be_found
from portal_bot.portal.dom.page_script import in_frame
from portal_bot.portal.map.portal_map import Candidate, PortalMap, is_sign

STANDS = 0.5
"""Seconds that a lower candidate must stand alone before it is believed."""
USUAL = 1.0
"""Seconds in which only candidates that were believed before are looked for."""


@dataclass
class _Stand:
    rank: int
    since: float


@dataclass
class Finder(AsBefore):
    """Looks for controls on one page. ``pause`` waits between two looks (and ends early when the run is interrupted)."""

    page: Page
    map: PortalMap
    pause: Callable[[float], None]
    on_idle: Callable[[], None] = lambda: None
    on_drift: Callable[[Found], None] = lambda _found: None
    patience: float = 15.0
    _believed: dict[str, int] = field(default_factory=dict)
    _kept: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)
    """Under which key ``said_by`` keeps what it has asked, and on which page that stood."""
    _told: dict[tuple[str, ...], Any] = field(default_factory=dict)
    """What it has been told along with the last reading of the page, for the next one who asks."""
    _pages: int = 0
    _likeness: dict[str, Mapping[str, str] | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Captions that stand in candidates as placeholders, such as ``{save}``; a call's own names go before them."""

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._on_navigated)

    def _on_navigated(self, frame: Frame) -> None:
        self._pages += frame.parent_frame is None

    def now(self, control: str, *, root: Root | None = None, box: bool = False, **params: str) -> Found | None:
        """The control if it stands there at this moment, by the best candidate that matches exactly one; else ``None``."""
        found, _many = self._look(control, root, params, box)
        return found

    def every(self, control: str, *, root: Root | None = None, all_ways: bool = False, **params: str) -> list[Found]:
        """All visible matches of the first candidate that has any (``all_ways``: of every candidate): for controls that are
        several by nature, such as rows and groups."""
        params = {**self.names, **params}
        found: list[Found] = []
        for rank, candidate in enumerate(self.map.control(control)):
            for frame, locator in self._places(candidate, root, params):
                seen = locator.filter(visible=True)
                found += [Found(control, seen.nth(i), frame, rank, candidate) for i in range(count(seen))]
            if found and not all_ways:
                break
        return found

    def unseen(self, control: str, *, root: Root | None = None, **params: str) -> list[Found]:
        """Where a candidate finds exactly one element that is in the page but not to be seen: in a closed group, say."""
        params = {**self.names, **params}
        return [
            Found(control, locator, frame, rank, candidate)
            for rank, candidate in enumerate(self.map.control(control))
            for frame, locator in self._places(candidate, root, params)
            if count(locator) == 1
        ]

    def first_of(
        self,
        controls: Sequence[str],
        *,
        root: Root | None = None,
        box: bool = False,
        timeout: float | None = None,
        until: Callable[[], bool] = lambda: False,
        **params: str,
    ) -> Found | None:
        """The first of several controls to stand, looked for under one deadline; ``None`` once ``until`` says so.

        While a control stands that is not believed yet, one named after it does not win by a lower candidate of its own:
        two that began to stand at once would else be told apart by chance.

        Raises ControlNotFound or ControlAmbiguous, naming the candidates and what was on the page instead.
        """
        began = monotonic()
        deadline = began + (self.patience if timeout is None else timeout)
        stands: dict[str, _Stand] = {}
        many: dict[str, int] = {}
        wait = 0.02
        while True:
            many.clear()
            # While a page is still loading, only what was there on the pages before it is looked for.
            known = [c for c in controls if c in self._believed] if monotonic() - began < USUAL else []
            doubted = False
            for control in known or controls:
                found, several = self._look(control, root, params, box, only_believed=bool(known))
                if several:
                    many[control] = several
                if not found:
                    stands.pop(control, None)
                elif (self._is_sure(found) or not doubted) and self._believe(found, stands):
                    return found
                doubted = doubted or found is not None
            if until():
                return None
            if monotonic() > deadline:
                raise not_to_be_found(self.map, controls, many, {**self.names, **params}, self.captions)
            self.on_idle()
            self.pause(wait)
            wait = min(wait * 1.5, 0.1)

    def believed(self, control: str, *, root: Root | None = None, box: bool = False, **params: str) -> Found | None:
        """The control if it stands there by the candidate that was believed before in this sign-in; no other is looked for."""
        if control not in self._believed:
            return None
        return self._look(control, root, params, box, only_believed=True)[0]

    def is_believed(self, control: str) -> bool:
        """Whether one of its candidates proved to be the one."""
        return control in self._believed

    def believe(self, found: Found) -> None:
        """Takes a control that was found in passing for what it proved to be: from now on it is looked for in this way first."""
        self._believed[found.control] = found.rank

    def any_of(self, controls: Sequence[str]) -> bool:
        """Whether any candidate of some controls may stand on the page now; false only where none does."""
        for frame in self.page.frames:
            union = self.union(controls, frame)
            if union is not None and count(union.filter(visible=True)):
                return True
        apart = {candidate for control in controls for candidate in self.map.control(control) if candidate.frame or candidate.within}
        return any(count(place.filter(visible=True)) for each in apart for _, place in self._places(each, None, self.names))

    def union(
        self, controls: Sequence[str], root: Frame | Locator, params: Mapping[str, str] | None = None, *, held: bool = False
    ) -> Locator | None:
        """Everything that candidates of some controls find below ``root``, less those with a frame of their own.

        ``held``: those within another control too, wherever they stand; else they are left out.
        """
        named = {**self.names, **(params or {})}
        union: Locator | None = None
        for candidate in (each for control in controls for each in self.map.control(control)):
            if candidate.frame is None and (held or candidate.within is None):
                locator = locate(root, candidate, named)
                union = locator if union is None else union.or_(locator)
        return union

    def wait(self, control: str, *, root: Root | None = None, box: bool = False, timeout: float | None = None, **params: str) -> Found:
        """The control, waited for. Raises ControlNotFound or ControlAmbiguous."""
        found = self.first_of((control,), root=root, box=box, timeout=timeout, until=lambda: False, **params)
        assert found is not None
        return found

    def use_map(self, portal_map: PortalMap) -> None:
        """Goes by another map from here on; what was believed of the old one is forgotten."""
        self.map = portal_map
        self.names = {**self.names, **portal_map.captions}
        self._believed.clear()
        self._likeness.clear()

    def declared(self, control: str) -> bool:
        """Whether the map knows any way to find it (``none`` means that the portal does not have it)."""
        return bool(self.map.control(control))

    def captions(self) -> list[str]:
        """Captions of what can be seen on the page, in all its frames."""
        said: list[str] = []
        for frame in self.page.frames:
            try:
                said += in_frame(frame, "captions")
            except Error:
                continue
        return list(dict.fromkeys(said))

    def _is_sure(self, found: Found) -> bool:
        return found.rank == 0 or self._believed.get(found.control) == found.rank

    def _believe(self, found: Found, stands: dict[str, _Stand]) -> bool:
        if self._is_sure(found):
            self._believed[found.control] = found.rank
            return True
        stand = stands.get(found.control)
        if stand is None or stand.rank != found.rank:
            stands[found.control] = _Stand(found.rank, monotonic())
            return False
        if monotonic() - stand.since < STANDS:
            return False
        if found.control not in self._believed:
            self.on_drift(found)
        self._believed[found.control] = found.rank
        return True

    def _look(
        self, control: str, root: Root | None, params: Mapping[str, str], box: bool, *, only_believed: bool = False
    ) -> tuple[Found | None, int]:
        """One look: the best candidate with exactly one match, and how many the first crowded candidate had."""
        params = {**self.names, **params}
        crowded = 0
        ranked = self._in_order(control)
        if only_believed:
            ranked = ranked[:1]
        elif self._stands_nowhere(control, root, params, box):
            return None, 0
        for rank, candidate in ranked:
            matches: list[Found] = []
            total = 0
            for frame, locator in self._places(candidate, root, params):
                key = new_key()
                seen, number = boxes(locator, key) if box else visible(locator, key)
                total += number
                if number and is_sign(control):
                    return Found(control, seen.first, frame, rank, candidate), 0
                if number == 1:
                    matches.append(Found(control, seen, frame, rank, candidate, key))
                elif number > 1 and one_thing(seen):
                    total -= number - 1
                    matches.append(Found(control, seen.last, frame, rank, candidate))
            if total == 1 and matches:
                return matches[0], crowded
            crowded = crowded or (total if total > 1 else 0)
        return None, crowded

    def _stands_nowhere(self, control: str, root: Root | None, params: Mapping[str, str], box: bool) -> bool:
        """Whether no candidate finds anything: all of them asked about at once, since most looks are at what is not there."""
        candidates = self.map.control(control)
        if len(candidates) < 2 or any(each.frame for each in candidates):
            return not candidates
        for place in [root.locator] if isinstance(root, Found) else [root] if isinstance(root, Frame | Locator) else list(self.page.frames):
            union = self.union([control], place, params, held=True)
            if union is not None and (boxes(union)[1] if box else count(union.filter(visible=True))):
                return False
        return True

    def _in_order(self, control: str) -> list[tuple[int, Candidate]]:
        """The candidates, best first; but first of all the one that was believed before in this sign-in."""
        ranked = list(enumerate(self.map.control(control)))
        believed = self._believed.get(control)
        return ranked if believed is None else [ranked[believed], *ranked[:believed], *ranked[believed + 1 :]]

    def _places(self, candidate: Candidate, root: Root | None, params: Mapping[str, str]) -> list[tuple[Frame, Locator]]:
        """Where a candidate may be: below the given element, in its own frame, or in every frame of the page."""
        if isinstance(root, Found):
            return [(root.frame, locate(root.locator, candidate, params))]
        if isinstance(root, Locator):
            return [(self.page.main_frame, locate(root, candidate, params))]
        frames = [root] if isinstance(root, Frame) else list(self.page.frames)
        if candidate.frame:
            frames = [inner for frame in frames for inner in self._frames_in(frame, candidate.frame)]
        if candidate.within:
            return [(frame, locate(holder, candidate, params)) for frame, holder in self._holders(candidate.within, root, params)]
        return [(frame, locate(frame, candidate, params)) for frame in frames if not frame.is_detached()]

    def _holders(self, control: str, root: Root | None, params: Mapping[str, str]) -> list[tuple[Frame, Locator]]:
        """All elements that may hold another control: those of the first candidate that has any to be seen."""
        for candidate in self.map.control(control):
            holders = [(f, seen) for f, locator in self._places(candidate, root, params) if count(seen := locator.filter(visible=True))]
            if holders:
                return holders
        return []

    def _frames_in(self, frame: Frame, css: str) -> list[Frame]:
        try:
            handles = frame.locator(css).element_handles()
            return [inner for handle in handles if (inner := handle.content_frame())]
        except Error:
            return []
