"""What is asked of other elements in the same call as a reading, and kept for whoever asks for it next: each call costs 2 ms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from portal_bot.portal.controls.control import Found


class Along:
    """Questions about elements that are kept in the page. What is answered is as true as the reading that it came with."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self._hears: list[Callable[[Any], None]] = []

    def add(self, key: int, function: str, argument: Any, hears: Callable[[Any], None], *, seen: bool = False) -> None:
        """Asks a function of the reader of the element kept under a key; with ``seen`` only if it is to be seen."""
        self.asked.append({"key": key, "name": function, "argument": argument, "seen": seen})
        self._hears.append(hears)

    def of(self, found: Found, function: str, argument: Any = None) -> None:
        """Asks for what ``Found.ask`` will be asked for next."""
        found.told.pop(function, None)

        def hears(said: Any) -> None:
            found.told[function] = argument, said

        self.add(found.key, function, argument, hears)

    def hear(self, answers: Sequence[Sequence[Any]]) -> None:
        """An answer is empty where the element is not there any more."""
        for hears, answer in zip(self._hears, answers, strict=True):
            if answer:
                hears(answer[0])
