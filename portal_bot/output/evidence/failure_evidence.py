"""What a page showed when somebody failed for its reason: a picture and an accessibility snapshot, once for each kind of failure.

Other pages than a record or a list of User Administration show patients: where no landmark of these stands, everything is
covered and no snapshot is kept. What people typed is on neither of them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal_bot.model.entities import ListName
from portal_bot.model.errors import BrowserGone, Busy, PageError, SessionEnded
from portal_bot.model.events import EventStream
from portal_bot.model.files import private, write_private
from portal_bot.portal.page.portal_page import PortalPage
from portal_bot.portal.page.screenshots import Mark, outlined, snapshot

_HOLDS_TYPED = re.compile(r"^(\s*- '?(?:textbox|searchbox|spinbutton|combobox)\b(?: \"(?:[^\"\\]|\\.)*\")?(?: \[[^\]]*\])*'?): .+$")
"""A line of a snapshot that ends with what was typed."""
_BELOW_TYPED = re.compile(r"^\s*- (?:textbox|searchbox|spinbutton)\b.*:$")
"""A line of a snapshot below which what was typed may stand."""
_LONGEST_SNAPSHOT = 200_000


class FailureEvidence:
    """Keeps evidence in a folder, once for each kind of failure and control. Call it with the portal and the error; never raises."""

    def __init__(self, folder: Callable[[], Path], events: EventStream, redact: Callable[[Any], Any]) -> None:
        self._folder = folder
        self._events = events
        self._redact = redact
        self._kept: set[str] = set()
        self._lock = threading.Lock()

    def __call__(self, portal: PortalPage, error: PageError) -> None:
        if isinstance(error, BrowserGone | SessionEnded | Busy) or not portal.signed_in:
            return
        kind = kind_of(error)
        with self._lock:
            if kind in self._kept:
                return
            self._kept.add(kind)
        try:
            self._keep(portal, kind, error)
        except Exception as problem:  # evidence must never cost the run
            self._events.emit("note", worker=portal.worker, text=f"No picture of this failure could be kept ({type(problem).__name__}).")

    def _keep(self, portal: PortalPage, kind: str, error: PageError) -> None:
        with portal.step(f"Keep what the page showed ({kind})", limit=30):
            marks = landmarks(portal)
            if not marks and not portal.at_record:
                return
            picture = outlined(portal.page, marks, covered=not marks)
            said = without_values(snapshot(portal.page)) if marks else "# Nothing on this page says that it is a record or a list."
        folder = self._folder()
        head = "# " + " ".join(str(self._redact(error.message)).split())
        write_private(folder / f"failure-{kind}.yaml", f"{head}\n{self._redact(said)[:_LONGEST_SNAPSHOT]}\n")
        if picture is None:
            return
        path = folder / f"failure-{kind}.png"
        with open(path, "wb", opener=private) as file:
            file.write(picture)
        self._events.emit("picture", worker=portal.worker, path=f"{folder.name}/{path.name}", of=f"the page at the first failure: {kind}")


def kind_of(error: PageError) -> str:
    """What groups failures that are alike: their kind, and the control where one was not found or not clear."""
    match = re.search(r"\b(?:sign_in|sign_out|practice|navigation|list|record|save|interruptions)\.[a-z_.]+", error.message)
    control = f"-{match[0].rstrip('.').replace('.', '-')}" if match and error.kind.startswith("control-") else ""
    return f"{error.kind}{control}"


def without_values(said: str) -> str:
    """An accessibility snapshot without what was typed: it prints the contents of text boxes, passwords too, in clear."""
    lines: list[str] = []
    below: int | None = None
    for line in said.splitlines():
        depth = len(line) - len(line.lstrip())
        if below is not None and depth > below:
            continue
        below = depth if _BELOW_TYPED.match(line) else None
        lines.append(_HOLDS_TYPED.sub(r"\1", line) if below is None else line.rstrip(":"))
    return "\n".join(lines)


def landmarks(portal: PortalPage) -> list[Mark]:
    """What says that this is a record or a list of people, and so shows no patients."""
    marks = []
    if portal.at_record:
        for control in ("record.permissions", "save.button", "record.tab"):
            if portal.has(control) and (found := portal.maybe(control)):
                marks.append(Mark(control, found.locator))
    for which in ListName:
        if not marks and (found := portal.maybe("list.heading", list=portal.map.captions.get(which.value, which.caption))):
            marks.append(Mark("list.heading", found.locator))
    return marks
