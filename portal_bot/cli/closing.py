"""How a run ends on standard output: the table, the recap, where the results are, and the exit code's meaning."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from portal_bot.cli.console import colour
from portal_bot.cli.guard import tell
from portal_bot.model import Exit, Outcome, Result
from portal_bot.wording import VENDOR_WARNINGS, advice, needs_somebody, on_off, outcome_words, recap

if TYPE_CHECKING:
    from portal_bot.run import RunReport

_ALL_LISTED = 50
"""With more people than this, those who are as wanted already are counted and not listed."""
_LOG_WIDTH = 160
_AS_WANTED = (Outcome.UNCHANGED, Outcome.BY_ROLE, Outcome.AWAITED)


def show_results(report: RunReport, *, quiet: bool) -> None:
    """The closing table (not when quiet) and the recap."""
    console = _console()
    if report.results and not quiet:
        console.print(_table(report.results))
        if hidden := len(report.results) - len(_listed(report.results)):
            console.print(f"{hidden} more are as wanted and not listed here; results.csv has everybody.", markup=False)
    if report.results:
        console.print(recap(report.results), style="bold", markup=False)


def show_place(folder: Path) -> None:
    print(f"Results: {_short(folder)}")


def show_warnings() -> None:
    """What the vendor says to whoever gives the permission."""
    print("\nFor everybody who gets the permission:")
    for warning in VENDOR_WARNINGS:
        print(f"- {warning}")


def last_line(code: Exit) -> Exit:
    """The end of a run's output: what its exit code means."""
    print(f"exit {code.value}: {code.meaning}", flush=True)
    return code


def show_error(error: BaseException | None, *, debug: bool) -> None:
    """Why the run could not go on, on standard error, before the results it has nonetheless."""
    sys.stdout.flush()
    if error is not None:
        tell(error, debug=debug)


def command_line(*arguments: str | Path) -> str:
    """A command to type, quoted for the shell where need be."""
    return shlex.join(["portal-bot", *(str(each) for each in arguments)])


def _console() -> Console:
    if sys.stdout.isatty() or os.environ.get("COLUMNS"):
        return Console(highlight=False)
    return Console(highlight=False, width=max(_LOG_WIDTH, shutil.get_terminal_size().columns))


def _listed(results: Sequence[Result]) -> list[Result]:
    """Whoever needs somebody first, then the others in the config's order."""
    shown = [each for each in results if len(results) <= _ALL_LISTED or each.outcome not in _AS_WANTED]
    return sorted(shown, key=lambda each: not needs_somebody(each))


def _table(results: Sequence[Result]) -> Table:
    listed = _listed(results)
    table = Table(pad_edge=False)
    for heading in ("Practice", "List", "Person", "Permission", "Before", "After", "Outcome", "Detail"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("Before", "After"))
    for each, above in zip(listed, [None, *listed], strict=False):
        wanted = each.assignment
        if above and needs_somebody(above) and not needs_somebody(each):
            table.add_section()
        table.add_row(
            *_texts(
                wanted.practice or "",
                wanted.list.caption,
                wanted.person.name,
                wanted.permission,
                on_off(each.before),
                on_off(each.after),
            ),
            Text(outcome_words(each.outcome), style=colour(each.outcome)),
            Text(_detail(each)),
        )
    return table


def _texts(*cells: str) -> Iterable[Text]:
    """Names come from outside: a text is never read as markup."""
    return (Text(cell) for cell in cells)


def _detail(result: Result) -> str:
    parts = [result.detail.rstrip(".")] if result.detail else []
    if needs_somebody(result):
        parts.append(advice(result.outcome).rstrip("."))
    return ". ".join(part for part in parts if part) + ("." if len(parts) > 1 else "")


def _short(path: Path) -> Path:
    """The path as seen from here, where that is shorter."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
