"""Before and after of each change: the permission's row on the record, with the person's name over it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from portal_bot.model.entities import Assignment
from portal_bot.model.events import EventStream
from portal_bot.model.files import private
from portal_bot.portal.controls.control import Found
from portal_bot.portal.page.portal_page import PortalPage

STRIP = 30
"""Height of the strip with the name, in pixels."""
WIDEST = 640


class ChangePictures:
    """Takes pictures into a run's folder. What goes wrong with one never costs the person; it is told once."""

    def __init__(self, folder: Callable[[], Path], events: EventStream) -> None:
        self._folder = folder
        self._events = events
        self._told = False

    def __call__(self, portal: PortalPage, box: Found, assignment: Assignment, *, when: str) -> str | None:
        """``when``: before or after. The picture's name as it stands in results.json, ``None`` where there is none."""
        try:
            picture = _taken(portal, box, f"{assignment.person.name} · {assignment.permission}, {when}")
            folder = self._folder()
            path = folder / f"{assignment.index + 1:04}-{when}.png"
            with open(path, "wb", opener=private) as file:
                file.write(picture)
        except Exception as problem:  # proof is what was read, not the picture of it
            if not self._told:
                self._told = True
                text = f"A picture of a change could not be taken ({type(problem).__name__})."
                self._events.emit("note", worker=portal.worker, text=text)
            return None
        name = f"{folder.name}/{path.name}"
        self._events.emit("picture", worker=portal.worker, path=name, of=f"{assignment.permission} of {assignment.person.name}, {when}")
        return name


def _taken(portal: PortalPage, box: Found, caption: str) -> bytes:
    row = box.ask("rowOfBox", timeout=2)
    offset = {"x": 0.0, "y": 0.0}
    if box.frame is not portal.page.main_frame:
        offset = box.frame.frame_element().bounding_box() or offset  # type: ignore[assignment]
    x, y = max(0.0, row["x"] + offset["x"] - 8), max(0.0, row["y"] + offset["y"] - 2)
    own, height = min(row["width"] + 16, WIDEST), row["height"] + 4
    width = max(own, 9.0 * len(caption))
    top = y - STRIP if y >= STRIP else y + height
    return portal.page.screenshot(
        clip={"x": x, "y": min(y, top), "width": width, "height": height + STRIP},
        style=_strip(caption, x, top, width) + _beside(x + own, y, width - own, height), timeout=3000,
    )  # fmt: skip


def _strip(caption: str, x: float, y: float, width: float) -> str:
    """A style that only the picture has: the caption over what stands beside the row. Nothing of the page itself is touched."""
    content = "".join(f"\\{ord(letter):06x}" for letter in caption)
    return (
        f'html::after {{ content: "{content}"; position: fixed; left: {x}px; top: {y}px; width: {width}px; height: {STRIP}px;'
        " box-sizing: border-box; padding: 0 8px; background: #16324a; color: #fff; font: 600 14px/30px system-ui, sans-serif;"
        " white-space: nowrap; overflow: hidden; z-index: 2147483647; }"
    )


def _beside(x: float, y: float, width: float, height: float) -> str:
    """Covers what stands to the right of a row that is shorter than its caption."""
    return (
        f'html::before {{ content: ""; position: fixed; left: {x}px; top: {y}px; width: {width}px; height: {height}px;'
        " background: #fff; z-index: 2147483647; }"
    )
