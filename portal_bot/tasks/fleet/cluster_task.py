"""One portal's run on a worker of a Dask cluster: what is sent to it, what it does, and what it gives back."""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from portal_bot import __version__
from portal_bot.config.loader import Config, account_of, load_config, top_level
from portal_bot.config.settings import Notify, Retention
from portal_bot.model.errors import ConfigError, Interrupted, NotHeardOf, PortalBotError, SignInRefused
from portal_bot.run.account.refused_passwords import refused_elsewhere
from portal_bot.run.stopping.brakes import Brakes
from portal_bot.tasks.fleet.fleet import each_its_own_password

if TYPE_CHECKING:
    from portal_bot.run.run_options import RunOptions, RunReport

TURN = 2.0
"""Seconds between two looks at whether a task that waits for its portal is still wanted."""


@dataclass(frozen=True)
class Task:
    """What is sent to a worker: the config with the files that it names, and nothing secret."""

    key: str
    """Dask's name of the task, the same for each worker that is given it."""
    account: str
    config: str
    files: Mapping[str, bytes]
    options: RunOptions
    version: str
    alone: bool
    """Whether this is the only portal of the run, so that a password of the worker's environment is meant for it."""

    @classmethod
    def of(cls, config: Config, options: RunOptions, *, alone: bool, run: str = "") -> Task:
        """Raises ConfigError where the map or people file stands outside the config's folder."""
        said = top_level(config.path)
        names = [config.path.name]
        for other in (said.get("practices"), said["portal"].get("map")):
            if isinstance(other, str):
                if PurePath(other).is_absolute() or ".." in PurePath(other).parts or other.startswith("~"):
                    raise ConfigError(
                        [f"{config.path.name}: {other} stands outside the config's folder, and is not sent to a cluster."],
                        hint="Put it beside the config. Nothing was opened.",
                    )
                names.append(other)
        files = {name: (config.folder / name).read_bytes() for name in names}
        return cls(
            f"portal-bot-{run}-{config.path.name}", account_of(config), config.path.name, files,
            replace(options, results=None, runs_dir=None), __version__, alone,
        )  # fmt: skip


@dataclass(frozen=True)
class Returned:
    """What a worker gives back: the report, and its run folder packed."""

    report: RunReport
    folder: bytes


class Marks:
    """What stands on the scheduler about a task, for whoever comes after: each a name that is set or not, and outlives its worker."""

    def __init__(self, task: Task, client: Any) -> None:
        from distributed import Event

        self.begun = Event(f"portal-bot begun {task.key}", client)
        """Some worker was about to open the portal."""
        self.unwanted = Event(f"portal-bot unwanted {task.key}", client)
        """Whoever asked for it waits no longer; what was not begun is not to be."""
        self.refused = Event(f"portal-bot refused {task.account}", client)
        """A worker's password was refused, and whoever asked may not have heard."""


def do(task: Task) -> Returned:
    """One portal's run, on the worker. Raises PortalBotError as ``run`` does.

    Where an earlier worker that was lost had begun the task, each error says so, and that the portal may have been changed.
    """
    from distributed import get_client

    marks = Marks(task, get_client())
    before = marks.begun.is_set()
    try:
        if task.version != __version__:
            raise versions_differ({"a worker": __version__})
        with tempfile.TemporaryDirectory(prefix="portal-bot-", ignore_cleanup_errors=True) as name, _disk(task):
            config = _put_down(task, Path(name))
            if not task.alone:
                each_its_own_password((config,), alone=False)
            with _turn(task, config, marks):
                return _run(replace(task, options=replace(task.options, lost_before=before)), config, marks)
    except PortalBotError as error:
        if before:
            error.follows_lost_worker()
        raise


def _run(task: Task, config: Config, marks: Marks) -> Returned:
    from portal_bot.run.engine import run

    over = threading.Event()

    def begun(brakes: Brakes) -> None:
        marks.begun.set()
        _stops_without_scheduler(brakes, over)

    try:
        report = run(config, replace(task.options, runs_dir=config.folder / "runs", remembered=False), begun=begun)
    except SignInRefused:
        _told(marks)
        raise
    finally:
        over.set()
    error = report.error
    if isinstance(error, SignInRefused):
        _told(marks)
    if error is not None and not isinstance(error, PortalBotError):
        error = RuntimeError(type(error).__name__)  # what cannot be sent must not cost the results
    return Returned(replace(report, error=error), _packed(report.folder))


def _told(marks: Marks) -> None:
    with suppress(Exception):  # without a scheduler there is no other worker either that could be given this task
        marks.refused.set()


def _put_down(task: Task, folder: Path) -> Config:
    for path, content in task.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    # Who is told, and which old runs go, is seen to where the run was asked for.
    return load_config(folder / task.config).model_copy(update={"notify": Notify(), "retention": Retention()})


@contextmanager
def _disk(task: Task) -> Iterator[None]:
    """What goes wrong with the worker's disk or its connection is told as such: where the run was asked for, an error of that kind
    is one of the connection there."""
    try:
        yield
    except OSError as error:
        raise NotHeardOf(
            f"{task.config}: its worker could not go on ({error.strerror or type(error).__name__}), and no results came back.",
            hint="Look at the worker's disk. `portal-bot plan` tells how far it came; running again changes nothing twice.",
        ) from error


@contextmanager
def _turn(task: Task, config: Config, marks: Marks) -> Iterator[None]:
    """One at a time on each portal, whichever machine it is done on: the pace stays that of one office."""
    from distributed import Semaphore

    lease = Semaphore(max_leases=1, name=f"portal-bot {config.portal.origin}")
    held = False
    try:
        while not held:
            held = lease.acquire(timeout=TURN)
            if marks.unwanted.is_set():
                raise Interrupted(f"{task.config}: given up before it was begun. Nothing was opened.")
        if marks.refused.is_set():
            raise refused_elsewhere()
        yield
    finally:
        if held:
            with suppress(Exception):  # whose holder is not heard of any more is free again after half a minute
                lease.release()


def _stops_without_scheduler(brakes: Brakes, over: threading.Event) -> None:
    """A worker that has lost its scheduler ends its run at the next safe place: another worker may be given the same portal."""
    from distributed import Status, get_worker

    worker = get_worker()

    def look() -> None:
        while worker.status not in (Status.closing, Status.closed, Status.failed):
            if over.wait(1):
                return
        brakes.interrupt()

    threading.Thread(target=look, name="scheduler", daemon=True).start()


def _packed(folder: Path) -> bytes:
    """A run folder, less what cannot be read: the results of the run are worth more than a picture."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            with suppress(OSError):
                if path.is_file():
                    archive.writestr(str(path.relative_to(folder)), path.read_bytes())
    return packed.getvalue()


def worker_version() -> str:
    return __version__


def versions_differ(found: Mapping[str, object]) -> ConfigError:
    told = "; ".join(f"{where} has {what if isinstance(what, str) else 'none'}" for where, what in found.items())
    return ConfigError([f"The cluster has another portal-bot than this one ({__version__}): {told}. No portal was opened."],
                       hint="Install the same version on all machines.")  # fmt: skip
