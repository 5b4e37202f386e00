"""Looking for one control after another, as the bot itself would, and having what is not there mended: doctor and calibrate.

What is found, and what is not, becomes a finding; each screen gets its picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import Error

from portal_bot.model.errors import ControlAmbiguous, ControlNotFound, PageError, PortalBotError
from portal_bot.portal.controls.control import Found, Root
from portal_bot.portal.dom.page_script import on_elements
from portal_bot.portal.look.take import SecretOnPage
from portal_bot.portal.look.take import snapshot as look_snapshot
from portal_bot.portal.map.map_patch import CAPTION_OF, MapLine
from portal_bot.portal.map.portal_map import Candidate, PortalMap, is_regex, is_sign
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.portal.page.screenshots import Mark, outlined, snapshot
from portal_bot.tasks.setup.control_guesses import Guess, guess, things_in
from portal_bot.tasks.setup.findings import Finding, ScreenReport, State
from portal_bot.tasks.setup.saved_looks import SavedScreen

PATIENCE = 2.0
"""Seconds that a control is waited for once its page stands still."""
CONTAINERS = frozenset({"navigation.panel", "record.permissions", "list.row", "practice.named"})
"""What holds other things than its own caption, and is not left uncovered for it."""


@dataclass(frozen=True)
class Lacking:
    """A control that is to be shown: where it is looked for, and what it is likely called."""

    portal: PortalPage
    control: str
    params: dict[str, str]
    root: Root | None
    box: bool
    found: Found | None
    guess: Guess


class Mender(Protocol):
    """Who says how a control is found here."""

    patient: bool
    """Whether a person is asked, who takes time."""

    def wants(self, control: str) -> bool:
        """Whether a control is to be mended although it was found."""

    def lines(self, lacking: Lacking) -> Iterable[MapLine]:
        """Lines that may find it, the best first; the first that finds one control is taken."""


class Probe:
    """Looks for controls, screen after screen. ``screens`` and ``lines`` grow as it goes."""

    def __init__(self, mender: Mender, *, pictures: bool) -> None:
        self.screens: list[ScreenReport] = []
        self.lines: list[MapLine] = []
        self.looks: list[SavedScreen] = []
        """What each screen showed, with the people on it: never written as it is."""
        self.mender = mender
        self._pictures = pictures
        self._marks: list[Mark] = []
        self._names: dict[str, str] = {}
        self.portal: PortalPage

    def look(
        self,
        control: str,
        *,
        needed: bool = True,
        root: Root | None = None,
        params: dict[str, str] | None = None,
        several: bool = False,
        otherwise: str = "",
        better: Callable[[], Found] | None = None,
    ) -> Found | None:
        """Looks for a control, tells of it, and has it mended where it is not there. ``better``: how the flow itself finds it."""
        portal, params = self.portal, params or {}
        if not portal.has(control):
            self.tell(control, State.ABSENT, "the map has none", needed=False)
            return None
        found, crowd = self._find(control, root, params, needed, several)
        if found is None and crowd and better:
            found = self._tried(better)
        if found and not self.mender.wants(control):
            self.found(control, found)
            return found
        lacking = self.lacking(control, params, root, found=found)
        asked = needed or lacking.guess.sure or self.mender.wants(control) or (self.mender.patient and control == "record.permissions")
        line, mended = self.mend(lacking) if asked else (None, None)
        if found and not line:
            self.found(control, found)
            return found
        if found is None and not needed and not line and control not in CAPTION_OF:
            self.tell(control, State.NOT_HERE, otherwise or "not on this page", needed=False)
            return None
        detail = crowd or (f"not needed: {otherwise}" if otherwise and not needed else "")
        self.tell(
            control, State.AMBIGUOUS if crowd else State.MISSING if needed or line else State.NOT_HERE,
            detail or ("" if needed else "not on this page"), needed=needed,
            nearest=lacking.guess.nearest if needed or line else (), line=line, mended=mended is not None,
            marks=[mended.locator] if mended else (),
        )  # fmt: skip
        if mended:
            self._names[control] = _said(mended)
        return mended

    def _find(self, control: str, root: Root | None, params: dict[str, str], needed: bool, several: bool) -> tuple[Found | None, str]:
        """The control, or why it is not clear which it is."""
        portal = self.portal
        if (several or is_sign(control)) and (every := portal.finder.every(control, root=root, all_ways=False, **params)):
            return every[0], ""
        if found := portal.maybe(control, root=root, **params):
            return found, ""
        if not needed:
            return None, ""
        try:
            return portal.find(control, root=root, timeout=min(PATIENCE, portal.patience), **params), ""
        except ControlAmbiguous as error:
            return None, error.message
        except ControlNotFound:
            return None, ""

    def _tried(self, better: Callable[[], Found]) -> Found | None:
        try:
            return better()
        except PageError:
            return None

    def lacking(self, control: str, params: dict[str, str], root: Root | None, *, box: bool = False, found: Found | None = None) -> Lacking:
        portal = self.portal
        wanted = [*params.values(), *_names_in(portal.map, control)]
        guessed = guess(control, wanted, things_in(snapshot(portal.page)), portal.finder.captions(), self._names.values())
        return Lacking(portal, control, params, root, box, found, guessed)

    def mend(self, lacking: Lacking) -> tuple[MapLine | None, Found | None]:
        """The first line that finds the control, put into the map that the walk goes on with."""
        portal, before = self.portal, self.portal.map
        for line in self.mender.lines(lacking):
            portal.use_map(line.laid_over(before))
            try:
                found = portal.find(lacking.control, root=lacking.root, box=lacking.box, timeout=1.2, **lacking.params)
            except PageError:
                portal.use_map(before)
                continue
            self.lines.append(line)
            return line, found
        return None, None

    def found(self, control: str, found: Found) -> None:
        total = len(self.portal.map.control(found.control))
        detail = f"by candidate {found.rank + 1} of {total}" if total > 1 else ""
        said = _said(found) if found.control not in CONTAINERS and not is_sign(found.control) else ""
        if found.rank:
            detail += f": {found.candidate}" + (f'; here it says "{said}"' if said else "")
        if said:
            self._names[control] = said
        self.tell(control, State.FOUND, detail, marks=[found.locator])

    def not_here(self, control: str, why: str) -> None:
        if self.portal.has(control):
            self.tell(control, State.NOT_HERE, why, needed=False)
        else:
            self.tell(control, State.ABSENT, "the map has none", needed=False)

    def tell(self, control: str, state: State, detail: str = "", *, needed: bool = True, marks: Sequence[Any] = (), **more: Any) -> None:
        self.screens[-1].findings.append(Finding(control, state, detail, needed, **more))
        name = control.partition(" ")[0]
        self._marks += [Mark(control, locator, state is State.FOUND, name not in CONTAINERS) for locator in marks]

    def _save_look(self, title: str) -> None:
        """Keeps what the page shows, unless a password is in one of its boxes."""
        with suppress(SecretOnPage, Error):
            self.looks.append(SavedScreen(title, look_snapshot(self.portal.page, signed_in=self.portal.signed_in)))

    @contextmanager
    def screen(self, title: str, *, covered: bool, needed: bool = True, report: ScreenReport | None = None) -> Iterator[None]:
        """A screen's findings and its picture. ``needed`` false: left out where it told of nothing but what was found."""
        self.screens.append(report or ScreenReport(title))
        report = self.screens[-1]
        self._marks = []
        ended_well = False
        try:
            with self.portal.step(f"Look at: {title}", limit=3600 if self.mender.patient else None):
                self.portal.settle()
                yield
                ended_well = True
                self._save_look(title)
                if self._pictures:
                    report.picture = outlined(self.portal.page, self._marks, covered=covered)
        except PortalBotError:
            if self._pictures and not ended_well:
                report.picture = outlined(self.portal.page, self._marks, covered=True)
            raise
        if not needed and not any(finding.is_problem for finding in report.findings) and not report.findings:
            self.screens.remove(report)


def guessed_lines(lacking: Lacking) -> Iterator[MapLine]:
    """What the doctor proposes: a caption where captions find the control, else role and name; nothing that is not likely."""
    thing = lacking.guess.thing
    if thing is None or not lacking.guess.sure or lacking.control == "record.permission":
        return
    if key := CAPTION_OF.get(lacking.control):
        yield MapLine.caption(key, thing.name)
    if lacking.control not in CONTAINERS:
        yield MapLine.control(lacking.control, [Candidate(role=thing.role, name=" ".join(thing.name.split()))])


def _said(found: Found) -> str:
    texts = on_elements(found.locator, "textsOf")
    return str(texts[0])[:60] if texts else ""


def _names_in(portal_map: PortalMap, control: str) -> list[str]:
    key = CAPTION_OF.get(control)
    names = [portal_map.captions.get(key, "")] if key else []
    for candidate in portal_map.control(control):
        names += [n for n in (candidate.name, candidate.label, candidate.text, candidate.title, candidate.placeholder) if n]
    return [name for name in names if name and not is_regex(name) and "{" not in name]
