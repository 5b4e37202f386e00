"""A browser that was found, here or elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class FoundBrowser:
    """A browser to start. Without path and channel it is Playwright's own. ``what`` is for people.

    ``connect``, ``cdp``: the address of one that runs elsewhere. It may hold a secret path, so it is not told.
    """

    executable_path: Path | None
    channel: str | None
    what: str
    connect: str | None = field(default=None, repr=False)
    cdp: str | None = field(default=None, repr=False)
