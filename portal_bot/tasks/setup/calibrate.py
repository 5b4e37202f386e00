"""``portal-bot calibrate``: somebody points at what the bot did not find, and a map is made of it.

The same walk as the doctor's, in a browser that can be seen. It never presses Save and ticks nothing: a click that picks
does not reach the page.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Protocol

from portal_bot.config.loader import Config
from portal_bot.config.yaml_document import read_document
from portal_bot.model.errors import ConfigError, PageError, PortalBotError, SignInNeedsPerson
from portal_bot.model.exit_codes import Exit
from portal_bot.model.files import replace_text
from portal_bot.portal.controls.picker import Kind, Picker, candidates_for, heading_of, same_place
from portal_bot.portal.map.map_patch import CAPTION_OF, MapLine, as_document, map_text
from portal_bot.portal.map.portal_map import PortalMap
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.engine import Looking, looking
from portal_bot.run.run_options import RunOptions
from portal_bot.run.session.worker_session import WorkerSession
from portal_bot.run.stopping.brakes import in_threads
from portal_bot.tasks.setup.findings import Finding
from portal_bot.tasks.setup.probe import Lacking
from portal_bot.tasks.setup.walk import Walk, walk_to_a_record

BY_HAND = 300.0
"""Seconds that somebody has for a code, a question or the whole sign-in."""

QUESTIONS: Mapping[str, tuple[Kind, str]] = {
    "sign_in.user_name": ("field", "Click the box for the user name."),
    "sign_in.next": ("press", "Click the button that goes on from the user name to the password."),
    "sign_in.password": ("field", "Click the box for the password."),
    "sign_in.button": ("press", "Click the button that signs in."),
    "sign_in.signed_in": ("press", "Click anything that only a signed-in user sees, such as the link that signs out."),
    "sign_out.menu": ("press", "Click what opens the menu that holds Sign Out."),
    "sign_out.button": ("press", "Click the link or button that signs out. (You stay signed in.)"),
    "practice.chooser": ("press", "Click the drop-down that chooses the practice."),
    "practice.current": ("text", "Click the place where the name of the current practice stands."),
    "navigation.user_administration": ("press", 'Click the menu entry "User Administration", whatever it is called here.'),
    "navigation.providers": ("press", 'Click the menu entry of the list "Providers" (clinical staff).'),
    "navigation.staff": ("press", 'Click the menu entry of the list "Staff Members" (everybody else).'),
    "list.row": ("row", "Click the name of one person in the list."),
    "list.next": ("press", "Click the control that turns to the next page of the list."),
    "list.more": ("press", "Click the button that loads more rows."),
    "list.locations": ("press", "Click the drop-down that filters the list by location."),
    "list.search": ("field", "Click the search box of the list."),
    "list.search_button": ("press", "Click the button that starts the search."),
    "list.open": ("press", "Click what opens the record of the first person in the list."),
    "record.name": ("text", "Click the person's name on the record."),
    "record.email": ("text", "Click the person's e-mail address on the record."),
    "record.tab": ("press", "Click the tab that holds the permissions."),
    "record.permissions": ("area", "Click the words that head the permissions."),
    "record.expand_all": ("press", "Click what opens every group of permissions."),
    "record.permission": ("box", "Click the check box {permission}. (It is not ticked.)"),
    "save.button": ("press", "Click the Save button of the record. (Nothing is saved.)"),
}
"""Every control that can be pointed at on the walk: what it is, and how it is asked for."""


class Operator(Protocol):
    """Who points and answers; a terminal and a hand on the mouse, or a test."""

    def told(self, text: str) -> None:
        """Something worth knowing, in passing."""

    def asked(self, control: str, question: str) -> None:
        """Is asked to click on something now."""

    def beat(self, page: Any) -> bool:
        """A few times a second while asked; true skips this control."""

    def agrees(self, diff: str) -> bool:
        """Whether the file is to be written so."""


@dataclass
class Calibration:
    """What came of it. ``skipped``: what was asked for and not shown; ``written``: the map's file, where it was written."""

    lines: list[MapLine] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    diff: str = ""
    written: Path | None = None
    problems: list[Finding] = field(default_factory=list)
    """What is still missing or not clear."""
    error: PortalBotError | None = None

    @property
    def exit(self) -> Exit:
        if self.error is not None:
            return self.error.exit
        return Exit.PORTAL if self.problems else Exit.OK


def calibrate(
    config: Config,
    options: RunOptions,
    person: Operator,
    *,
    controls: Sequence[str] = (),
    everything: bool = False,
    credentials: Credentials | None = None,
) -> Calibration:
    """Walks to one record, asks for what is not found (and for ``controls``, or ``everything``), and writes the map that comes of it.

    Raises PortalBotError for what is wrong before the portal is opened.
    """
    for control in controls:
        if control not in QUESTIONS:
            raise ConfigError(
                [f"--control {control}: there is no such control to point at."], hint="Controls are: " + ", ".join(QUESTIONS) + "."
            )
    told = Calibration()
    with looking(config, options, credentials=credentials) as prepared:
        _walk(config, options, prepared, _Pointing(person, controls, everything, prepared.brakes.stop), told)
        if told.lines:
            _write(config, person, told)
        prepared.folder.finish(told.exit)
    return told


class _Pointing:
    """Mends by asking somebody to point."""

    patient = True

    def __init__(self, person: Operator, controls: Sequence[str], everything: bool, stop: Event) -> None:
        self.person = person
        self._stop = stop
        self.skipped: list[str] = []
        self._controls = controls
        self._everything = everything
        self._asked: set[str] = set()
        self._pickers: dict[Any, Picker] = {}

    def wants(self, control: str) -> bool:
        wanted = self._everything if control in QUESTIONS else False
        return control not in self._asked and (wanted or control in self._controls)

    def lines(self, lacking: Lacking) -> Iterator[MapLine]:
        control = lacking.control
        if control in self._asked or control not in QUESTIONS:
            return
        self._asked.add(control)
        kind, question = QUESTIONS[control]
        picker = self._picker(lacking.portal)
        for sorry in ("", "That could not be told from other things on the page. "):
            self.person.asked(control, sorry + _put(question, lacking))
            picked = picker.pick()
            if picked is None:
                self.skipped.append(control)
                return
            element, playwrights = picked
            found = False
            for line in _lines(lacking, kind, element, playwrights):
                found = True
                yield line
            if found:
                return
        self.skipped.append(control)

    def _picker(self, portal: PortalPage) -> Picker:
        if portal.page not in self._pickers:
            self._pickers[portal.page] = Picker(portal.page, lambda page: self._stop.is_set() or self.person.beat(page))
        return self._pickers[portal.page]


def _lines(lacking: Lacking, kind: Kind, element: Any, playwrights: str) -> Iterator[MapLine]:
    """Candidates; of an area also its heading as the caption, where that finds it."""
    portal, control = lacking.portal, lacking.control
    if kind == "area" and (heading := heading_of(element)):
        line = MapLine.caption(CAPTION_OF[control], heading)
        before = portal.map
        portal.use_map(line.laid_over(before))
        found = portal.maybe(control, root=lacking.root, **lacking.params)
        portal.use_map(before)
        if found and same_place(element, found):
            yield line
    made = candidates_for(element, playwrights, control, kind, portal.finder, lacking.root, lacking.params)
    if made:
        yield MapLine.control(control, made)


def _put(question: str, lacking: Lacking) -> str:
    for key, value in lacking.params.items():
        question = question.replace("{" + key + "}", f'"{value}"')
    return question


class _Beside:
    """Has the sign-in page's controls shown, and waits where only a person can go on."""

    def __init__(self, walk: Walk, person: Operator) -> None:
        self._walk = walk
        self._person = person

    def before(self, portal: PortalPage) -> None:
        self._walk.sign_in_page(portal)
        if any(finding.is_problem and not finding.mended for finding in self._walk.probe.screens[-1].findings):
            self._by_hand(portal, "Sign in by hand in the browser's window.")

    def stuck(self, portal: PortalPage, error: PortalBotError) -> bool:
        if isinstance(error, SignInNeedsPerson):
            return self._by_hand(portal, f"{error.message} Settle it in the browser's window; it is waited for.")
        if isinstance(error, PageError):
            self._walk.not_signed_in(portal)
            return portal.maybe("sign_in.signed_in") is not None
        return False

    def _by_hand(self, portal: PortalPage, question: str) -> bool:
        """Waits until somebody has signed in; true where that is seen."""
        self._person.asked("sign_in", question)
        ends = monotonic() + BY_HAND
        while monotonic() < ends and not self._person.beat(portal.page):
            with suppress(PageError):
                if portal.maybe("sign_in.signed_in") and not portal.maybe("sign_in.password"):
                    return True
            portal.pause(0.2)
        return False


def _walk(config: Config, options: RunOptions, prepared: Looking, pointing: _Pointing, told: Calibration) -> None:
    from portal_bot.tasks.setup.doctor import route_of

    walk = Walk(route_of(config, options, prepared), pointing, pictures=False)
    around = replace(prepared.around, beside=_Beside(walk, pointing.person))

    def work(_number: int) -> None:
        with WorkerSession(around, 0) as signed:
            walk_to_a_record(walk, signed.portal)

    in_threads(1, work, prepared.brakes)
    reason = prepared.brakes.reason
    if reason is not None and not isinstance(reason, PortalBotError):
        raise reason
    told.error = reason
    told.lines, told.skipped = walk.probe.lines, pointing.skipped
    told.problems = [each for screen in walk.probe.screens for each in screen.findings if each.is_problem and not each.mended]


def _write(config: Config, person: Operator, told: Calibration) -> None:
    """The map's file with the new lines, shown as a difference first. What else stands in it stays."""
    path = config.portal.map or config.folder / "my-portal.yaml"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    below = read_document(path).value if before.strip() else None
    comments = "".join(line for line in before.splitlines(keepends=True) if line.startswith("#"))
    after = map_text(as_document(told.lines, below), head=comments)
    _must_be_sound(after, path)
    told.diff = "".join(
        difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), f"{path.name} now", f"{path.name} then")
    )
    if person.agrees(told.diff):
        replace_text(path, after)
        told.written = path


def _must_be_sound(text: str, path: Path) -> None:
    import yaml

    try:
        PortalMap.model_validate(yaml.safe_load(text))
    except ValueError as error:
        kind = type(error).__name__
        raise ConfigError([f"{path.name}: what was pointed at does not make a sound map ({kind}). Nothing was written."]) from None
