"""Letting a person point at a control on the page, and making candidates of what they pointed at.

Playwright's own picker shows what would be picked and swallows the click, so that nothing happens on the page. Its sync call
returns only when something was picked; so a timer in the page calls back now and then, and there it can be cancelled.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import ElementHandle, Error, Page
from pydantic import ValidationError

from portal_bot.model.errors import ControlAmbiguous, ControlNotFound
from portal_bot.portal.controls.control import Found, Root
from portal_bot.portal.controls.finder import Finder
from portal_bot.portal.map.portal_map import Candidate, PortalMap, is_regex

Kind = Literal["press", "field", "box", "area", "row", "text"]
"""What a control is to be: the element clicked on is not always the one that is meant."""
MOST = 3
"""Candidates that are kept of one pick."""
_BEAT = "__portalBotBeat"
_EVERY = 200
_GUARD = "globalThis[Symbol.for('portal-bot.picking')]"


class Picker:
    """Lets somebody click on one page, as often as needed. ``beat`` is called a few times a second meanwhile; true cancels."""

    def __init__(self, page: Page, beat: Callable[[Page], bool]) -> None:
        self._page = page
        self._ask = beat
        self._picking = False
        page.expose_binding(_BEAT, lambda _source: self._beat())
        start = f"setInterval(() => globalThis.{_BEAT}?.(), {_EVERY});"
        page.add_init_script(f"if (self === top) {start}")
        page.evaluate(f"() => {{ {start} }}")
        page.add_init_script(_script("picker_guard.js"))
        self._in_frames(_script("picker_guard.js"))

    def pick(self) -> tuple[ElementHandle, str] | None:
        """The element that was clicked and Playwright's own way to say where it is; ``None`` where it was given up."""
        self._picking = True
        self._in_frames(f"() => {{ const guard = {_GUARD}; if (guard) guard.picking = true; }}")
        try:
            locator = self._page.pick_locator()
            handle = locator.element_handle(timeout=3000)
        except Error:
            return None
        finally:
            self._picking = False
            self._in_frames(f"() => {{ const guard = {_GUARD}; if (guard) guard.picking = false; }}")
        try:
            normal = str(locator.normalize())
        except Error:
            normal = ""
        for frame in self._page.frames:
            with suppress(Error):
                frame.wait_for_function(f"() => {_GUARD}?.isOver() ?? true", timeout=3000)
        return handle, normal

    def _in_frames(self, script: str) -> None:
        for frame in self._page.frames:
            with suppress(Error):
                frame.evaluate(script)

    def _beat(self) -> None:
        if self._picking and self._ask(self._page):
            self._picking = False
            self._page.cancel_pick_locator()


def candidates_for(
    picked: ElementHandle, playwrights: str, control: str, kind: Kind, finder: Finder, root: Root | None, params: Mapping[str, str]
) -> list[Candidate]:
    """Two or three ways that find exactly the element that was meant, the most readable first. A name of a person, permission or
    practice in them becomes its placeholder."""
    meant, facts = _meant(picked, kind)
    kept: list[Candidate] = []
    seen: list[Candidate] = []
    for candidate in _ideas(facts, playwrights, kind):
        general = _with_placeholders(candidate, params)
        if general in seen:
            continue
        seen.append(general)
        for within in _places(control):
            try:
                tried = general.model_copy(update={"within": within})
                if _finds(tried, control, kind, finder, root, params, meant):
                    kept.append(tried)
                    break
            except (ValidationError, Error):
                continue
        if len(kept) == MOST:
            break
    return kept


def heading_of(picked: ElementHandle) -> str:
    """The words that head the area that was pointed at."""
    return str(_meant(picked, "area")[1]["heading"])


def same_place(picked: ElementHandle, found: Found) -> bool:
    """Whether what was found is, holds or is held by what was pointed at."""
    try:
        return bool(found.locator.evaluate("(found, picked) => found.contains(picked) || picked.contains(found)", picked, timeout=2000))
    except Error:
        return False


def _meant(picked: ElementHandle, kind: Kind) -> tuple[ElementHandle, Mapping[str, Any]]:
    """The element that a click on this one means, and what there is to find it by."""
    told = picked.evaluate_handle(_script("picker.js"), kind)
    return told.get_property("element").as_element() or picked, told.get_property("facts").json_value()


def _ideas(facts: Mapping[str, Any], playwrights: str, kind: Kind) -> list[Candidate]:
    name = str(facts["name"])
    ideas: list[dict[str, str]] = []
    if facts["role"] and name and len(name) <= 80:
        ideas.append({"role": facts["role"], "name": name})
    if facts["label"] and len(facts["label"]) <= 80:
        ideas.append({"label": facts["label"]})
    ideas += [_from_playwright(playwrights)] if kind in ("press", "field", "text") else []
    if facts["test_id"]:
        ideas.append({"test_id": facts["test_id"]})
    ideas += [{"css": css} for css in facts["css"]]
    for way in ("placeholder", "title", "text"):
        if facts[way] and kind != "row":
            ideas.append({way: facts[way]})
    made = []
    for idea in ideas:
        if idea and not any(is_regex(value) for value in idea.values()):
            made.append(Candidate(**idea))
    return made


def _from_playwright(said: str) -> dict[str, str]:
    """``get_by_role("button", name="Store")`` as a candidate; empty where it says more than one step or something else."""
    ways = {"get_by_label": "label", "get_by_placeholder": "placeholder", "get_by_text": "text", "get_by_title": "title",
            "get_by_test_id": "test_id", "locator": "css"}  # fmt: skip
    try:
        call = ast.parse(said, mode="eval").body
    except SyntaxError:
        return {}
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args and isinstance(call.args[0], ast.Constant)):
        return {}
    first = str(call.args[0].value)
    named = {word.arg: word.value.value for word in call.keywords if isinstance(word.value, ast.Constant)}
    if call.func.id == "get_by_role":
        return {"role": first, "name": str(named["name"])} if "name" in named else {}
    return {ways[call.func.id]: first} if call.func.id in ways and not any(c.isdigit() for c in first) else {}


def _with_placeholders(candidate: Candidate, params: Mapping[str, str]) -> Candidate:
    """The candidate with ``{name}``, ``{permission}``, ``{practice}`` where these stand in it."""
    changed: dict[str, str] = {}
    for way in ("name", "label", "text", "title", "placeholder", "css"):
        said = getattr(candidate, way)
        for key, value in params.items():
            if said and value and value.casefold() in said.casefold():
                at = said.casefold().index(value.casefold())
                changed[way] = said = said[:at] + "{" + key + "}" + said[at + len(value) :]
    return candidate.model_copy(update=changed)


def _places(control: str) -> Sequence[str | None]:
    """Where on the page to look for it: anywhere, else within what holds such controls."""
    if control.startswith("navigation.") and control != "navigation.panel":
        return (None, "navigation.panel")
    return (None,)


def _finds(
    candidate: Candidate, control: str, kind: Kind, finder: Finder, root: Root | None, params: Mapping[str, str], meant: ElementHandle
) -> bool:
    """Whether the candidate alone finds exactly the element that is meant (of rows: several, and that one among them)."""
    alone = only(finder.map, control, candidate)
    looking = Finder(finder.page, alone, finder.pause, names=finder.names)
    if kind == "row":
        every = looking.every(control)
        return len(every) > 1 and any(_is(found, meant) for found in every)
    try:
        found = looking.wait(control, root=root, box=kind == "box", timeout=0, **params)
    except (ControlNotFound, ControlAmbiguous):
        return False
    return _is(found, meant)


def _is(found: Found, meant: ElementHandle) -> bool:
    try:
        return bool(found.locator.evaluate("(found, meant) => found === meant", meant, timeout=2000))
    except Error:
        return False


def only(portal_map: PortalMap, control: str, candidate: Candidate) -> PortalMap:
    """The map with one candidate for this control and no other."""
    section, _, name = control.partition(".")
    return portal_map.model_copy(update={section: getattr(portal_map, section).model_copy(update={name: (candidate,)})})


@cache
def _script(name: str) -> str:
    return files("portal_bot.portal.controls").joinpath(name).read_text(encoding="utf-8")
