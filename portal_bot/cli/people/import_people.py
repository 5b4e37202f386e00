"""``portal-bot import``: a list from elsewhere, into the config."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.flags import ConfigFlag
from portal_bot.cli.prompts import confirmed
from portal_bot.model.entities import ListName
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.config.people.merge import Import
    from portal_bot.config.people.spreadsheet import BadRow


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .csv or .xlsx file with a row of captions.")],
    config: ConfigFlag,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="MEANING=CAPTION", help="Which column is the name, email, list …: name='Full Name'."),
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook; the first otherwise.")] = None,
    practice: Annotated[str | None, typer.Option("--practice", metavar="NAME", help="The practice of rows that do not say theirs.")] = None,
    which: Annotated[ListName | None, typer.Option("--list", help="The list of rows that do not say theirs.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
) -> Exit:
    """Take people from a CSV or XLSX list into the config. Opens no portal.

    Shows whom it would add and change, and each row that is not clear by number and reason; the good rows are kept. Exit 4
    where rows were left out.
    """
    from portal_bot.cli import run_summary
    from portal_bot.config.config_edit import prepare
    from portal_bot.config.loader import load_config
    from portal_bot.config.people.merge import compare
    from portal_bot.config.people.spreadsheet import column_options, read_people

    if not yes and not dry_run and not sys.stdin.isatty():
        raise ConfigError(
            ["Standard input is not a terminal, so nothing can be asked. Nothing was changed."], hint="Say --yes or --dry-run."
        )
    read = load_config(config.config)
    people = read_people(file, columns=column_options(column or []), sheet=sheet)
    found = compare(read, people, practice=practice, which=which)
    _show(found, people.ignored)
    edit = prepare(read, found.changes)
    code = Exit.NOT_DONE if found.unknown or found.bad else Exit.OK
    if not edit.changes_anything:
        print("The config stays as it is.")
    elif dry_run:
        print(f"\n{edit.diff()}\n\nNothing was changed.")
    elif yes or confirmed("Change the config so?"):
        edit.write()
        print(f"{edit.file} was changed. Look with `{run_summary.command_line('plan', '-c', config.config)}` before you apply.")
    else:
        print("Nothing was changed.")
        code = Exit.OK
    return run_summary.last_line(code)


import_.__name__ = "import"


def _show(found: Import, ignored: Sequence[str]) -> None:
    if ignored:
        print(f"Columns that mean nothing here: {', '.join(ignored)}.")
    for row, person in found.added:
        where = ", ".join(part for part in (person.list.caption, person.practice) if part)
        print(f"row {row.number}: added    {person.name} ({where})")
    for row, mark in found.changed:
        told = ", ".join(f"{key} {_said(value)}" for key, value in mark.values.items())
        print(f"row {row.number}: changed  {mark.who.entry.name}: {told}")
    _show_rows("unknown ", found.unknown)
    _show_rows("bad     ", found.bad)
    print(
        f"{len(found.added)} added, {len(found.changed)} changed, {found.same} as they are, "
        f"{len(found.unknown)} unknown, {len(found.bad)} bad rows left out."
    )
    if found.not_in_file:
        print(f"{len(found.not_in_file)} of the config are not in the file; they stay.")


def _show_rows(kind: str, rows: Sequence[BadRow]) -> None:
    for each in rows:
        print(f"row {each.number}: {kind} {each.reason}")


def _said(value: object) -> str:
    return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)
