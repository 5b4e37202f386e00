"""The bot as a test drives it: a config written to a folder, a run, and its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from portal_bot.config.loader import load_config
from portal_bot.model.entities import Mode
from portal_bot.model.events import Event
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.engine import run
from portal_bot.run.run_options import RunOptions, RunReport
from portal_bot.run.stopping.brakes import Brakes

People = Mapping[str, Mapping[str, Sequence[str | Mapping[str, Any]]]]
"""practice name -> list -> entries as in a config."""


class Robot:
    """Runs the bot against one portal from a config of its own."""

    def __init__(self, folder: Path, url: str, user_name: str, password: str, *, own_map: str | None = None, **settings: Any) -> None:
        self.folder = folder
        self._password = password
        self._settings = settings
        self._portal: dict[str, Any] = {"url": url, "user_name": user_name}
        self.events: list[Event] = []
        self.heard: Callable[[Event], object] = lambda _event: None
        """Is told of each event as it comes."""
        self.brakes: Brakes
        """Those of the newest run."""
        if own_map is not None:
            (folder / "my-portal.yaml").write_text(own_map, encoding="utf-8")
            self._portal["map"] = "my-portal.yaml"

    def write(self, people: People | list[dict[str, Any]]) -> Path:
        """The config for these people. Practices without a name are given as a list."""
        practices = people if isinstance(people, list) else [{"name": name, **lists} for name, lists in people.items()]
        config = {"version": 1, "portal": self._portal, "practices": practices, **self._settings}
        path = self.folder / "config.yaml"
        path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path

    def plan(self, people: People | list[dict[str, Any]], **options: Any) -> RunReport:
        return self._run(Mode.PLAN, people, **options)

    def apply(self, people: People | list[dict[str, Any]], **options: Any) -> RunReport:
        return self._run(Mode.APPLY, people, **options)

    def _run(self, mode: Mode, people: People | list[dict[str, Any]], **options: Any) -> RunReport:
        self.events.clear()
        config = load_config(self.write(people))
        credentials = options.pop("credentials", None) or Credentials(self._password)
        listeners = [self.events.append, self.heard]
        return run(config, RunOptions(mode, **options), listeners=listeners, credentials=credentials, begun=self._begun)

    def _begun(self, brakes: Brakes) -> None:
        self.brakes = brakes


def rows(report: RunReport) -> list[dict[str, Any]]:
    """The rows of results.json as they stand in the run folder."""
    people: list[dict[str, Any]] = json.loads((report.folder / "results.json").read_text(encoding="utf-8"))["people"]
    return people


def outcomes(report: RunReport) -> list[tuple[str, str]]:
    """(name, outcome) of every row, in the config's order."""
    return [(row["name"], row["outcome"]) for row in rows(report)]


def everything_written(folder: Path) -> Iterable[tuple[Path, bytes]]:
    """Every file below a folder with its content."""
    return ((path, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file())
