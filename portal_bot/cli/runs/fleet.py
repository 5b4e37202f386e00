"""``plan`` and ``apply`` over a folder of configs: progress of each portal, and one report over all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from portal_bot.cli import run_summary
from portal_bot.cli.error_handling import tell
from portal_bot.cli.flags import FleetFlags
from portal_bot.cli.progress import RunConsole
from portal_bot.config.loader import Config
from portal_bot.model.entities import Mode
from portal_bot.model.errors import PortalBotError
from portal_bot.model.events import EventStream
from portal_bot.model.exit_codes import Exit
from portal_bot.model.messages import recap
from portal_bot.output.results_file import claim_nothing
from portal_bot.run.after_run import AfterRun
from portal_bot.run.engine import run
from portal_bot.run.run_options import RunOptions, RunReport
from portal_bot.run.stopping.brakes import Brakes
from portal_bot.tasks.fleet.fleet import FleetReport, RunOne, load_fleet, run_fleet
from portal_bot.tasks.fleet.fleet_results import PortalReport, meaning_over_all

if TYPE_CHECKING:
    from portal_bot.tasks.fleet.cluster import Cluster


def fleet(folder: Path, options: RunOptions, flags: FleetFlags) -> Exit:
    """One run for each config of the folder."""

    def run_one(config: Config, own: RunOptions, begun: Callable[[Brakes], None]) -> RunReport:
        with RunConsole(flags, portal=config.path.stem) as console:
            return run(config, own, listeners=[console], begun=begun)

    def elsewhere(workers: Cluster) -> RunOne:
        def run_one(config: Config, own: RunOptions, begun: Callable[[Brakes], None]) -> RunReport:
            with RunConsole(flags, portal=config.path.stem) as console:
                return workers.run_one(config, own, begun, [console])

        return run_one

    def everywhere(configs: tuple[Config, ...]) -> FleetReport:
        place = folder if folder.is_dir() else folder.absolute().parent
        if flags.cluster is None:
            return run_fleet(place, configs, options, run_one, at_once=flags.portals_at_once, told=told)
        from portal_bot.tasks.fleet.cluster import cluster, sendable

        sendable(configs, options)
        with cluster(flags.cluster, alone=len(configs) == 1) as workers:
            return run_fleet(place, configs, options, elsewhere(workers), at_once=len(configs), told=told, here=False)

    def told(ended: PortalReport) -> None:
        if flags.cluster and ended.report and not flags.quiet:
            print(f"{ended.name}: {recap(ended.report.results)}", file=sys.stderr)
        if ended.error is not None:
            tell(ended.error, traceback=ended.report.traceback if flags.debug and ended.report else None, portal=ended.name)

    configs: tuple[Config, ...] = ()
    try:
        configs = load_fleet(folder)
        report = everywhere(configs)
    except PortalBotError as error:
        if flags.results is not None:
            claim_nothing(flags.results, options.mode, error.exit)
        for config in configs if not (options.people or options.practices) else ():
            # Whoever waits for a scheduled run must hear that it did not begin.
            AfterRun(config, options.mode, tells=options.mode is Mode.APPLY or options.check).did_not_begin(error, EventStream())
        raise
    of = [(each.name, result) for each in report.ended for result in each.results]
    several = len(report.ended) > 1
    run_summary.show_results([result for _, result in of], quiet=flags.quiet, portals=[name for name, _ in of] if several else ())
    print()
    for each in report.ended:
        print(f"{each.name}: {each.said} (exit {each.exit.value}: {each.exit.meaning})")
    if report.error is not None:
        sys.stdout.flush()
        tell(report.error, traceback=None)
    if not flags.quiet:
        run_summary.show_place(report.folder)
        if options.mode is Mode.APPLY:
            run_summary.show_warnings()
    return run_summary.last_line(report.exit, meaning_over_all(report.exit))
