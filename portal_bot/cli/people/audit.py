"""``portal-bot audit``, and what ``roster --csv`` and ``plan --against`` share with it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.flags import ConfigFlag, SelectionFlags
from portal_bot.model.entities import Exit, Mode
from portal_bot.model.errors import ConfigError

if TYPE_CHECKING:
    from portal_bot.config.loader import Config
    from portal_bot.model.entities import RosterPerson
    from portal_bot.run.run_options import RunReport

_Csv = Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write it to this file too; - is standard output.")]


def audit(
    config: ConfigFlag,
    flags: SelectionFlags,
    csv: _Csv = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a page to print and sign.")] = None,
) -> Exit:
    """Tell who has the permission in every practice of the config, how, and since which run. Changes nothing.

    Reads every record of both lists, also of people whom the config does not name. Exit 4 where a record could not be read.
    """
    from datetime import UTC, datetime

    from portal_bot.cli import run_summary
    from portal_bot.cli.error_handling import close
    from portal_bot.config.loader import load_config
    from portal_bot.model.name_matching import fits
    from portal_bot.output.history import History
    from portal_bot.output.report.access_review import How, review, review_page
    from portal_bot.output.results_file import replace_text, utc
    from portal_bot.run.account.state_dir import state_dir

    read = load_config(config.config)
    report, everybody = read_everybody(read, flags, Mode.AUDIT)
    if report.error is not None:
        return run_summary.last_line(report.exit)
    kept = History(state_dir())
    runs = {row["run"] for row in kept.runs() if (row["portal"], row["user_name"]) == (read.portal.url, read.portal.user_name)}
    people = [each for each in everybody if not flags.person or any(fits(each.name, name) for name in flags.person)]
    rows = review(people, permissions_of(read), [row for row in kept.all_results() if row["run"] in runs])
    practices = list(dict.fromkeys(each.practice for each in read.assignments((), tuple(flags.practice))))
    if csv is not None:
        columns = ["practice", "list", "name", "email", "location", "permission", "how", "since", "since_run", "since_how", "detail"]
        write_csv(csv, columns, [row.cells() for row in rows])
    if html is not None:
        told = review_page(
            rows, portal=read.portal.url, user_name=read.portal.user_name, at=utc(datetime.now(UTC)),
            run=report.folder.name, practices=practices,
        )  # fmt: skip
        replace_text(html, told)
        print(f"The page to sign: {html}", file=sys.stderr)
    if csv != Path("-"):
        show_table(
            ("Practice", "List", "Person", "E-mail", "Permission", "How", "Since"),
            [
                (r.practice or "", r.list.caption, r.name, r.email or "", r.permission, str(r.how), r.since.said if r.since else r.detail)
                for r in rows
            ],
        )
        unknown = sum(row.how is How.UNKNOWN for row in rows)
        print(f"{len(rows) - unknown} have it, of {len(people)} people. Not known of {unknown}.")
        return run_summary.last_line(report.exit)
    return close(report.exit)


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

    from portal_bot.output.results_file import replace_text, results_csv

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
