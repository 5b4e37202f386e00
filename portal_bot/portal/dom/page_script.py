"""Calls into the scripts of ``reading``, the bot's one reader inside a page.

The reader is put into each new document once, under a symbol that no page looks for, and again where a document was made
without it; sending it along with every call made each call several times slower. What it says comes as one text of JSON:
Playwright's own way, value by value, took twice as long as the reading of a record itself.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Error, Frame, JSHandle, Locator

_PLACE = "globalThis[Symbol.for('portal-bot.reading')]"
_MISSING = "the reader is not in this document"
_READER = f"({_PLACE} ?? (() => {{ throw new Error({_MISSING!r}); }})())"
_HALF_A_LETTER = re.compile(r"(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}")
"""What JSON has for half of a letter of two codes: nothing that could be written to a file."""


@cache
def reader() -> str:
    """The script that puts the reader into a document."""
    parts = sorted(files("portal_bot.portal.dom").joinpath("reading").iterdir(), key=lambda part: part.name)
    source = "\n".join(part.read_text(encoding="utf-8") for part in parts if part.name.endswith(".js"))
    value = f"(() => {{\n{source}\nreturn reading;\n}})()"
    return f"Object.defineProperty(globalThis, Symbol.for('portal-bot.reading'), {{value: {value}, configurable: true}});"


def in_frame(frame: Frame, function: str, argument: Any = None) -> Any:
    """Calls a function of the reader in a frame, with one argument."""
    call = f"async (argument) => {_READER}.asText(await {_READER}.{function}(argument))"
    try:
        return _heard(frame.evaluate(call, argument))
    except Error as error:
        _put_in_if_missing(error, frame)
        return _heard(frame.evaluate(call, argument))


def handle_in_frame(frame: Frame, function: str) -> JSHandle | None:
    """What a function of the reader gives, kept in the page; ``None`` where the frame is just being replaced."""
    call = f"() => {_READER}.{function}()"
    try:
        try:
            return frame.evaluate_handle(call)
        except Error as error:
            _put_in_if_missing(error, frame)
            return frame.evaluate_handle(call)
    except Error:
        return None


def on_element(locator: Locator, function: str, argument: Any = None, *, timeout: float, key: int | None = None) -> Any:
    """Calls a function of the reader with the element that a locator finds. ``timeout`` in seconds: it is waited for.

    ``key``: under which the element is kept for ``on_kept``. ``Locator.evaluate`` waits for a frame to be painted (20 ms),
    so it is asked only where the element is not there yet.
    """
    kept = "elements[0]" if key is None else f"{_READER}.keep(elements[0], {key})"
    call = f"async (elements, argument) => {_READER}.asText(elements.length === 1 ? [await {_READER}.{function}({kept}, argument)] : [])"
    try:
        try:
            answer = _heard(locator.evaluate_all(call, argument))
        except Error as error:
            _put_in_if_missing(error, locator)
            answer = _heard(locator.evaluate_all(call, argument))
    except Error as error:
        _raise_unless_moving(error)
        answer = []  # the element is waited for on the next page
    if answer:
        return answer[0]
    call = f"async (element, argument) => {_READER}.asText(await {_READER}.{function}(element, argument))"
    try:
        return _heard(locator.evaluate(call, argument, timeout=timeout * 1000))
    except Error as error:
        _put_in_if_missing(error, locator)
        return _heard(locator.evaluate(call, argument, timeout=timeout * 1000))


def on_kept(frame: Frame, key: int, function: str, argument: Any = None, *, seen: bool = False) -> list[Any]:
    """What a function of the reader says of the element kept under a key, in a list; empty where it stands there no more (with
    ``seen``: or is not to be seen).

    A third of the time of looking for it again by name.
    """
    try:
        answer: list[Any] = in_frame(frame, "ofKept", {"key": key, "name": function, "argument": argument, "seen": seen})
    except Error as error:
        _raise_unless_moving(error)
        return []
    return answer


def on_elements(locator: Locator, function: str, argument: Any = None) -> Any:
    """Calls a function of the reader with all elements that a locator finds at this moment."""
    call = f"async (elements, argument) => {_READER}.asText(await {_READER}.{function}(elements, argument))"
    try:
        return _heard(locator.evaluate_all(call, argument))
    except Error as error:
        _put_in_if_missing(error, locator)
        return _heard(locator.evaluate_all(call, argument))


def _heard(said: str | list[Any]) -> Any:
    """What the reader said, from its text; where the page has a JSON of its own kind, from what Playwright brought."""
    if isinstance(said, str):
        said = json.loads(_HALF_A_LETTER.sub(r"\1\\ufffd", said) if "\\ud" in said else said)
    return said[0]


def _raise_unless_moving(error: Error) -> None:
    """An error that does not only say that the page is on its way to another is raised again."""
    if "Execution context was destroyed" not in error.message:
        raise error


def _put_in_if_missing(error: Error, where: Frame | Locator) -> None:
    """Puts the reader into a document that was made without it; any other error is raised again."""
    if _MISSING not in error.message:
        raise error
    if isinstance(where, Frame):
        where.evaluate(f"() => {{ {reader()} }}")
    else:
        where.evaluate_all(f"() => {{ {reader()} }}")
