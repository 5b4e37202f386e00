"""Several portals with one command: a folder of configs, one for each portal account.

Every config keeps its own credentials, limits, lock and run folder; a portal that is down costs the others nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from portal_bot.config.loader import Config, account_of, load_config, top_level
from portal_bot.model.errors import ConfigError, Interrupted, RunFolderError
from portal_bot.model.exit_codes import Exit, worst
from portal_bot.portal.map.portal_map import load_map, packaged_map
from portal_bot.run.stopping.brakes import Brakes
from portal_bot.run.stopping.stop_signals import heeded_signals
from portal_bot.tasks.fleet.fleet_results import FleetFolder, PortalReport, worst_of

if TYPE_CHECKING:
    from portal_bot.run.run_options import RunOptions, RunReport

RunOne = Callable[[Config, "RunOptions", Callable[[Brakes], None]], "RunReport"]
"""One portal's run. The last argument is told the run's brakes as soon as it has them."""


@dataclass(frozen=True)
class _Secret:
    """Where one secret for one portal may stand in the environment, and the key of the config that names another place."""

    variable: str
    systemd: str
    key: str

    def there(self, environ: Mapping[str, str]) -> str | None:
        for name in (self.variable, f"{self.variable}_FILE"):
            if name in environ:
                return name
        folder = environ.get("CREDENTIALS_DIRECTORY")
        return f"systemd's {self.systemd}" if folder and Path(folder, self.systemd).exists() else None


_SECRETS = (
    _Secret("PORTAL_BOT_PASSWORD", "portal-bot-password", "password_from"),
    _Secret("PORTAL_BOT_TOTP_SECRET", "portal-bot-totp", "totp_from"),
)


@dataclass(frozen=True)
class FleetReport:
    """How a run over several portals ended: the exit code over all, how each ended, the folder with all results, and what is wrong
    with that folder, if anything is."""

    exit: Exit
    ended: tuple[PortalReport, ...]
    folder: Path
    error: RunFolderError | None = None


def config_files(folder: Path) -> tuple[Path, ...]:
    """The configs of a folder in the order of their names: its YAML files, less the maps and people files that these name.

    Raises ConfigError where there is none, or where one of the files is no YAML.
    """
    files = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and not path.name.startswith("."))
    beside: set[Path] = set()
    problems: list[str] = []
    for path in files:
        try:
            said = top_level(path)
        except ConfigError as error:
            problems += error.problems
            continue
        portal = said.get("portal")
        for other in (said.get("practices"), portal.get("map") if isinstance(portal, Mapping) else None):
            if isinstance(other, str):
                beside.add((folder / Path(other).expanduser()).resolve())
    if problems:
        raise ConfigError(problems, hint="Nothing was opened.")
    configs = tuple(path for path in files if path.resolve() not in beside)
    if not configs:
        raise ConfigError([f"{folder} holds no config: one YAML file for each portal is looked for."], hint="Nothing was opened.")
    return configs


def load_fleet(folder: Path) -> tuple[Config, ...]:
    """All configs of a folder, or the one that is named.

    Raises ConfigError with every problem of all of them at once, and where two are of one account.
    """
    configs: list[Config] = []
    problems: list[str] = []
    for path in config_files(folder) if folder.is_dir() else (folder,):
        try:
            config = load_config(path)
            load_map(config.portal.map, packaged_map())
            configs.append(config)
        except ConfigError as error:
            problems += error.problems
    seen: dict[str, Config] = {}
    for config in configs:
        first = seen.setdefault(account_of(config), config)
        if first is not config:
            problems.append(f"{config.path.name}: {first.path.name} is of the same portal and user name; put both into one config.")
    if problems:
        raise ConfigError(problems, hint="Nothing was opened.")
    return tuple(configs)


def each_its_own_password(configs: Sequence[Config], environ: Mapping[str, str] = os.environ, *, alone: bool | None = None) -> None:
    """Raises ConfigError where one password or one-time secret of the environment would be used on several portals.

    ``alone``: whether these are all portals of the run; known from their number if not given.
    """
    if len(configs) == 1 if alone is None else alone:
        return
    problems: list[str] = []
    keys: list[str] = []
    for secret in _SECRETS:
        if there := secret.there(environ):
            without = [config for config in configs if getattr(config.portal, secret.key) is None]
            problems += [f"{config.path.name}: {there} would be typed into each portal of the folder." for config in without]
            keys.append(secret.key)
    if problems:
        raise ConfigError(
            problems,
            hint=f"Say with portal: {' and '.join(keys)} in each config where its own is. What is for one of them alone is kept "
            "elsewhere, under a name of its own. Nothing was opened.",
        )


def selected(configs: Sequence[Config], options: RunOptions) -> tuple[tuple[Config, RunOptions], ...]:
    """Each config that ``--practice`` and ``--person`` concern, with those of the names that it knows.

    Raises ConfigError for a practice that no config knows, and for a person whom none knows in these practices.
    """
    chosen = []
    known: set[str] = set()
    for config in configs:
        practices = tuple(name for name in options.practices if _knows(config, practices=[name]))
        if options.practices and not practices:
            continue
        people = tuple(name for name in options.people if _knows(config, people=[name], practices=practices))
        known.update(practices, people)
        if people or not options.people:
            chosen.append((config, replace(options, practices=practices, people=people)))
    where = " in such a practice" if options.practices else ""
    unknown = [f"--practice {name}: no config of the folder names it." for name in options.practices if name not in known]
    unknown += [f"--person {name}: no config of the folder names it{where}." for name in options.people if name not in known]
    if unknown:
        raise ConfigError(unknown, hint="Nothing was opened.")
    return tuple(chosen)


def run_fleet(
    folder: Path, configs: Sequence[Config], options: RunOptions, run_one: RunOne, *, at_once: int = 1,
    told: Callable[[PortalReport], None] = lambda _ended: None, here: bool = True,
) -> FleetReport:  # fmt: skip
    """One run for each config, ``at_once`` at a time.

    ``here``: passwords come from this machine's places.
    ``told`` hears of each run that has ended. Raises PortalBotError only for what is wrong before any portal is opened.
    """
    if options.expect is not None and len(configs) > 1:
        raise ConfigError(["--expect: a digest is of one portal's plan. Give -c the config of that portal. Nothing was opened."])
    if here:
        each_its_own_password(configs)
    jobs = selected(configs, options)
    results = FleetFolder(folder, options)
    brakes = _FleetBrakes()
    ended: dict[int, PortalReport] = {}
    lock = threading.Lock()

    def do(number: int, config: Config, own: RunOptions) -> None:
        asked = own.assignments(config)
        if brakes.stop.is_set():
            each = PortalReport(
                config, None, Interrupted(f"{config.path.name}: interrupted before it was begun. Nothing was opened."), asked
            )
        else:
            try:
                each = PortalReport(config, report := run_one(config, own, brakes.watch), report.error)
            except Exception as error:  # whatever is wrong with one portal, the others go on
                each = PortalReport(config, None, error, asked)
        with lock:
            ended[number] = each
            results.so_far([ended[place] for place in sorted(ended)])
            told(each)

    with heeded_signals(brakes), ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="fleet") as pool:
        # Runs dir and results are the fleet's: what one portal writes there the next must not replace.
        pending = [
            pool.submit(do, number, config, replace(own, results=None, runs_dir=results.runs_dir))
            for number, (config, own) in enumerate(jobs)
        ]
        while wait(pending, timeout=0.2).not_done:
            continue  # a wait with an end, so that signal handlers run on every platform
    for each in pending:
        each.result()
    every = tuple(ended[number] for number in sorted(ended))
    try:
        results.finish(every)
    except RunFolderError as error:
        return FleetReport(worst([worst_of(every), error.exit]), every, results.path, error)
    return FleetReport(worst_of(every), every, results.path)


class _FleetBrakes(Brakes):
    """Stops every run that is under way, and keeps the next from beginning."""

    def __init__(self) -> None:
        super().__init__(1)
        self._running: list[Brakes] = []

    def watch(self, brakes: Brakes) -> None:
        self._running.append(brakes)
        if self.stop.is_set():
            brakes.interrupt()

    def interrupt(self) -> None:
        super().interrupt()
        for each in list(self._running):
            each.interrupt()


def _knows(config: Config, *, practices: Sequence[str] = (), people: Sequence[str] = ()) -> bool:
    try:
        config.assignments(people, practices)
    except ConfigError:
        return False
    return True
