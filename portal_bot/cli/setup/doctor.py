"""``portal-bot doctor``: what the bot finds of a portal, and the lines that would mend the rest."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.flags import ConfigFlag, SelectionFlags
from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.tasks.setup.doctor import Diagnosis
    from portal_bot.tasks.setup.findings import Finding


def doctor(
    config: ConfigFlag,
    flags: SelectionFlags,
    write_map: Annotated[
        Path | None,
        typer.Option("--write-map", metavar="FILE", help="Write the lines for your map to this new file too."),
    ] = None,
    looks: Annotated[
        Path | None,
        typer.Option("--looks", metavar="DIR", help="Decide from saved looks instead. Opens no portal. doctor saves them under looks/."),
    ] = None,
) -> Exit:
    """Check everything up to one open record, and say what would mend your map. Changes nothing.

    For each control: found and how, not found, or not clear; with a page of pictures, and lines ready for my-portal.yaml. Of a
    folder of configs each portal is looked at, one after the other.
    """
    from portal_bot.cli.run_summary import last_line
    from portal_bot.config.loader import load_config
    from portal_bot.run.run_options import RunOptions
    from portal_bot.tasks.fleet.fleet import each_its_own_password, load_fleet, selected
    from portal_bot.tasks.fleet.fleet_results import meaning_over_all, worst_code
    from portal_bot.tasks.setup.doctor import examine

    if looks is not None:
        return _judge(looks, config.config)
    several = config.config.is_dir()
    if several and (write_map is not None or flags.results is not None):
        raise ConfigError(["--write-map and --results are for one portal: give -c its config. Nothing was opened."])
    if write_map is not None and write_map.exists():
        raise ConfigError([f"{write_map} is there already. Nothing was opened."], hint="Name a new file with --write-map.")
    options = RunOptions(
        Mode.DOCTOR,
        people=tuple(flags.person),
        practices=tuple(flags.practice),
        results=flags.results,
        runs_dir=flags.runs_dir,
        headed=flags.headed,
    )
    if not several:
        told = examine(load_config(config.config), options)
        _tell(told, flags, write_map)
        return last_line(told.exit)
    configs = load_fleet(config.config)
    each_its_own_password(configs)
    codes: list[Exit] = []
    for read, own in selected(configs, options):
        print(f"\n{read.path.stem}: {read.portal.url}\n")
        told = examine(read, own)
        _tell(told, flags, None)
        print(f"{read.path.stem}: {told.exit.meaning}")
        codes.append(told.exit)
        if told.exit is Exit.INTERRUPTED:
            break
    print()
    code = worst_code(codes)
    return last_line(code, meaning_over_all(code))


def _judge(looks: Path, config: Path) -> Exit:
    """What saved looks show of each step of the job, and what no look shows."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from portal_bot.cli.run_summary import last_line, wide_console
    from portal_bot.config.loader import load_config
    from portal_bot.tasks.setup.saved_looks import judge_looks

    verdict = judge_looks(looks, load_config(config) if config.is_file() else None)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Look", "Step", "Found", "Why"):
        table.add_column(heading, overflow="fold")
    for finding in verdict.findings:
        found = Text("yes", style="green") if finding.found else Text("no", style="dim")
        table.add_row(Text(finding.look), Text(finding.step), found, Text(finding.why))
    wide_console().print(table)
    if verdict.ok:
        print("Every step of the job is shown by some look.")
        return last_line(Exit.OK)
    print("No look shows: " + ", ".join(verdict.missing) + ".")
    return last_line(Exit.PORTAL)


def _tell(told: Diagnosis, flags: SelectionFlags, write_map: Path | None) -> None:
    """The whole diagnosis of one portal."""
    from portal_bot.cli.error_handling import tell

    _show(told, all_of_them=not flags.quiet)
    if told.error is not None:
        sys.stdout.flush()
        tell(told.error, traceback=None)
    if told.page is not None:
        print(f"\nPictures of each screen: {told.page}")
    if told.looks is not None:
        print(f"Looks with nobody in them, to send along with a report: {told.looks}")
    if told.map_yaml:
        print(f"\nLines for your map:\n\n{told.map_yaml}", end="")
        if write_map is not None:
            _write(write_map, told.map_yaml)


def _show(told: Diagnosis, *, all_of_them: bool) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from portal_bot.cli.run_summary import wide_console

    console = wide_console()
    for check in told.checks:
        mark = ("ok   ", "green") if check.ok else ("NOT  ", "bold red")
        console.print(Text.assemble(mark, f"{check.what}: {check.detail}"), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("Screen", "Control", "State", "How"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("State",))
    for screen in told.screens:
        title = screen.title
        for finding in screen.findings:
            if all_of_them or finding.is_problem:
                style = "bold red" if finding.is_problem else "green" if finding.state == "found" else "dim"
                table.add_row(Text(title), Text(finding.control), Text(str(finding.state), style=style), Text(_how(finding)))
                title = ""
    if table.row_count:
        console.print(table)


def _how(finding: Finding) -> str:
    parts = [finding.detail] if finding.detail else []
    if finding.nearest:
        parts.append("nearest on the page: " + ", ".join(f'"{caption}"' for caption in finding.nearest))
    if finding.line:
        parts.append("put into your map: " + " ".join(finding.line.text.split()))
    return "\n".join(parts)


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ConfigError([f"{path} cannot be written: {error.strerror or error}."]) from error
    print(f"Written to {path}.")
