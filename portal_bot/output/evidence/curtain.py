"""The curtain before every page of a recorded run, and the seal by which a frame shows that it was open. See ``curtain.js``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from playwright.sync_api import Error, Locator

from portal_bot.model.errors import PortalBotError
from portal_bot.output.evidence.failure_evidence import landmarks

if TYPE_CHECKING:
    from PIL.Image import Image

    from portal_bot.portal.page.portal_page import PortalPage

_OPEN = """(element, names) => {
  const curtain = window.top[Symbol.for('portal-bot.curtain')];
  return curtain ? curtain.open(element, names) : null;
}"""
_CELL = 8
_MARKS = ((255, 0, 255), (0, 255, 0), (255, 0, 255), (0, 255, 0))
_BITS = 8
_FAR = 90
"""How far a colour of the seal may be from what was painted, after JPEG."""


@cache
def script(*, anonymise: bool) -> str:
    """What is put into each document before its own scripts."""
    names = ("anonymise.js", "curtain.js") if anonymise else ("curtain.js",)
    return "\n".join(files("portal_bot.output.evidence").joinpath(name).read_text(encoding="utf-8") for name in names)


def open_where_safe(portal: PortalPage, names: Mapping[str, str] | None) -> int | None:
    """Opens the curtain where a landmark of User Administration stands; the seal's new number, ``None`` where it stays closed.

    ``names``: what is painted over, and with what. ``None`` paints over nothing.
    """
    try:
        for mark in landmarks(portal):
            return _opened(mark.locator, names)
    except (Error, PortalBotError):
        return None
    return None


def _opened(landmark: Locator, names: Mapping[str, str] | None) -> int | None:
    number: int | None = landmark.first.evaluate(_OPEN, names, timeout=1000)
    return number


def seal_of(frame: Image) -> int | None:
    """The number on the frame's seal; ``None`` where there is no whole seal, so that the frame must not be shown."""
    y = frame.height - _CELL // 2
    if frame.width < _CELL * (len(_MARKS) + _BITS) or frame.height < _CELL:
        return None
    for n, wanted in enumerate(_MARKS):
        if any(abs(is_ - due) > _FAR for is_, due in zip(_pixel(frame, n, y), wanted, strict=True)):
            return None
    number = 0
    for n in range(_BITS):
        light = sum(_pixel(frame, len(_MARKS) + n, y)) / 3
        if 90 < light < 165:
            return None
        number |= (light > 127) << n
    return number


def without_seal(frame: Image) -> Image:
    """The frame with the seal's place filled with what stands above it."""
    width = _CELL * (len(_MARKS) + _BITS)
    top = frame.height - _CELL
    line = frame.crop((0, top - 3, width, top - 2)).resize((width, _CELL + 2))
    frame.paste(line, (0, top - 2))
    return frame


def _pixel(frame: Image, cell: int, y: int) -> tuple[int, int, int]:
    red, green, blue = frame.getpixel((cell * _CELL + _CELL // 2, y))  # type: ignore[misc]
    return int(red), int(green), int(blue)
