"""``plan`` and ``apply`` over a folder of configs: progress of each portal, and one report over all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from portal_bot.cli import closing
from portal_bot.cli.console import RunConsole
from portal_bot.cli.guard import tell
from portal_bot.cli.options import FleetFlags
from portal_bot.cli.runs import claim_nothing
from portal_bot.config import Config
from portal_bot.errors import PortalBotError
from portal_bot.fleet import Ended, load_fleet, run_fleet
from portal_bot.model import Exit, Mode
from portal_bot.run import run
from portal_bot.run_options import RunOptions, RunReport
from portal_bot.wording import recap
from portal_bot.workers import Brakes


def fleet(folder: Path, options: RunOptions, flags: FleetFlags) -> Exit:
    """One run for each config of the folder."""

    def run_one(config: Config, own: RunOptions, begun: Callable[[Brakes], None]) -> RunReport:
        with RunConsole(flags, portal=config.path.stem) as console:
            return run(config, own, listeners=[console], begun=begun)

    def everywhere(configs: tuple[Config, ...]) -> tuple[Exit, tuple[Ended, ...], Path]:
        place = folder if folder.is_dir() else folder.absolute().parent
        if flags.cluster is None:
            return run_fleet(place, configs, options, run_one, at_once=flags.portals_at_once, told=told)
        from portal_bot.cluster import cluster

        with cluster(flags.cluster, alone=len(configs) == 1) as workers:
            return run_fleet(place, configs, options, workers.run_one, at_once=len(configs), told=told, here=False)

    def told(ended: Ended) -> None:
        if flags.cluster and ended.report and not flags.quiet:
            print(f"{ended.name}: {recap(ended.report.results)}", file=sys.stderr)
        if ended.error is not None:
            tell(ended.error, traceback=ended.report.traceback if flags.debug and ended.report else None, portal=ended.name)

    try:
        code, every, summary = everywhere(load_fleet(folder))
    except PortalBotError as error:
        if flags.results is not None:
            claim_nothing(flags.results, options.mode, error.exit)
        raise
    results = [result for each in every if each.report for result in each.report.results]
    closing.show_results(results, quiet=flags.quiet)
    print()
    for each in every:
        what = recap(each.report.results) if each.report else "not begun"
        print(f"{each.name}: {what} (exit {each.exit.value}: {each.exit.meaning})")
    if not flags.quiet:
        closing.show_place(summary)
        if options.mode is Mode.APPLY:
            closing.show_warnings()
    return closing.last_line(code)
