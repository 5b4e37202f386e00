"""Several portals with one command: a folder of configs, one for each portal account.

Every config keeps its own credentials, limits, lock and run folder; a portal that is down costs the others nothing.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_bot.config import Config, account_of, load_config, top_level
from portal_bot.errors import ConfigError, Interrupted, PortalBotError, RunFolderError
from portal_bot.model import Exit
from portal_bot.plan import worst
from portal_bot.portal_map import load_map, packaged_map
from portal_bot.results_file import RunHeader, replace_text, results_csv, results_json
from portal_bot.stopping import heeded_signals
from portal_bot.workers import Brakes

if TYPE_CHECKING:
    from portal_bot.run_options import RunOptions, RunReport

RunOne = Callable[[Config, "RunOptions", Callable[[Brakes], None]], "RunReport"]
"""One portal's run. The last argument is told the run's brakes as soon as it has them."""

_FOR_ONE_PORTAL = ("PORTAL_BOT_PASSWORD", "PORTAL_BOT_PASSWORD_FILE")


@dataclass(frozen=True)
class Ended:
    """How one portal's run ended. ``report`` is ``None`` where it did not begin, and ``error`` says why."""

    config: Config
    report: RunReport | None
    error: BaseException | None = None

    @property
    def name(self) -> str:
        return self.config.path.stem

    @property
    def exit(self) -> Exit:
        if self.report is not None:
            return self.report.exit
        return self.error.exit if isinstance(self.error, PortalBotError) else Exit.CRASH


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
    """Raises ConfigError where one password of the environment would be typed into several portals.

    ``alone``: whether these are all portals of the run; known from their number if not given.
    """
    there = [name for name in _FOR_ONE_PORTAL if name in environ]
    if folder := environ.get("CREDENTIALS_DIRECTORY"):
        there += ["systemd's portal-bot-password"] * Path(folder, "portal-bot-password").exists()
    without = [config for config in configs if config.portal.password_from is None]
    if there and without and not (len(configs) == 1 if alone is None else alone):
        raise ConfigError(
            [f"{config.path.name}: {there[0]} would be typed into each portal of the folder." for config in without],
            hint="Say with portal: password_from in each config where its own password is. Nothing was opened.",
        )


def selected(configs: Sequence[Config], options: RunOptions) -> tuple[tuple[Config, RunOptions], ...]:
    """Each config that ``--practice`` and ``--person`` concern, with those of the names that it knows.

    Raises ConfigError for a name that no config knows.
    """
    unknown: list[str] = []
    found: list[tuple[list[str], list[str]]] = [([], []) for _ in configs]
    for place, names in enumerate((options.practices, options.people)):
        for name in names:
            there = [number for number, config in enumerate(configs) if _knows(config, place, name)]
            for number in there:
                found[number][place].append(name)
            if not there:
                unknown.append(f"{('--practice', '--person')[place]} {name}: no config of the folder names it.")
    if unknown:
        raise ConfigError(unknown, hint="Nothing was opened.")
    chosen = []
    for config, (practices, people) in zip(configs, found, strict=True):
        if (options.practices and not practices) or (options.people and not people):
            continue
        with suppress(ConfigError):  # the person is there, but in none of these practices
            config.assignments(people, practices)
            chosen.append((config, replace(options, practices=tuple(practices), people=tuple(people))))
    if not chosen:
        raise ConfigError(["--person: nobody of that name is in that practice."], hint="Nothing was opened.")
    return tuple(chosen)


def run_fleet(
    folder: Path, configs: Sequence[Config], options: RunOptions, run_one: RunOne, *, at_once: int = 1,
    told: Callable[[Ended], None] = lambda _ended: None, here: bool = True,
) -> tuple[Exit, tuple[Ended, ...], Path]:  # fmt: skip
    """One run for each config, ``at_once`` at a time; the exit code over all, how each ended, and the folder with all results.

    ``here``: passwords come from this machine's places.
    ``told`` hears of each run that has ended. Raises PortalBotError only for what is wrong before any portal is opened.
    """
    if options.expect is not None and len(configs) > 1:
        raise ConfigError(["--expect: a digest is of one portal's plan. Give -c the config of that portal. Nothing was opened."])
    if here:
        each_its_own_password(configs)
    jobs = selected(configs, options)
    summary = _Summary(folder, options)
    brakes = _FleetBrakes()
    ended: dict[int, Ended] = {}
    lock = threading.Lock()

    def do(number: int, config: Config, own: RunOptions) -> None:
        if brakes.stop.is_set():
            each = Ended(config, None, Interrupted(f"{config.path.name}: interrupted before it was begun. Nothing was opened."))
        else:
            try:
                each = Ended(config, report := run_one(config, own, brakes.watch), report.error)
            except Exception as error:  # whatever is wrong with one portal, the others go on
                each = Ended(config, None, error)
        with lock:
            ended[number] = each
            summary.write([ended[place] for place in sorted(ended)], finished=False)
            told(each)

    with heeded_signals(brakes), ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="fleet") as pool:
        # Runs dir and results are the fleet's: what one portal writes there the next must not replace.
        pending = [
            pool.submit(do, number, config, replace(own, results=None, runs_dir=summary.runs_dir))
            for number, (config, own) in enumerate(jobs)
        ]
        while wait(pending, timeout=0.2).not_done:
            continue  # a wait with an end, so that signal handlers run on every platform
    for each in pending:
        each.result()
    every = tuple(ended[number] for number in sorted(ended))
    summary.write(every, finished=True)
    summary.write_page()
    return worst_of(every), every, summary.path


def worst_of(ended: Sequence[Ended]) -> Exit:
    """The exit code over all portals, by the rule for one. A portal that could not begin leaves people not done (4), unless
    none could (2)."""
    return worst_code([each.exit for each in ended])


def worst_code(codes: Sequence[Exit]) -> Exit:
    """As ``worst_of``, from the portals' exit codes."""
    if all(code is Exit.BAD_CONFIG for code in codes):
        return Exit.BAD_CONFIG
    return worst(Exit.NOT_DONE if code is Exit.BAD_CONFIG else code for code in codes)


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


class _Summary:
    """The folder with the results of all portals, rewritten after each: ``runs/<UTC time>-<id>-fleet/``."""

    def __init__(self, folder: Path, options: RunOptions) -> None:
        self._options = options
        self._id = secrets.token_hex(4)
        self._started = datetime.now(UTC)
        self.runs_dir = (options.runs_dir or folder / "runs").expanduser().absolute()
        self.path = self.runs_dir / f"{self._started:%Y%m%dT%H%M%S}.{self._started.microsecond // 1000:03d}Z-{self._id}-fleet"
        try:
            self.runs_dir.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700)
            self.write((), finished=False)
        except OSError as error:
            raise RunFolderError(
                f"The run folder {self.path} cannot be written: {error.strerror or error}. Nothing was opened.",
                hint="Make room or name another folder with --runs-dir (and another file with --results).",
                exit=Exit.BAD_CONFIG,
            ) from error

    def write(self, ended: Sequence[Ended], *, finished: bool) -> None:
        rows = [row for each in ended for row in _rows(each)]
        code = worst_of(ended) if finished else None
        header = RunHeader(self._options.mode, None, None, None)
        text = results_json(
            header, rows, run_id=self._id, started=self._started, finished=datetime.now(UTC) if finished else None, exit_code=code
        )
        whole = json.loads(text)
        portals = [_about(each) for each in ended]
        whole = {"schema": whole["schema"], "run": whole["run"], "portals": portals, "people": whole["people"]}
        written = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
        replace_text(self.path / "results.json", written)
        replace_text(self.path / "results.csv", results_csv(rows))
        if self._options.results is not None:
            replace_text(self._options.results, written)

    def write_page(self) -> None:
        """``report.html`` over all portals. What is wrong with it changes no exit code: `portal-bot report` makes it again."""
        from portal_bot.report.run_report import write_report

        with suppress(Exception):
            write_report(self.path)


def _rows(ended: Ended) -> list[dict[str, Any]]:
    """The rows as the run's own folder has them: redacted. Pictures stay where they are, in the folder beside."""
    if ended.report is None:
        return []
    folder = ended.report.folder
    try:
        rows: list[dict[str, Any]] = json.loads((folder / "results.json").read_text(encoding="utf-8"))["people"]
    except (OSError, ValueError):
        return []
    which = {"config": ended.config.path.name, "portal": ended.config.portal.url}
    return [{**which, **row, "pictures": [f"../{folder.name}/{each}" for each in row["pictures"]]} for row in rows]


def _about(ended: Ended) -> dict[str, Any]:
    error = ended.error
    return {
        "config": ended.config.path.name,
        "portal": ended.config.portal.url,
        "user_name": ended.config.portal.user_name,
        "exit_code": int(ended.exit),
        "exit_meaning": ended.exit.meaning,
        "error": None if error is None else error.message if isinstance(error, PortalBotError) else type(error).__name__,
        "folder": None if ended.report is None else str(ended.report.folder),
        "counts": Counter(str(each.outcome) for each in ended.report.results) if ended.report else {},
    }


def _knows(config: Config, place: int, name: str) -> bool:
    try:
        config.assignments(practices=[name]) if place == 0 else config.assignments(people=[name])
    except ConfigError:
        return False
    return True
