"""What the options of the command line ask of a run, and the run with its progress."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from portal_bot.cli.flags import RunFlags, WatchFlags
from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError, PortalBotError
from portal_bot.output.results_file import claim_nothing

if TYPE_CHECKING:
    from portal_bot.output.evidence.recorders import WatchOptions
    from portal_bot.run.account.credentials import Credentials
    from portal_bot.run.run_options import RunOptions, RunReport


def run_options(
    mode: Mode, flags: RunFlags, *, check: bool = False, expect: str | None = None, careful: bool = False
) -> RunOptions:  # fmt: skip
    """The options of one run, from those of the command line."""
    from portal_bot.run.run_options import RunOptions

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
    from portal_bot.cli.progress import RunConsole
    from portal_bot.cli.run_summary import show_error
    from portal_bot.config.loader import load_config
    from portal_bot.run.engine import run

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


def watch_options(flags: WatchFlags) -> WatchOptions:
    """What shall be kept of what the run looks like. Raises ConfigError for what does not go together."""
    from portal_bot.output.evidence.recorders import WatchOptions

    if flags.pace not in ("slow", "normal", "fast"):
        raise ConfigError([f"--pace is slow, normal or fast, not '{flags.pace}'. Nothing was opened."])
    if flags.anonymise and not flags.record:
        raise ConfigError(["--anonymise is for a film, so it needs --record as well. Nothing was opened."])
    return WatchOptions(flags.record, flags.pace, flags.anonymise, flags.trace)


def _deadline(text: str | None) -> timedelta | None:
    from portal_bot.config.loader import duration

    return None if text is None else duration(text)
