"""Portals on the workers of a Dask cluster: one task for each config, and its run folder comes back. (Extra ``cluster``.)

A task holds the config's files and the run's options. Credentials are looked up on the worker and never sent. Dask runs the
task of a lost worker again, which changes nothing twice, since a run changes only what differs.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from portal_bot import __version__
from portal_bot.config import Config, load_config, top_level
from portal_bot.errors import ConfigError, Interrupted, PortalBotError, PortalError, Unreachable
from portal_bot.fleet import each_its_own_password
from portal_bot.results_file import RunHeader
from portal_bot.retention import clear
from portal_bot.workers import Brakes

if TYPE_CHECKING:
    from portal_bot.run_options import RunOptions, RunReport

_RESOURCE = "browser"


@dataclass(frozen=True)
class Task:
    """What is sent to a worker: the config with the files that it names, and nothing secret."""

    config: str
    files: Mapping[str, bytes]
    options: RunOptions
    version: str
    alone: bool
    """Whether this is the only portal of the run, so that a password of the worker's environment is meant for it."""

    @classmethod
    def of(cls, config: Config, options: RunOptions, *, alone: bool) -> Task:
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
        return cls(config.path.name, files, replace(options, results=None, runs_dir=None), __version__, alone)


@dataclass(frozen=True)
class Returned:
    """What a worker gives back: the report, and its run folder packed."""

    report: RunReport
    folder: bytes


def do(task: Task) -> Returned:
    """One portal's run, on the worker. Raises PortalBotError as ``run`` does."""
    from distributed import Semaphore

    from portal_bot.run import run

    if task.version != __version__:
        raise _versions_differ({"a worker": __version__})
    with tempfile.TemporaryDirectory(prefix="portal-bot-") as name:
        folder = Path(name)
        for path, content in task.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        config = load_config(folder / task.config)
        if not task.alone:
            each_its_own_password((config,), alone=False)
        # One at a time on each portal, whichever machine it is done on: the pace stays that of one office.
        with Semaphore(max_leases=1, name=f"portal-bot {config.portal.origin}"):
            report = run(config, replace(task.options, runs_dir=folder / "runs"))
        error = report.error
        if error is not None and not isinstance(error, PortalBotError):
            error = RuntimeError(type(error).__name__)  # what cannot be sent must not cost the results
        return Returned(replace(report, error=error), _packed(report.folder))


class Cluster:
    """A connection to a scheduler whose workers were found fit. ``run_one`` is what ``run_fleet`` takes."""

    def __init__(self, client: Any, *, alone: bool) -> None:
        self._client = client
        self._alone = alone
        self._run = uuid4().hex

    def run_one(self, config: Config, options: RunOptions, begun: Callable[[Brakes], None]) -> RunReport:
        """One config on some worker; its run folder is put below ``options.runs_dir``."""
        from distributed import KilledWorker

        brakes = Brakes(1)
        begun(brakes)
        task = Task.of(config, options, alone=self._alone)
        future = self._client.submit(do, task, key=f"portal-bot-{self._run}-{config.path.stem}", resources={_RESOURCE: 1}, pure=False)
        # Not by `Client.get_executor`: its future is never done where an answer cannot be fetched. Not `result(timeout=…)`: where it
        # gives up it cancels what other threads' answers come by, and theirs are lost with it.
        while not future.done():
            if brakes.stop.wait(0.2):
                future.cancel()
                raise Interrupted(
                    f"{config.path.name}: interrupted. If a worker had begun it, the worker goes on to the end; "
                    "`portal-bot plan` tells how far it came."
                )
        try:
            returned: Returned = future.result()
        except KilledWorker:
            raise PortalError(
                f"{config.path.name}: every worker that had it in hand was lost. Who was done stays done.",
                hint="Look at the workers' own output (too little memory?), then run again.",
            ) from None
        folder = (options.runs_dir or config.folder / "runs") / returned.report.folder.name
        _unpack(returned.folder, folder)
        _clear_before(folder, config, options)
        return replace(returned.report, folder=folder)


@contextmanager
def cluster(address: str, *, alone: bool) -> Iterator[Cluster]:
    """Connects to a scheduler; TLS as Dask's own configuration says (``distributed.comm.tls``).

    Raises PortalBotError where it cannot be reached, and where workers are missing, have no browser to give, or have another
    portal-bot.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ConfigError(['--cluster needs: pip install "portal-bot[cluster]". Nothing was opened.']) from None
    try:
        client = Client(address, timeout="15s", set_as_default=False, name="portal-bot")
    except (OSError, ValueError, TypeError, RuntimeError) as error:  # what Dask raises: TypeError where a certificate is not told
        certificates = " For tls:// Dask has to be told the certificates, by distributed.comm.tls in its configuration."
        raise Unreachable(
            f"There is no Dask scheduler to talk to at {address} ({type(error).__name__}). No portal was opened.",
            hint="Start one with `dask scheduler`, and give its address as it prints it." + certificates * address.startswith("tls:"),
        ) from None
    with client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not any(each.get("resources", {}).get(_RESOURCE) for each in workers.values()):
            raise Unreachable(
                f"The cluster at {address} has {len(workers)} workers, and none has a browser to give. No portal was opened.",
                hint=f'Start workers with: dask worker {address} --nthreads 1 --resources "browser=1"',
            )
        found = {each: version for each, version in client.run(_version, on_error="return").items() if version != __version__}
        if found:
            raise _versions_differ(found)
        yield Cluster(client, alone=alone)


def _version() -> str:
    return __version__


def _versions_differ(found: Mapping[str, object]) -> ConfigError:
    told = "; ".join(f"{where} has {what if isinstance(what, str) else 'none'}" for where, what in found.items())
    return ConfigError([f"The cluster has another portal-bot than this one ({__version__}): {told}. No portal was opened."],
                       hint="Install the same version on all machines.")  # fmt: skip


def _clear_before(folder: Path, config: Config, options: RunOptions) -> None:
    """Retention, which the worker cannot see to: the run folders of before are here."""
    header, keep = RunHeader(options.mode, config.portal.url, config.portal.user_name, None), config.retention
    cleared = clear(folder.parent, header, current=folder, now=datetime.now(UTC), pictures=keep.pictures, runs=keep.runs)
    with suppress(OSError), (folder / "run.log").open("a", encoding="utf-8") as log:
        log.writelines(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z {problem}\n" for problem in cleared.problems)


def _packed(folder: Path) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return packed.getvalue()


def _unpack(packed: bytes, folder: Path) -> None:
    """Readable by the owner alone, as the run left it."""
    folder.mkdir(mode=0o700, parents=True)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            place = folder / name
            if not place.resolve().is_relative_to(folder.resolve()):
                raise PortalError(f"A worker gave back a run folder with a file outside it ({name}). It was not unpacked.")
            place.parent.mkdir(mode=0o700, exist_ok=True)
            with open(place, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(archive.read(name))
