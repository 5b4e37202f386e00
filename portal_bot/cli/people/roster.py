"""``portal-bot roster``: the portal's people as a config."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from portal_bot.cli.flags import ConfigFlag, SelectionFlags
from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.config.loader import Config


def roster(
    config: ConfigFlag,
    flags: SelectionFlags,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write it to this new file, not to standard output."),
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write them as CSV to this file, not as a config; - is standard output.")
    ] = None,
) -> Exit:
    """Write the portal's people as a config with their present state. Changes nothing.

    Everybody in both lists of the practices that the config names. `plan` on what it writes says that nothing differs.
    """
    from portal_bot.cli.error_handling import close
    from portal_bot.cli.roster_reading import read_everybody, write_csv
    from portal_bot.config.loader import load_config
    from portal_bot.config.people.export import roster_rows, roster_yaml
    from portal_bot.model.files import replace_text
    from portal_bot.model.messages import count
    from portal_bot.model.name_matching import fits

    if output is not None and csv is not None:
        raise ConfigError(["--output writes a config and --csv a table: give one of them. Nothing was opened."])
    if output is not None and output.exists():
        raise ConfigError([f"{output} is there already. Nothing was opened."], hint="Name a new file with --output.")
    read = load_config(config.config)
    report, everybody = read_everybody(read, flags, Mode.ROSTER)
    people = [each for each in everybody if not flags.person or any(fits(each.name, name) for name in flags.person)]
    if report.error is None:
        permissions = tuple(dict.fromkeys(each.permission for each in read.assignments()))
        if csv is not None:
            columns = ["practice", "list", "name", "email", "location", *permissions, "problem"]
            write_csv(csv, columns, roster_rows(people, permissions))
        elif output is None:
            print(roster_yaml(_settings(read), people, permissions=permissions), end="", flush=True)
        else:
            replace_text(output, roster_yaml(_settings(read), people, permissions=permissions))
        target = csv or output or Path("-")
        where = "standard output" if target == Path("-") else target
        practices = count(len({each.practice for each in people}), "practice", "practices")
        print(f"{count(len(people), 'person', 'people')} of {practices}, written to {where}.", file=sys.stderr)
    return close(report.exit)


def _settings(config: Config) -> dict[str, Any]:
    """The config's own keys. Paths in it are written out in full: what is written may stand in another folder."""
    from portal_bot.config.loader import top_level

    settings = dict(top_level(config.path))
    for section, key, path in (
        ("portal", "map", config.portal.map),
        ("browser", "executable_path", config.browser.executable_path),
    ):
        if path is not None:
            settings[section] = {**settings[section], key: str(path)}
    return settings
