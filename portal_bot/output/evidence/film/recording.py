"""The recording of a run: what the portal's page showed, with captions, pointer and cards, as a film.

Frames come from Playwright's screencast of the page that does the work; signing in happens on another page, which is never
recorded. A frame is shown only if it carries the seal of the curtain (see ``curtain.js``).
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from playwright.sync_api import BrowserContext, Error, Locator, Page

from portal_bot.model.entities import ListName, RosterEntry
from portal_bot.model.events import Event
from portal_bot.output.evidence.curtain import open_where_safe, script, seal_of, without_seal
from portal_bot.output.evidence.film.captions import STEPS, closing_card, list_card, opening_card, practice_card, verdict
from portal_bot.output.evidence.film.film_editor import PAGE, Box, FilmEditor
from portal_bot.output.evidence.film.pseudonyms import Pseudonyms
from portal_bot.output.evidence.film.video_file import SIZE

if TYPE_CHECKING:
    from portal_bot.portal.browser.process import BrowserProcess
    from portal_bot.portal.page.portal_page import PortalPage

PACES: Mapping[str, float] = {"slow": 1.8, "normal": 1.0, "fast": 0.55}
"""Times as long as normal that things are held in the film."""
_FRAME_WAIT = 0.5
"""Seconds that a frame of this moment is waited for."""
_LEAST = 0.6
"""Seconds of the film that each caption is shown at least."""


@dataclass
class _Shown:
    """What stands around the page."""

    practice: str = ""
    list: str = ""
    person: str = ""
    at_work: bool = False
    """The person is not done yet."""
    step: str = ""
    caption: str = ""
    verdict: dict[str, str] | None = None
    done: int = 0
    of: int = 0


@dataclass
class _Open:
    """What is open while a session is recorded."""

    portal: PortalPage
    stage: Page
    context: BrowserContext
    newest: int = -1
    """The number on the seal of the newest frame."""


@dataclass
class Recording:
    """A listener of the run's events, and a watcher of the page that works. ``begin`` and ``end`` go around each session.

    What goes wrong with it never costs the run; ``close`` returns why there is no film, or that it is incomplete.
    """

    folder: Callable[[], Path]
    pace: str = "normal"
    anonymise: bool = False
    _aliases: Pseudonyms = field(default_factory=Pseudonyms)
    _shown: _Shown = field(default_factory=_Shown)
    _started: dict[str, Any] = field(default_factory=dict)
    _results: list[Mapping[str, Any]] = field(default_factory=list)
    _cutter: FilmEditor | None = None
    _open: _Open | None = None
    _depth: int = 0
    _met: set[str] = field(default_factory=set)
    _closing: bytes | None = None
    _poster_kept: bool = False
    _problem: BaseException | None = None
    _pause: threading.Event = field(default_factory=threading.Event)

    # -- around a session ------------------------------------------------------------------------------------------

    def prepare(self, context: BrowserContext) -> None:
        """Puts the curtain before every page of the context, before there is one."""
        context.add_init_script(script(anonymise=self.anonymise))

    def begin(self, portal: PortalPage, session: BrowserProcess) -> None:
        """From here on the signed-in page is recorded."""
        with self._harmless():
            context = session.new_context(viewport={"width": SIZE[0], "height": SIZE[1]})
            stage = context.new_page()
            stage.set_content(_stage_html())
            first = self._cutter is None
            if first:
                self._cutter = FilmEditor(self.folder(), PACES[self.pace])
            self._open = _Open(portal, stage, context)
            if first:
                self._card(opening_card(self._started), 2.6, "Opening")
            self._depth = 0
            portal.page.screencast.start(on_frame=self._on_frame, size={"width": PAGE[2], "height": PAGE[3]}, quality=92)
            portal.watchers.append(self)

    def end(self, portal: PortalPage) -> None:
        """The page is no longer recorded. The closing card is made while there is a browser to draw it."""
        with self._harmless():
            if self._open is None or self._open.portal is not portal:
                return
            portal.watchers.remove(self)
            with suppress(Error):
                portal.page.screencast.stop()
            assert self._cutter is not None
            self._cutter.cover()
            self._closing = self._drawn({"card": closing_card(self._started, self._results, self._said)})
            self._open.context.close()
        self._open = None

    @contextmanager
    def also(self, window: PortalPage) -> Iterator[None]:
        """Meanwhile the film shows another window of the session: the one in which the proof is read."""
        working = self._open.portal if self._open else None
        if working is None:
            yield
            return
        self._film(working, window)
        try:
            yield
        finally:
            self._film(window, working)

    def _film(self, before: PortalPage, after: PortalPage) -> None:
        with self._harmless():
            if self in before.watchers:
                before.watchers.remove(self)
            if self in after.watchers:
                return
            with suppress(Error):
                before.page.screencast.stop()
            after.page.screencast.start(on_frame=self._on_frame, size={"width": PAGE[2], "height": PAGE[3]}, quality=92)
            after.watchers.append(self)

    def close(self) -> str | None:
        """Ends the film. A sentence where there is none, or where it is not whole."""
        if self._cutter is None:
            return "There is no recording: nobody was signed in, or it could not begin" + (f" ({self._problem})." if self._problem else ".")
        if self._closing:
            self._cutter.card(self._closing, 3.6, "Result")
        self._cutter.close()
        if problem := self._cutter.problem or self._problem:
            return f"The recording is not complete: {problem}."
        return None

    # -- events ----------------------------------------------------------------------------------------------------

    def __call__(self, event: Event) -> None:
        if event.kind == "run-started":
            self._started = {**event.fields, "at": event.at.astimezone(), "anonymise": self.anonymise}
            self._shown.of = event["people"]
            if self.anonymise:
                self._aliases.learn("", event["user_name"])
        elif event.kind == "practice-started":
            self._met.clear()
            self._shown.practice, self._shown.list = event["practice"] or "", ""
            self._shown.person, self._shown.verdict = "", None
            self._card(practice_card(event["practice"], event["people"]), 1.5, event["practice"] or "The practice")
        elif event.kind == "person-started":
            self._aliases.learn(event["person"])
            which = ListName(event["list"]).caption
            if which != self._shown.list:
                self._shown.list = which
                self._card(list_card(which, self._shown.practice), 0.8, f"{self._shown.practice}: {which}".lstrip(": "))
            self._shown.person, self._shown.verdict, self._shown.at_work = event["person"], None, True
        elif event.kind == "person-done":
            self._results.append(event["result"])
            self._shown.done, self._shown.at_work = event["n"], False
            self._tell_verdict(event["result"])

    def _tell_verdict(self, result: Mapping[str, Any]) -> None:
        if self._open is None or self._cutter is None:
            return
        said = verdict(result)
        self._shown.verdict = {**said, "why": self._said(said["why"])}
        self._draw()
        good = said["kind"] != "bad"
        self._cutter.hold(0.7 if good else 3.0)
        if said["kind"] == "good" and not self._poster_kept:
            self._poster_kept = True
            self._cutter.poster()

    # -- watching --------------------------------------------------------------------------------------------------

    @contextmanager
    def step(self, portal: PortalPage, label: str, article: str) -> Iterator[None]:
        """The outermost step is the caption."""
        self._depth += 1
        outermost = self._depth == 1
        if outermost:
            self._shown.caption, self._shown.step = label, article
            if article in ("4", "5") and not self._shown.at_work:  # after Save the list is opened too, and the person is still shown
                self._shown.person, self._shown.verdict = "", None
            with self._harmless():
                self._draw()
        try:
            yield
        finally:
            self._depth -= 1
        if outermost:
            with self._harmless():
                self._see(portal)

    def looking(self, portal: PortalPage, locator: Locator, *, click: bool) -> None:
        """Outlines the control in a picture of this moment, with the pointer on it."""
        with self._harmless():
            if self._open is None:
                return
            if click:
                locator.scroll_into_view_if_needed(timeout=1000)
            else:
                locator.evaluate("(e) => e.scrollIntoView({block: 'center', behavior: 'instant'})", timeout=1000)
            if not self._see(portal):
                return
            box = locator.bounding_box(timeout=1000)
            if not box or min(box["width"], box["height"]) <= 2:  # a styled box hides the native one, and is its label
                label = locator.locator("xpath=ancestor::label[1]")
                box = label.bounding_box(timeout=1000) if label.count() else None
            if box and self._cutter:
                self._cutter.point(Box(box["x"], box["y"], box["width"], box["height"]), click=click)

    def met(self, which: ListName, people: Sequence[RosterEntry]) -> None:
        for each in people:
            self._aliases.learn(each.name, each.email)
        self._met.add(which.value)

    # -- frames ----------------------------------------------------------------------------------------------------

    def _see(self, portal: PortalPage) -> bool:
        """Opens the curtain where that is safe and waits until a frame shows it; else the page is covered in the film."""
        if self._open is None or self._cutter is None:
            return False
        number = None
        shown = portal.list_open or self._open.portal.list_open  # the proof window is shown records of the list that is open there
        if not self.anonymise or (shown is not None and shown.value in self._met):
            number = open_where_safe(portal, self._aliases.table if self.anonymise else None)
        if number is None:
            self._cutter.cover()
            return False
        until = monotonic() + _FRAME_WAIT
        while self._open.newest != number and monotonic() < until:
            portal.page.context.cookies("http://127.0.0.1")  # any call lets Playwright hand over the frames that have come
            self._pause.wait(0.01)
        return self._open.newest == number

    def _on_frame(self, frame: Any) -> None:
        with self._harmless():
            from PIL import Image

            if self._open is None or self._cutter is None:
                return
            image = Image.open(io.BytesIO(frame["data"])).convert("RGB")
            if image.size != (PAGE[2], PAGE[3]) or (number := seal_of(image)) is None:
                return
            self._open.newest = number
            self._cutter.frame(without_seal(image), float(frame.get("timestamp") or monotonic() * 1000) / 1000)

    # -- what stands around the page -------------------------------------------------------------------------------

    def _draw(self) -> None:
        shown = self._shown
        where = [part for part in (shown.practice, "User Administration", shown.list) if part]
        caption = self._said(shown.caption)
        picture = self._drawn(
            {
                "where": where, "steps": [list(each) for each in STEPS.items()], "step": shown.step, "person": self._said(shown.person),
                "list": " · ".join(part for part in (shown.list, shown.practice) if part), "verdict": shown.verdict,
                "done": shown.done, "of": shown.of, "caption": caption,
            }
        )  # fmt: skip
        if picture and self._cutter:
            self._cutter.stage(picture, caption, least=_LEAST)

    def _card(self, card: dict[str, Any], seconds: float, chapter: str) -> None:
        with self._harmless():
            picture = self._drawn({"card": card})
            if picture and self._cutter:
                self._cutter.card(picture, seconds, chapter)

    def _drawn(self, what: dict[str, Any]) -> bytes | None:
        if self._open is None:
            return None
        self._open.stage.evaluate("(what) => draw(what)", what)
        return self._open.stage.screenshot(type="jpeg", quality=96, timeout=5000)

    def _said(self, text: str) -> str:
        return self._aliases.said(text) if self.anonymise else text

    @contextmanager
    def _harmless(self) -> Iterator[None]:
        """A recording that fails never costs the run."""
        try:
            yield
        except Error:
            pass  # the page has gone on or the browser has gone: the run will notice for itself
        except Exception as error:
            self._problem = self._problem or error


def _stage_html() -> str:
    from importlib.resources import files

    return files("portal_bot.output.evidence.film").joinpath("stage.html").read_text(encoding="utf-8")
