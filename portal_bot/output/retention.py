"""Deletes what old runs left behind, as the config's ``retention`` says. The history is not touched.

Deleted is only what is known for certain: a folder that is named as run folders are, no symbolic link, with results of the
same portal account in it. The run that asks is never among them. The folder over several portals goes with the last of its runs.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from portal_bot.output.results_file import RunHeader

T = TypeVar("T")
_RUN = re.compile(r"(\d{8}T\d{6})\.\d{3}Z-[0-9a-f]{8}")
_FLEET = re.compile(_RUN.pattern + "-fleet")
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
    account = (header.portal, header.user_name)
    gone = stripped = 0
    problems = []

    def deleted(folder: Path) -> bool:
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:  # another portal's run of the same folder was quicker
            return not folder.exists()
        except OSError as error:
            problems.append(f"{folder.name} is old enough to be deleted, and cannot be: {error.strerror or error}.")
            return False
        return True

    for folder, began, whose in _folders(runs_dir, _RUN, lambda results: _account(results["run"])):
        if folder.name >= current.name or whose != account:
            continue
        if runs is not None and now - began > runs:
            gone += deleted(folder)
        elif pictures is not None and now - began > pictures:
            try:
                stripped += _strip(folder)
            except OSError as error:
                problems.append(f"The pictures of {folder.name} are old enough to be deleted, and cannot be: {error.strerror or error}.")
    for folder, began, portals in _folders(runs_dir, _FLEET, lambda results: [(_account(of), of["folder"]) for of in results["portals"]]):
        left = any(run and (runs_dir / Path(run).name).exists() for _, run in portals)
        if runs is not None and now - began > runs and not left and account in [whose for whose, _ in portals]:
            deleted(folder)
    return Cleared(gone, stripped, tuple(problems))


def _account(said: Any) -> tuple[Any, Any]:
    return said["portal"], said["user_name"]


def _folders(runs_dir: Path, pattern: re.Pattern[str], read: Callable[[Any], T]) -> Iterator[tuple[Path, datetime, T]]:
    """Folders of this name, when each was begun, and what is read of its results; those that are not what they seem are left out."""
    with suppress(OSError):
        for folder in sorted(runs_dir.iterdir()):
            named = pattern.fullmatch(folder.name)
            if not named or folder.is_symlink() or not folder.is_dir():
                continue
            with suppress(OSError, ValueError, KeyError, TypeError):
                began = datetime.strptime(named[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
                told = read(json.loads((folder / "results.json").read_text(encoding="utf-8")))
                yield folder, began, told


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
