"""``portal-bot plan`` and ``portal-bot apply``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.options import ConfigFlag, FleetFlags, RunFlags, WatchFlags
from portal_bot.errors import ConfigError, PortalBotError
from portal_bot.model import Exit, Mode

if TYPE_CHECKING:
    from portal_bot.credentials import Credentials
    from portal_bot.evidence.watching_run import WatchOptions
    from portal_bot.run_options import RunOptions, RunReport


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
    from portal_bot.cli import closing

    several = bool(flags.cluster) or config.config.is_dir()
    if against is not None:
        if several:
            raise ConfigError(["--against is for one config, here and not on a cluster. Nothing was opened."])
        from portal_bot.cli.audit import against as hold_against
        from portal_bot.config import load_config

        return hold_against(load_config(config.config), flags, against, csv)
    if csv is not None:
        raise ConfigError(["--csv is for --against FILE. Nothing was opened."])
    if several:
        from portal_bot.cli.fleet import fleet

        return fleet(config.config, run_options(Mode.PLAN, flags, check=check), flags)
    options = run_options(Mode.PLAN, flags, check=check)
    report = run_with_progress(config.config, options, flags)
    closing.show_results(report.results, quiet=flags.quiet)
    if not flags.quiet:
        closing.show_place(report.folder)
        if report.digest and report.error is None:
            print(f"Plan {report.digest}. To apply exactly this:")
            print(f"  {closing.command_line(*_same(config.config, options), '--expect', report.digest)}")
    return closing.last_line(report.exit)


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
    from portal_bot.cli import closing

    if flags.cluster or config.config.is_dir():
        from portal_bot.cli.fleet import fleet

        return fleet(config.config, run_options(Mode.APPLY, flags, expect=expect, careful=careful), flags)
    report = run_with_progress(config.config, run_options(Mode.APPLY, flags, expect=expect, careful=careful), flags)
    closing.show_results(report.results, quiet=flags.quiet)
    if not flags.quiet:
        closing.show_place(report.folder)
        closing.show_warnings()
    return closing.last_line(report.exit)


def run_options(
    mode: Mode, flags: RunFlags, *, check: bool = False, expect: str | None = None, careful: bool = False
) -> RunOptions:  # fmt: skip
    """The options of one run, from those of the command line."""
    from portal_bot.run_options import RunOptions

    return RunOptions(
        mode=mode,
        people=tuple(flags.person),
        practices=tuple(flags.practice),
        results=flags.results,
        runs_dir=flags.runs_dir,
        headed=flags.headed,
        check=check,
        expect=expect,
        max_changes=flags.max_changes,
        max_removals=flags.max_removals,
        deadline=_deadline(flags.deadline),
        workers=flags.workers,
        careful=careful or None,
        watch=watch_options(flags),
    )


def run_with_progress(path: Path, options: RunOptions, flags: RunFlags, *, credentials: Credentials | None = None) -> RunReport:
    """One run with its progress on standard error; why it could not go on is told there too."""
    from portal_bot.cli.closing import show_error
    from portal_bot.cli.console import RunConsole
    from portal_bot.config import load_config
    from portal_bot.run import run

    try:
        config = load_config(path)
        with RunConsole(flags) as console:
            report = run(config, options, listeners=[console], credentials=credentials)
    except PortalBotError as error:
        if flags.results is not None:
            claim_nothing(flags.results, options.mode, error.exit)
        raise
    show_error(report, debug=flags.debug)
    return report


def claim_nothing(results: Path, mode: Mode, code: Exit) -> None:
    """A run that did not begin replaces ``--results`` too: what an earlier run wrote there must not stand for it."""
    from datetime import UTC, datetime

    from portal_bot.results_file import RunHeader, replace_text, results_json

    now = datetime.now(UTC)
    header = RunHeader(mode, portal=None, user_name=None, config_sha256=None)
    replace_text(results, results_json(header, [], run_id=None, started=now, finished=now, exit_code=code))


def watch_options(flags: WatchFlags) -> WatchOptions:
    """What shall be kept of what the run looks like. Raises ConfigError for what does not go together."""
    from portal_bot.errors import ConfigError
    from portal_bot.evidence.watching_run import WatchOptions

    if flags.pace not in ("slow", "normal", "fast"):
        raise ConfigError([f"--pace is slow, normal or fast, not '{flags.pace}'. Nothing was opened."])
    if flags.anonymise and not flags.record:
        raise ConfigError(["--anonymise is for a film, so it needs --record as well. Nothing was opened."])
    return WatchOptions(flags.record, flags.pace, flags.anonymise, flags.trace)


def _deadline(text: str | None) -> timedelta | None:
    from portal_bot.config import duration

    return None if text is None else duration(text)


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
