"""``portal-bot plan`` and ``portal-bot apply``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.flags import ConfigFlag, FleetFlags
from portal_bot.cli.runs.run_request import run_options, run_with_progress
from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.run.run_options import RunOptions


def plan(
    config: ConfigFlag,
    flags: FleetFlags,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 3 where changes are pending, 4 where somebody could not be matched.")
    ] = False,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FILE", help="Hold everybody in the portal against this CSV or XLSX list instead."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="With --against: write the differences here; - is standard output.")
    ] = None,
) -> Exit:
    """Say what `apply` would do. Changes nothing."""
    from portal_bot.cli import run_summary

    several = bool(flags.cluster) or config.config.is_dir()
    if against is not None:
        if several:
            raise ConfigError(["--against is for one config, here and not on a cluster. Nothing was opened."])
        from portal_bot.cli.roster_reading import against as hold_against
        from portal_bot.config.loader import load_config

        return hold_against(load_config(config.config), flags, against, csv)
    if csv is not None:
        raise ConfigError(["--csv is for --against FILE. Nothing was opened."])
    if several:
        from portal_bot.cli.runs.fleet import fleet

        return fleet(config.config, run_options(Mode.PLAN, flags, check=check), flags)
    options = run_options(Mode.PLAN, flags, check=check)
    report = run_with_progress(config.config, options, flags)
    run_summary.show_results(report.results, quiet=flags.quiet)
    if not flags.quiet:
        run_summary.show_place(report.folder)
        if report.digest and report.error is None:
            print(f"Plan {report.digest}. To apply exactly this:")
            print(f"  {run_summary.command_line(*_same(config.config, options), '--expect', report.digest)}")
    return run_summary.last_line(report.exit)


def apply(
    config: ConfigFlag,
    flags: FleetFlags,
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="DIGEST", help="Refuse where the plan is no longer the one with this digest."),
    ] = None,
    careful: Annotated[
        bool,
        typer.Option("--careful", help="Change and prove one person first, and read their neighbors again. The first run does so anyway."),
    ] = False,
) -> Exit:
    """Give and take the permissions as the config wants them, and prove it by reading each record again."""
    from portal_bot.cli import run_summary

    if flags.cluster or config.config.is_dir():
        from portal_bot.cli.runs.fleet import fleet

        return fleet(config.config, run_options(Mode.APPLY, flags, expect=expect, careful=careful), flags)
    report = run_with_progress(config.config, run_options(Mode.APPLY, flags, expect=expect, careful=careful), flags)
    run_summary.show_results(report.results, quiet=flags.quiet)
    if not flags.quiet:
        run_summary.show_place(report.folder)
        run_summary.show_warnings()
    return run_summary.last_line(report.exit)


def _same(config: Path, options: RunOptions) -> list[str | Path]:
    """``apply`` with the same config, the same people and the same limits as the plan."""
    arguments: list[str | Path] = ["apply", "-c", config]
    for name, values in (("--practice", options.practices), ("--person", options.people)):
        for value in values:
            arguments += [name, value]
    for name, limit in (("--max-changes", options.max_changes), ("--max-removals", options.max_removals)):
        if limit is not None:
            arguments += [name, str(limit)]
    return arguments
