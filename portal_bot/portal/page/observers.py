"""Who looks on while a flow works in the portal, to record it.

The page is ``Any`` here: ``portal_page`` imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from playwright.sync_api import Locator

from portal_bot.model.entities import Assignment, ListName, RosterEntry

if TYPE_CHECKING:
    from portal_bot.portal.controls.control import Found


class Watcher(Protocol):
    """Is told what is done, in the thread that does it. Changes nothing on the page, and never raises."""

    def step(self, portal: Any, label: str, article: str) -> AbstractContextManager[None]:
        """Around each step; steps stand within steps."""

    def looking(self, portal: Any, locator: Locator, *, click: bool) -> None:
        """At a control that is about to be clicked, or that has been read."""

    def met(self, which: ListName, people: Sequence[RosterEntry]) -> None:
        """Everybody in a list of the practice that is open now."""


class TakePicture(Protocol):
    """Keeps a picture of a permission's row; the name of it, or ``None``. Never raises."""

    def __call__(self, portal: Any, box: Found, assignment: Assignment, *, when: str) -> str | None: ...
