"""``portal-bot roster``: the portal's people as a config."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portal_bot.cli.options import ConfigFlag, SelectionFlags
from portal_bot.errors import ConfigError
from portal_bot.model import Exit, Mode

if TYPE_CHECKING:
    from portal_bot.config import Config


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
    from portal_bot.config import load_config
    from portal_bot.matching import fits
    from portal_bot.results_file import replace_text
    from portal_bot.roster_config import roster_yaml
    from portal_bot.run import RunOptions, read_rosters
    from portal_bot.wording import count

    if output is not None and output.exists():
        raise ConfigError([f"{output} is there already. Nothing was opened."], hint="Name a new file with --output.")
    read = load_config(config.config)
    options = RunOptions(
        Mode.ROSTER,
        practices=tuple(flags.practice),
        results=flags.results,
        runs_dir=flags.runs_dir,
        headed=flags.headed,
    )
    with RunConsole(flags) as console:
        report, everybody = read_rosters(read, options, listeners=[console])
    show_error(report, debug=flags.debug)
    people = [each for each in everybody if not flags.person or any(fits(each.name, name) for name in flags.person)]
    if report.error is None:
        permissions = tuple(dict.fromkeys(each.permission for each in read.assignments()))
        text = roster_yaml(_settings(read), people, permissions=permissions)
        if output is None:
            print(text, end="", flush=True)
        else:
            replace_text(output, text)
        where = "standard output" if output is None else output
        practices = count(len({each.practice for each in people}), "practice", "practices")
        print(f"{count(len(people), 'person', 'people')} of {practices}, written to {where}.", file=sys.stderr)
    return close(report.exit)


def _settings(config: Config) -> dict[str, Any]:
    """The config's own keys. Paths in it are written out in full: what is written may stand in another folder."""
    from portal_bot.config import top_level

    settings = dict(top_level(config.path))
    for section, key, path in (
        ("portal", "map", config.portal.map),
        ("browser", "executable_path", config.browser.executable_path),
    ):
        if path is not None:
            settings[section] = {**settings[section], key: str(path)}
    return settings
