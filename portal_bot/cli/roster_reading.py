"""Everybody in the portal's lists: read with progress, compared with a list, shown as a table or CSV."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from portal_bot.cli.flags import SelectionFlags
from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.config.loader import Config
    from portal_bot.model.entities import RosterPerson
    from portal_bot.run.run_options import RunReport


def read_everybody(config: Config, flags: SelectionFlags, mode: Mode) -> tuple[RunReport, tuple[RosterPerson, ...]]:
    """Everybody of the practices asked for, with progress on standard error."""
    from portal_bot.cli.progress import RunConsole
    from portal_bot.cli.run_summary import show_error
    from portal_bot.run.engine import read_rosters
    from portal_bot.run.run_options import RunOptions

    options = RunOptions(
        mode, practices=tuple(flags.practice), results=flags.results, runs_dir=flags.runs_dir, headed=flags.headed
    )  # fmt: skip
    with RunConsole(flags) as console:
        report, people = read_rosters(config, options, listeners=[console])
    show_error(report, debug=flags.debug)
    return report, people


def against(config: Config, flags: SelectionFlags, file: Path, csv: Path | None) -> Exit:
    """The portal held against a list: who has the permission and is not listed, who is listed and lacks it."""
    from portal_bot.cli import run_summary
    from portal_bot.cli.error_handling import close
    from portal_bot.config.people.compare import Difference
    from portal_bot.config.people.compare import against as compare
    from portal_bot.config.people.spreadsheet import read_people

    listed = read_people(file)
    report, people = read_everybody(config, flags, Mode.AUDIT)
    if report.error is not None:
        return run_summary.last_line(report.exit)
    found = compare(listed.rows, people, permissions_of(config))
    if csv is not None:
        write_csv(csv, list(Difference.__dataclass_fields__), [each.cells() for each in found])
    if csv == Path("-"):
        return close(report.exit)
    rows = [(each.kind, each.practice or "", each.name, each.email or "", each.permission, each.detail) for each in found]
    show_table(("Difference", "Practice", "Person", "E-mail", "Permission", "Detail"), rows)
    for bad in listed.bad:
        print(f"row {bad.number} of {file} does not count: {bad.reason}")
    print(f"{len(found)} differences between {file} and the portal. Nothing was changed.")
    return run_summary.last_line(Exit.NOT_DONE if listed.bad else report.exit)


def permissions_of(config: Config) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.permission for each in config.assignments()))


def write_csv(target: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    """A file readable by its owner, or standard output; a heading also where there are no rows."""
    import csv
    import io

    from portal_bot.model.files import replace_text
    from portal_bot.output.results_file import results_csv

    text = results_csv(rows)
    if not rows:
        heading = io.StringIO()
        csv.writer(heading, lineterminator="\n").writerow(columns)
        text = heading.getvalue()
    if target == Path("-"):
        print(text, end="", flush=True)
        return
    try:
        replace_text(target, text)
    except OSError as error:
        raise ConfigError([f"{target} cannot be written: {error.strerror or error}."]) from error


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from portal_bot.cli.run_summary import wide_console

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if rows:
        wide_console().print(table)
