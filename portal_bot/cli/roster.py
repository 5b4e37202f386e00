"""``portal-bot roster``: the portal's people as a config."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from portal_bot.cli.options import ConfigFlag, SelectionFlags
from portal_bot.errors import ConfigError
from portal_bot.model import Exit, Mode


def roster(
    config: ConfigFlag,
    flags: SelectionFlags,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write it to this new file, not to standard output."),
    ] = None,
) -> Exit:
    """Write the portal's people as a config with their present state. Changes nothing.

    Everybody in both lists of the practices that the config names. `plan` on what it writes says that nothing differs.
    """
    from portal_bot.cli.closing import show_error
    from portal_bot.cli.console import RunConsole
    from portal_bot.cli.guard import close
    from portal_bot.config import load_config, top_level
    from portal_bot.results_file import replace_text
    from portal_bot.roster_config import roster_yaml
    from portal_bot.run import RunOptions, read_rosters

    if output is not None and output.exists():
        raise ConfigError([f"{output} is there already. Nothing was opened."], hint="Name a new file with --output.")
    read = load_config(config.config)
    options = RunOptions(
        Mode.PLAN,
        people=tuple(flags.person),
        practices=tuple(flags.practice),
        runs_dir=flags.runs_dir,
        headed=flags.headed,
    )
    with RunConsole(flags) as console:
        report, people = read_rosters(read, options, listeners=[console])
    show_error(report.error, debug=flags.debug)
    if people and report.error is None:
        text = roster_yaml(top_level(config.config), people, permissions=read.permissions)
        if output is None:
            print(text, end="", flush=True)
        else:
            replace_text(output, text)
    where = "standard output" if output is None else output
    print(
        f"{len(people)} people in {len({each.practice for each in people})} practices, written to {where}.",
        file=sys.stderr,
    )
    return close(report.exit)
