"""Choosing the practice. (Help article, step 3: optional, the drop-down at the top; needed only to work in another practice.)

What switching does is unknown, so nothing is taken for granted: the name is read back from the page afterwards, and
again on every record before Save.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Error

from portal_bot.model.errors import ControlAmbiguous, ControlNotFound, PracticeMissing
from portal_bot.model.name_matching import same_text
from portal_bot.portal.controls.control import Found
from portal_bot.portal.page.portal_page import PortalPage

REACTS = 0.5
"""Seconds in which a page begins to ask for what was chosen. A drop-down shows its choice before the portal knows of it."""


def current_practice(portal: PortalPage, wanted: str, found: Found | None = None) -> str | None:
    """The practice that the page shows as chosen, or ``None`` where it shows none.

    ``wanted`` is the name that is looked for where the map names no place for it. ``found``: what was just found of the practice.
    """
    for control in ("practice.current", "practice.chooser"):
        if said := portal.finder.said_by(control, "choice", practice=wanted):  # as on the pages before
            return _without_caption(said["chosen"], wanted)
    first = "practice.current" if portal.has("practice.current") else "practice.chooser"
    shown = found if found and found.control == first else None
    shown = shown or portal.maybe("practice.current", practice=wanted) or portal.maybe("practice.chooser", practice=wanted)
    if shown:
        name = _without_caption(portal.text_of(shown), wanted)
        if same_text(name, wanted):
            portal.finder.believe(shown)
        return name
    return wanted if portal.maybe("practice.named", practice=wanted) else None


def select_practice(portal: PortalPage, name: str | None) -> None:
    """Chooses a practice where it is not chosen yet, and reads its name back.

    ``name`` is ``None`` where the account has one practice. Raises PracticeMissing where it cannot be chosen.
    """
    if name is None or not (portal.has("practice.chooser") or portal.has("practice.current")):
        return
    with portal.step(f"Choose the practice {name}", article="3", practice=name):
        try:
            found = portal.first_of("practice.current", "practice.chooser", "practice.named", "practice.option", practice=name)
        except (ControlNotFound, ControlAmbiguous) as error:
            raise PracticeMissing(
                f'Nothing on the page chooses the practice "{name}" or shows its name.',
                hint="If the account has one practice only, leave its name out of the config, or put `practice: none` into your map.",
            ) from error
        if same_text(current_practice(portal, name, found), name):
            return
        assert found is not None
        mark = portal.traffic.started
        _choose(portal, name, found)
        portal.until(lambda: portal.traffic.started > mark, seconds=REACTS)
        if not portal.until(lambda: _is_chosen(portal, name)):
            seen = current_practice(portal, name)
            raise PracticeMissing(f'The portal did not switch to "{name}"' + (f'; it still shows "{seen}".' if seen else "."))
        portal.settle()


def _is_chosen(portal: PortalPage, name: str) -> bool:
    try:
        shown = current_practice(portal, name)  # asked first: what the page has begun meanwhile is heard of with the answer
        return portal.traffic.reads_open(1.0) == 0 and same_text(shown, name)
    except Error:
        return False


def _choose(portal: PortalPage, name: str, found: Found) -> None:
    chooser = found if found.control in ("practice.chooser", "practice.option") else portal.maybe("practice.chooser", practice=name)
    if chooser is None:
        raise PracticeMissing(f'The page shows another practice than "{name}", and nothing to choose one with.')
    if chooser.control == "practice.option":
        portal.click(chooser)
        return
    choose_entry(portal, chooser, "practice.option", name, missing=PracticeMissing, practice=name)


def choose_entry(
    portal: PortalPage, chooser: Found, option: str, entry: str, *, missing: type[PracticeMissing],
    state: Mapping[str, Any] | None = None, **params: str,
) -> None:  # fmt: skip
    """Chooses one entry of a drop-down, native or not. Raises ``missing`` where it has no such entry. ``state``: what it shows, if that
    was just read."""
    state = state or portal.choice(chooser)
    if state["native"]:
        fitting = [said for said in state["options"] if same_text(said, entry)]
        if len(fitting) != 1:
            raise missing(f'The drop-down has no entry "{entry}". It has: ' + ", ".join(f'"{said}"' for said in state["options"]) + ".")
        chooser.locator.select_option(label=fitting[0], timeout=portal.patience * 1000)
        return
    portal.click(chooser)
    try:
        found = portal.find(option, timeout=min(portal.patience, 5.0), **params)
    except (ControlNotFound, ControlAmbiguous) as error:
        offered = ", ".join(f'"{caption}"' for caption in portal.finder.captions()[:15])
        portal.page.keyboard.press("Escape")
        raise missing(f'The drop-down does not offer "{entry}". On the page: {offered}.') from error
    portal.click(found)


def _without_caption(said: str, wanted: str) -> str:
    """ "Practice: Meadowlark Pediatrics ▾" without what is not the name."""
    plain = re.sub(r"[\s▾▼▿⌄˅∨\ue000-\uf8ff]+$", "", said)
    if same_text(plain, wanted):
        return wanted
    captioned = re.sub(r"^[^:]{0,30}:\s*", "", plain)
    if same_text(captioned, wanted):
        return wanted
    return re.sub(r"^(current |selected )?practice\s+", "", plain, flags=re.IGNORECASE)
