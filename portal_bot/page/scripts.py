"""Calls into ``reading.js``, the bot's one reader inside a page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Error, Frame, JSHandle, Locator


@cache
def _library() -> str:
    return files("portal_bot.page").joinpath("reading.js").read_text(encoding="utf-8").strip()


def in_frame(frame: Frame, function: str, argument: Any = None) -> Any:
    """Calls a function of the reader in a frame, with one argument."""
    return frame.evaluate(f"(argument) => {_library()}.{function}(argument)", argument)


def handle_in_frame(frame: Frame, function: str) -> JSHandle | None:
    """What a function of the reader gives, kept in the page; ``None`` where the frame is just being replaced."""
    try:
        return frame.evaluate_handle(f"() => {_library()}.{function}()")
    except Error:
        return None


def on_element(locator: Locator, function: str, *, timeout: float) -> Any:
    """Calls a function of the reader with the element that a locator finds. ``timeout`` in seconds."""
    return locator.evaluate(f"(element) => {_library()}.{function}(element)", timeout=timeout * 1000)


def on_elements(locator: Locator, function: str, argument: Any = None) -> Any:
    """Calls a function of the reader with all elements that a locator finds at this moment."""
    return locator.evaluate_all(f"(elements, argument) => {_library()}.{function}(elements, argument)", argument)
