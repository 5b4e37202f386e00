"""``portal-bot validate`` and ``portal-bot schema``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from portal_bot.cli.flags import ConfigFlag
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from portal_bot.config.loader import Config


def validate(config: ConfigFlag) -> Exit:
    """Look for mistakes in the config and its portal map. Opens nothing.

    All of them at once, each with its file and line.
    """
    from portal_bot.config.loader import load_config

    if config.config.is_dir():
        from portal_bot.tasks.fleet.fleet import load_fleet

        for each in load_fleet(config.config):
            _say_sound(each)
    else:
        _say_sound(load_config(config.config))
    return Exit.OK


def _say_sound(read: Config) -> None:
    from portal_bot.model.messages import count
    from portal_bot.portal.map.portal_map import load_map, map_warnings, packaged_map

    load_map(read.portal.map, packaged_map())
    for text in map_warnings(read.portal.map):
        print(f"Warning: {text}", file=sys.stderr)
    wanted = read.assignments()
    people = {(each.practice, each.list, each.person) for each in wanted}
    counts = (
        count(len(read.practices), "practice", "practices"),
        count(len(people), "person", "people"),
        count(len(wanted), "assignment", "assignments"),
    )
    print(f"{read.path.name} is sound: {', '.join(counts)}.")


def schema() -> Exit:
    """Print the JSON Schema of the config, for editors and other tools."""
    import json

    from portal_bot.config.loader import json_schema

    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    return Exit.OK
