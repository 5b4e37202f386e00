"""Portals on the workers of a Dask cluster: one task for each config, and its run folder comes back. (Extra ``cluster``.)

A task holds the config's files and the run's options. Credentials are looked up on the worker and never sent. Dask runs the
task of a lost worker again, which changes nothing twice, since a run changes only what differs.
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from portal_bot import __version__
from portal_bot.config.loader import Config, account_of
from portal_bot.model.entities import Mode
from portal_bot.model.errors import ConfigError, Interrupted, NotHeardOf, PortalBotError, RunFolderError, SignInRefused, Unreachable
from portal_bot.model.events import Event, EventStream, Listener
from portal_bot.model.exit_codes import Exit, worst
from portal_bot.model.files import private
from portal_bot.model.messages import log_line
from portal_bot.output.results_file import RunHeader
from portal_bot.output.unfinished_saves import left_open
from portal_bot.run.account.refused_passwords import RefusedPasswords
from portal_bot.run.account.state_dir import state_dir
from portal_bot.run.after_run import AfterRun
from portal_bot.run.first_change import proved_before
from portal_bot.run.stopping.brakes import Brakes
from portal_bot.tasks.fleet.cluster_task import Marks, Returned, Task, do, versions_differ, worker_version

if TYPE_CHECKING:
    from portal_bot.run.run_options import RunOptions, RunReport

WITHOUT_WORKERS = 120.0
"""Seconds that a cluster may have no worker with a browser before its portals are given up."""
LAST_WORDS = 3.0
"""Seconds that the scheduler may take at the end to hear what is given up. There may be nobody to talk to."""
LOOK = 5.0
"""Seconds between two looks at the cluster's workers."""
_RESOURCE = "browser"
_PLAN_TELLS = "`portal-bot plan` tells how far it came; running again changes nothing twice."


class Cluster:
    """A connection to a scheduler whose workers were found fit. ``run_one`` is what ``run_fleet`` takes, with listeners."""

    def __init__(self, client: Any, *, alone: bool) -> None:
        self._client = client
        self._alone = alone
        self._run = uuid4().hex
        self._talking: list[threading.Thread] = []
        """What is still being told to the scheduler, and not waited for."""
        self._over = threading.Event()
        self._last_seen = monotonic()
        """When there was last a worker with a browser."""

    def __enter__(self) -> Cluster:
        threading.Thread(target=self._watch, name="workers", daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._over.set()
        until = monotonic() + LAST_WORDS
        for each in self._talking:
            each.join(max(0.0, until - monotonic()))

    def run_one(
        self, config: Config, options: RunOptions, begun: Callable[[Brakes], None], listeners: Sequence[Listener] = ()
    ) -> RunReport:  # fmt: skip
        """One config on some worker; its run folder is put below ``options.runs_dir``, and who is to be told is told from here.

        ``listeners`` hear what there is to warn of here. Raises PortalBotError where no results came back; ``may_have_begun`` of it
        says whether the portal may have been opened.
        """
        events = EventStream(listeners=listeners)
        after = AfterRun(config, options.mode, tells=options.mode is Mode.APPLY or options.check)
        refusals = RefusedPasswords(state_dir())
        try:
            refusals.refuse_elsewhere(account_of(config))
            careful = options.careful or not proved_before(config)  # the history is on this machine
            task = Task.of(config, replace(options, careful=careful), alone=self._alone, run=self._run)
            marks = Marks(task, self._client)
            brakes = Brakes(1)
            begun(brakes)
            runs = options.runs_dir or config.folder / "runs"
            for save in left_open(runs, RunHeader(options.mode, config.portal.url, config.portal.user_name, None)):
                events.emit("warning", text=str(save))
            after.begins(events)
            if brakes.stop.is_set():
                raise Interrupted(f"{task.config}: interrupted before it was begun. Nothing was opened.")
            try:
                returned = self._done(task, marks, brakes)
            except SignInRefused:  # that worker remembers an earlier refusal, or one was told of; the others do not remember it
                refusals.remember_elsewhere(account_of(config))
                self._tell(marks.refused.clear)
                raise
        except Exception as error:
            after.did_not_begin(error, events)
            raise
        report = _unpacked(replace(returned.report, folder=runs / returned.report.folder.name), returned.folder)
        try:
            if isinstance(report.error, SignInRefused):
                refusals.remember_elsewhere(account_of(config))
                self._tell(marks.refused.clear)
        except SignInRefused as problem:  # that could not be kept in mind
            report = replace(report, error=problem)
        events.listen(lambda event: _into_log(report.folder, event))
        after.ended(report, report.folder.name.rpartition("-")[2], events, lambda value: value, state_dir())
        return report

    def _done(self, task: Task, marks: Marks, brakes: Brakes) -> Returned:
        """Has a task done. Raises NotHeardOf where no answer comes."""
        from distributed import KilledWorker

        # Not by `Client.get_executor`: its future is never done where an answer cannot be fetched. Not `result(timeout=…)`: where it
        # gives up it cancels what other threads' answers come by, and theirs are lost with it.
        future = self._client.submit(do, task, key=task.key, resources={_RESOURCE: 1}, pure=False)
        answers: SimpleQueue[Returned | BaseException] = SimpleQueue()

        def fetch() -> None:
            try:
                answers.put(future.result())
            except BaseException as error:  # told where it is waited for
                answers.put(error)

        threading.Thread(target=fetch, name="answer", daemon=True).start()
        while True:
            with suppress(Empty):
                answer = answers.get(timeout=0.2)
                break
            if brakes.stop.is_set():
                self._tell(marks.unwanted.set, future.cancel)
                raise NotHeardOf(
                    f"{task.config}: interrupted. If a worker had begun it, that worker goes on to the end.",
                    hint=_PLAN_TELLS, exit=Exit.INTERRUPTED,
                )  # fmt: skip
            if (seconds := monotonic() - self._last_seen) > WITHOUT_WORKERS:
                self._tell(marks.unwanted.set, future.cancel)
                raise NotHeardOf(
                    f"{task.config}: the cluster has had no worker with a browser for {seconds:.0f} seconds, and no results came back.",
                    hint=f"Start workers again, then run again. {_PLAN_TELLS}",
                )
        if isinstance(answer, Returned | PortalBotError):
            self._tell(marks.begun.clear)
        if isinstance(answer, Returned):
            return answer
        if isinstance(answer, PortalBotError):
            raise answer
        if isinstance(answer, KilledWorker):
            raise NotHeardOf(
                f"{task.config}: every worker that had it in hand was lost, and no results came back. Who was done stays done.",
                hint=f"Look at the workers' own output (too little memory?), then run again. {_PLAN_TELLS}",
            )
        if isinstance(answer, OSError) or future.status in ("cancelled", "lost"):
            raise NotHeardOf(
                f"{task.config}: the connection to the cluster's scheduler was lost before results came back. "
                "A worker that had begun it ends at the next safe place.",
                hint=_PLAN_TELLS,
            )
        raise answer

    def _tell(self, *words: Callable[[], object]) -> None:
        """Tells the scheduler something, in a thread of its own: there may be nobody to talk to."""

        def each() -> None:
            for say in words:
                with suppress(Exception):
                    say()

        self._talking.append(thread := threading.Thread(target=each, name="scheduler", daemon=True))
        thread.start()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            with suppress(Exception):  # a connection that is lost shows at the answers
                if _with_browser(self._client):
                    self._last_seen = monotonic()


def sendable(configs: Sequence[Config], options: RunOptions) -> None:
    """Raises ConfigError, with every problem, where a config names files that are not sent to a cluster."""
    problems = []
    for config in configs:
        try:
            Task.of(config, options, alone=False)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems, hint="Put it beside the config. Nothing was opened.")


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
        if not _with_browser(client):
            raise Unreachable(
                f"The cluster at {address} has no worker with a browser to give. No portal was opened.",
                hint=f'Start workers with: dask worker {address} --nthreads 1 --resources "browser=1"',
            )
        found = {each: version for each, version in client.run(worker_version, on_error="return").items() if version != __version__}
        if found:
            raise versions_differ(found)
        with Cluster(client, alone=alone) as workers:
            yield workers


def _with_browser(client: Any) -> int:
    """How many workers of the cluster have a browser to give."""
    return sum(bool(each.get("resources", {}).get(_RESOURCE)) for each in client.scheduler_info(n_workers=-1)["workers"].values())


def _into_log(folder: Path, event: Event) -> None:
    """What follows the run here belongs into its own log too."""
    with suppress(OSError), (folder / "run.log").open("a", encoding="utf-8") as log:
        log.write(f"{event.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z {log_line(event)}\n")


def _unpacked(report: RunReport, packed: bytes) -> RunReport:
    """The report with its folder put in place. Where that fails the results stand, and the error says so."""
    try:
        _unpack(packed, report.folder)
    except OSError as error:
        problem = RunFolderError(
            f"The run ended on its worker, but its folder {report.folder} could not be written here: {error.strerror or error}. "
            "What was done is what this output says.",
            hint="Make room, then run again: whoever is done is left alone.",
        )
        return replace(report, exit=worst([report.exit, problem.exit]), error=report.error or problem)
    return report


def _unpack(packed: bytes, folder: Path) -> None:
    """Readable by the owner alone, as the run left it."""
    folder.mkdir(mode=0o700, parents=True)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            place = folder / name
            if not place.resolve().is_relative_to(folder.resolve()):
                raise PermissionError(0, f"A worker gave back a run folder with a file outside it ({name})")
            place.parent.mkdir(mode=0o700, exist_ok=True)
            with open(place, "wb", opener=private) as file:
                file.write(archive.read(name))
