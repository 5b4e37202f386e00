"""How a run ends on standard output: the table, the recap, where the results are, and the exit code's meaning."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from portal_bot.cli.error_handling import tell
from portal_bot.cli.progress import colour
from portal_bot.model.entities import Outcome, Result
from portal_bot.model.exit_codes import Exit
from portal_bot.model.messages import VENDOR_WARNINGS, advice, needs_somebody, on_off, outcome_words, recap

if TYPE_CHECKING:
    from portal_bot.run.run_options import RunReport

_DETAIL_FITS = 120
"""Columns that a terminal must have for the table's last column."""
_ALL_LISTED = 50
"""With more people than this, those of whom there is nothing to tell are counted and not listed."""
_NOTHING_TO_TELL = (Outcome.UNCHANGED, Outcome.BY_ROLE, Outcome.AWAITED, Outcome.NOT_TRIED)
_NEEDS_LISTED = 20
_LOG_WIDTH = 160


def show_results(results: Sequence[Result], *, quiet: bool, portals: Sequence[str] = ()) -> None:
    """Whoever needs somebody, the closing table (neither when quiet), and the recap.

    ``portals``: the portal of each result, where there are several.
    """
    console = wide_console()
    if results and not quiet:
        listed = _listed(list(zip(portals or [""] * len(results), results, strict=True)))
        _show_needs(console, [each for each in listed if needs_somebody(each[1])])
        if listed:
            console.print(_table(listed, detail=console.width >= _DETAIL_FITS))
        if hidden := Counter(each.outcome for each in results) - Counter(each.outcome for _, each in listed):
            counted = ", ".join(f"{number} {outcome_words(outcome)}" for outcome, number in hidden.items())
            console.print(f"Not listed here: {counted}. results.csv has everybody.", soft_wrap=True)
    if results:
        console.print(Text(recap(results), style="bold"), soft_wrap=True)


def show_place(folder: Path) -> None:
    print(f"Results: {_short(folder)}")
    for name, what in (("report.html", "Report"), ("recording.mp4", "Recording"), ("trace.zip", "Trace")):
        if (folder / name).exists():
            print(f"{what}: {_short(folder / name)}")


def show_warnings() -> None:
    """What the vendor says to whoever gives the permission."""
    print("\nFor everybody who gets the permission:")
    for warning in VENDOR_WARNINGS:
        print(f"- {warning}")


def last_line(code: Exit, meaning: str = "") -> Exit:
    """The end of a run's output: what its exit code means. ``meaning``: of several portals, where that differs."""
    print(f"exit {code.value}: {meaning or code.meaning}", flush=True)
    return code


def show_error(report: RunReport, *, debug: bool) -> None:
    """Why the run could not go on, on standard error, before the results it has nonetheless."""
    sys.stdout.flush()
    if report.error is not None:
        tell(report.error, traceback=report.traceback if debug else None)


def command_line(*arguments: str | Path) -> str:
    """A command to type, quoted for the shell where need be."""
    return shlex.join(["portal-bot", *(str(each) for each in arguments)])


def wide_console() -> Console:
    """A terminal as wide as it is; a file or pipe wide enough for a table."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return Console(highlight=False)
    return Console(highlight=False, width=max(_LOG_WIDTH, shutil.get_terminal_size().columns))


_OfPortal = tuple[str, Result]
"""A result and the name of its portal, empty where there is one."""


def _show_needs(console: Console, results: Sequence[_OfPortal]) -> None:
    """Whoever somebody has to look after, each with what to do."""
    if results:
        console.print(Text("\nThese need somebody:", style="bold"))
    for portal, each in results[:_NEEDS_LISTED]:
        wanted = each.assignment
        where = ", ".join(part for part in (wanted.list.caption, wanted.practice, portal) if part)
        lines = [f"- {wanted.person.name} ({where}): {wanted.permission} {outcome_words(each.outcome)}"]
        lines += [f"  {line[:1].upper()}{line[1:].rstrip('.')}." for line in (each.detail, advice(each.outcome)) if line]
        console.print(Text("\n".join(lines)), soft_wrap=True)
    if len(results) > _NEEDS_LISTED:
        console.print(f"- and {len(results) - _NEEDS_LISTED} more, in the table below.")


def _listed(results: Sequence[_OfPortal]) -> list[_OfPortal]:
    """Whoever needs somebody first, then the others in the config's order."""
    shown = [each for each in results if len(results) <= _ALL_LISTED or each[1].outcome not in _NOTHING_TO_TELL]
    return sorted(shown, key=lambda each: not needs_somebody(each[1]))


def _table(results: Sequence[_OfPortal], *, detail: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    several = any(portal for portal, _ in results)
    headings = ["Practice", "List", "Person", "Permission", "Before", "After", "Outcome"]
    for heading in (*["Portal"] * several, *headings, *["Detail"] * detail):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Before", "After", "Outcome"))
    for portal, each in results:
        wanted = each.assignment
        row = [
            *([portal] * several),
            wanted.practice or "",
            wanted.list.caption,
            wanted.person.name,
            wanted.permission,
            on_off(each.before),
            on_off(each.after),
        ]
        # Names come from outside: a Text is never read as markup.
        outcome = Text(outcome_words(each.outcome), style=colour(each.outcome))
        table.add_row(*(Text(cell) for cell in row), outcome, *([Text(each.detail)] * detail))
    return table


def _short(path: Path) -> Path:
    """The path as seen from here, where that is shorter."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
