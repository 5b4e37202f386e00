"""Deletes what old runs left behind, as the config's ``retention`` says. The history is not touched.

Deleted is only what is known for certain: a folder that is named as run folders are, no symbolic link, with results of the
same portal account in it. The run that asks is never among them.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal_bot.results_file import RunHeader

_RUN = re.compile(r"(\d{8}T\d{6})\.\d{3}Z-[0-9a-f]{8}")
_PICTURES = ("pictures", "recording.mp4", "trace.zip")
"""What shows the portal's pages. A report that has pictures within goes with them."""


@dataclass(frozen=True)
class Cleared:
    """How many runs were deleted, how many lost their pictures, and what could not be deleted."""

    runs: int = 0
    pictures: int = 0
    problems: tuple[str, ...] = ()


def clear(
    runs_dir: Path, header: RunHeader, *, current: Path, now: datetime, pictures: timedelta | None, runs: timedelta | None
) -> Cleared:
    """Applies retention to the runs of one portal account. ``None`` keeps for good. Raises nothing."""
    gone = stripped = 0
    problems = []
    for folder, began in _old_runs(runs_dir, header, current):
        try:
            if runs is not None and now - began > runs:
                shutil.rmtree(folder)
                gone += 1
            elif pictures is not None and now - began > pictures and _strip(folder):
                stripped += 1
        except OSError as error:
            problems.append(f"{folder.name} is old enough to be deleted, and cannot be: {error.strerror or error}.")
    return Cleared(gone, stripped, tuple(problems))


def _old_runs(runs_dir: Path, header: RunHeader, current: Path) -> Iterator[tuple[Path, datetime]]:
    with suppress(OSError):
        for folder in sorted(runs_dir.iterdir()):
            named = _RUN.fullmatch(folder.name)
            if not named or folder.is_symlink() or not folder.is_dir() or folder.name >= current.name:
                continue
            with suppress(OSError, ValueError, KeyError, TypeError):
                began = datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                run = json.loads((folder / "results.json").read_text(encoding="utf-8"))["run"]
                if (run["portal"], run["user_name"]) == (header.portal, header.user_name):
                    yield folder, began


def _strip(folder: Path) -> bool:
    """Deletes pictures and recordings of a run; true where there were some."""
    there = [folder / name for name in _PICTURES if (folder / name).exists() or (folder / name).is_symlink()]
    report = folder / "report.html"
    if report.is_file() and re.search(rb"data:(image/(png|jpeg|webp)|video/)", report.read_bytes()):
        there.append(report)
    for each in there:
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()
    return bool(there)
