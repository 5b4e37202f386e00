"""What earlier runs say of themselves in ``events.jsonl``: which saves were begun and never told to an end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal_bot.output.results_file import RunHeader


@dataclass(frozen=True)
class OpenSave:
    """A Save that an earlier run was about to press and never told the end of. ``folder`` is that run's."""

    folder: Path
    practice: str | None
    list: str
    person: str
    permission: str
    wanted: bool

    def __str__(self) -> str:
        doing = "given" if self.wanted else "taken away"
        where = f" ({self.practice})" if self.practice else ""
        return (
            f"The run in {self.folder.name} ended while {self.permission} of {self.person}{where} was being {doing}; "
            "whether that was saved is read from the portal now."
        )


def open_saves(folder: Path) -> tuple[OpenSave, ...]:
    """The saves of one run that were begun and not told to an end, in their order. A torn last line is no error."""
    pending: dict[int, OpenSave] = {}
    for line in _events(folder):
        if line.get("kind") == "about-to-save":
            pending[line["index"]] = OpenSave(
                folder, line.get("practice"), line["list"], line["person"], line["permission"], bool(line.get("wanted"))
            )
        elif line.get("kind") == "person-done":
            pending.pop(line["index"], None)
    return tuple(pending.values())


def left_open(runs_dir: Path, header: RunHeader, *, before: Path | None = None) -> tuple[OpenSave, ...]:
    """What the last run of the same portal account, older than ``before``, left open. Empty where there is none."""
    try:
        folders = sorted((each for each in runs_dir.iterdir() if (each / "events.jsonl").is_file()), reverse=True)
    except OSError:
        return ()
    for folder in folders:
        if before is not None and folder.name >= before.name:
            continue
        first = next(iter(_events(folder)), {})
        if (first.get("portal"), first.get("user_name")) == (header.portal, header.user_name):
            return open_saves(folder)
    return ()


def _events(folder: Path) -> list[dict[str, Any]]:
    lines = []
    for line in (folder / "events.jsonl").read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            continue
    return lines
