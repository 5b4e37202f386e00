"""What is promised of a cluster: the same job on its workers, everybody once though a worker is lost, and no secret on the wire."""

from __future__ import annotations

import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import dask
import psutil
import pytest
import trustme
from distributed import Client, Semaphore

from portal_bot.config.loader import load_config
from portal_bot.model.entities import Mode
from portal_bot.model.exit_codes import Exit
from portal_bot.output.history import History
from portal_bot.run.account.state_dir import state_dir
from portal_bot.run.run_options import RunOptions
from portal_bot.sandbox import Sandbox
from portal_bot.tasks.fleet import cluster
from portal_bot.tasks.fleet.cluster_task import TURN, Task
from tests.e2e.test_workers import lacking
from tests.helpers.program import Program
from tests.output.test_notifications import Listening
from tests.tasks.fleet.test_fleet import MEADOWLARK, config

PASSWORD = "Zebra-of-the-cluster-99"


@contextmanager
def process(folder: Path, *words: str, until: str, **environ: str) -> Iterator[tuple[psutil.Popen, str]]:
    """A process of Dask that has said that it is ready, and the line in which it did; ended with all that it started."""
    command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *words[1:]]
    there = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False", **environ}
    reading = threading.Thread(target=lambda: running.stderr.read())  # so that it never waits to be read
    running = psutil.Popen(command, cwd=folder, env=there, stderr=subprocess.PIPE, text=True)
    try:
        line = next(line for line in running.stderr if until in line)
        reading.start()
        yield running, line
    finally:
        if running.is_running():
            for each in [*running.children(recursive=True), running]:
                each.kill()
        running.wait()
        if reading.ident:
            reading.join()
        running.stderr.close()


@contextmanager
def a_cluster(folder: Path, *, size: int = 2, protocol: str = "tcp", **environ: str) -> Iterator[tuple[str, list[psutil.Popen]]]:
    """A scheduler with workers, each with a state folder of its own as another machine has; its address, and they with it at the end."""
    with ExitStack() as stack:
        words = ["scheduler", "--host", f"{protocol}://127.0.0.1", "--port", "0", "--no-dashboard"]
        ready = stack.enter_context(process(folder, *words, until="Scheduler at:", **environ))
        address = ready[1].split()[-1]
        workers = [stack.enter_context(a_worker(folder, address, number, OFFICE_PASSWORD=PASSWORD, **environ)) for number in range(size)]
        yield address, [*workers, ready[0]]


@contextmanager
def a_worker(folder: Path, address: str, number: int, **environ: str) -> Iterator[psutil.Popen]:
    """One worker, with a state folder of its own."""
    (state := folder / f"state-{number}").mkdir()
    words = ["worker", address, "--nthreads", "1", "--resources", "browser=1", "--no-dashboard", "--no-nanny"]
    with process(folder, *words, until="Registered to:", PORTAL_BOT_STATE_DIR=str(state), **environ) as (running, _):
        yield running


def configs(folder: Path, portals: list[Sandbox]) -> None:
    for number, portal in enumerate(portals):
        people = {"providers": ["Wen Irwin, MD"]}
        own = {"user": portal.user_name, "portal": {"password_from": "env:OFFICE_PASSWORD"}}
        config(folder, f"practice-{number:02}", portal.url, practices=[{"name": MEADOWLARK, **people}], **own)


def test_no_secret_is_sent_to_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task holds the config's files; the password, wherever this machine has it, is not among them."""
    monkeypatch.setenv("PORTAL_BOT_PASSWORD", PASSWORD)
    (tmp_path / "people.yaml").write_text("- staff: [Ana Reyes]\n")
    (tmp_path / "office.password").write_text(PASSWORD)
    task = Task.of(load_config(config(tmp_path, "office", practices="people.yaml")), RunOptions(Mode.APPLY), alone=True)
    assert sorted(task.files) == ["office.yaml", "people.yaml"]
    assert PASSWORD.encode() not in pickle.dumps(task)


@pytest.mark.full
def test_a_lost_worker_costs_nobody(start_sandbox: Callable[..., Sandbox], tmp_path: Path, portal_bot: Program) -> None:
    """Twenty practices on two workers, one of them killed at work: everybody granted exactly once, one report, exit 0."""
    portals = [start_sandbox(password=PASSWORD, people=30) for _ in range(20)]
    folder = tmp_path / "portals"
    folder.mkdir()
    configs(folder, portals)
    with a_cluster(tmp_path) as (address, workers):
        killed = threading.Event()

        def kill_one_at_work() -> None:
            while not killed.wait(0.1):
                if sum(len(portal.audit()["changes"]) for portal in portals) >= 3 and workers[1].children():
                    workers[1].send_signal(signal.SIGKILL)
                    killed.set()

        watching = threading.Thread(target=kill_one_at_work)
        watching.start()
        try:
            code, out, err = portal_bot("apply", "-c", folder, "--cluster", address)
        finally:
            was_killed = killed.is_set()
            killed.set()
            watching.join()
    assert was_killed
    assert code == Exit.OK, out[-800:] + err[-800:]
    for portal in portals:
        assert [each["email"] for each in portal.audit()["changes"]] == ["wen.irwin@example.com"]
    assert out.splitlines()[-1] == "exit 0: as asked"
    assert len(list((folder / "runs").glob("*-fleet/results.json"))) == 1
    given_back = [path for path in (folder / "runs").iterdir() if not path.name.endswith("-fleet")]
    assert len(given_back) == 20
    assert {stat.S_IMODE(path.stat().st_mode) for path in given_back} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for each in given_back for path in each.rglob("*") if path.is_file()} == {0o600}
    assert not [path for path in (folder / "runs").rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]


def certificates(folder: Path) -> dict[str, str]:
    """Dask's own settings for one certificate that all of the cluster show each other, by the names of its configuration."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(folder / "own.pem")
    told = {"distributed.comm.tls.ca-file": str(folder / "ca.pem")}
    for who in ("scheduler", "worker", "client"):
        told |= {f"distributed.comm.tls.{who}.{what}": str(folder / "own.pem") for what in ("cert", "key")}
    return told


@pytest.mark.full
def test_a_cluster_behind_tls(start_sandbox: Callable[..., Sandbox], tmp_path: Path, portal_bot: Program) -> None:
    """With the certificates of Dask's own configuration; whoever has none, or those of somebody else, is not let in."""
    portal = start_sandbox(password=PASSWORD)
    folder, theirs, others = (tmp_path / name for name in ("portals", "theirs", "others"))
    for each in (folder, theirs, others):
        each.mkdir()
    configs(folder, [portal])
    ours, strange = certificates(theirs), certificates(others)
    environ = {"DASK_" + name.upper().replace(".", "__").replace("-", "_"): value for name, value in ours.items()}
    with a_cluster(tmp_path, size=1, protocol="tls", **environ, DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION="True") as (address, _):
        assert address.startswith("tls://")
        for settings, where in (({}, address), (strange, address), (ours, address.replace("tls", "tcp"))):
            with dask.config.set(settings):
                code, _, err = portal_bot("apply", "-c", folder, "--cluster", where)
            assert (code, "There is no Dask scheduler to talk to at" in err, "No portal was opened" in err) == (Exit.PORTAL, True, True)
        assert not portal.audit()["changes"]
        with dask.config.set(ours):
            code, out, err = portal_bot("apply", "-c", folder, "--cluster", address)
    assert code == Exit.OK, out[-800:] + err[-800:]
    assert [each["email"] for each in portal.audit()["changes"]] == ["wen.irwin@example.com"]


@contextmanager
def at_work(
    portal: Sandbox, then: Callable[[], object], *, what: str = "changes", when: Callable[[], object] | None = None
) -> Iterator[None]:  # fmt: skip
    """Does something once the portal has stored a change, or whatever else of its audit; or ``when`` something else is so."""
    over = threading.Event()
    done: list[bool] = []

    def wait() -> None:
        while not over.wait(0.05):
            if when() if when else portal.audit()[what]:
                then()
                done.append(True)
                return

    waiting = threading.Thread(target=wait)
    waiting.start()
    try:
        yield
    finally:
        over.set()
        waiting.join()
    assert done


@pytest.fixture
def one_portal(start_sandbox: Callable[..., Sandbox], tmp_path: Path) -> tuple[Sandbox, Path, list[str]]:
    """A portal with some people to do, its config, and their addresses."""
    portal = start_sandbox(password=PASSWORD, layout="modern", people=60)
    people = lacking(portal, 12)
    (tmp_path / "portals").mkdir()
    own = {"user": portal.user_name, "portal": {"password_from": "env:OFFICE_PASSWORD"}}
    path = config(tmp_path / "portals", "office", portal.url, practices=[{"name": MEADOWLARK, "staff": people}], **own)
    return portal, path, [person["email"] for person in people]


def written(folder: Path) -> dict[str, Any]:
    """The results over all of the one run in a folder of configs."""
    (path,) = (folder / "runs").glob("*-fleet/results.json")
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


@pytest.mark.full
def test_whoever_waits_for_it_is_told_from_here(
    one_portal: tuple[Sandbox, Path, list[str]],
    tmp_path: Path,
    portal_bot: Program,
    press_ctrl_c: Callable[[], None],
) -> None:
    """The address of the monitor is a file of this machine; the run is in this machine's history. After Ctrl-C the worker goes on, and
    nothing is claimed of it."""
    portal, path, everybody = one_portal
    with closing(Listening()) as monitor, a_cluster(tmp_path, size=1) as (address, workers):
        (path.parent / "monitor").write_text(f"http://{monitor.address}/ping")
        with path.open("a") as file:
            file.write("notify: {ping: 'file:monitor'}\n")
        with at_work(portal, press_ctrl_c):
            code, out, err = portal_bot("apply", "-c", path.parent, "--cluster", address)
        assert code == Exit.INTERRUPTED
        assert "office.yaml: interrupted. If a worker had begun it, that worker goes on to the end." in err
        assert f"office: no results came back for {len(everybody)} people. (exit 130: interrupted)" in out
        told = written(path.parent)
        assert [each["begun"] for each in told["portals"]] == [None]
        assert {row["outcome"] for row in told["people"]} == {"failed"}
        assert [where for where, _ in monitor.got] == ["/ping/start", "/ping/fail"]
        assert "No results came back of this run." in monitor.got[1][1]
        within(60, lambda: len(portal.audit()["changes"]) == len(everybody) and not workers[0].children())
        monitor.got.clear()
        code, out, err = portal_bot("apply", "-c", path, "--cluster", address)
        assert (code, f"{len(everybody)} unchanged" in out) == (Exit.OK, True), out + err
        assert [where for where, _ in monitor.got] == ["/ping/start", "/ping"]
    assert [run["mode"] for run in History(state_dir()).runs()] == ["apply"]
    assert not History(tmp_path / "state-0").runs()
    assert sorted(change["email"] for change in portal.audit()["changes"]) == sorted(everybody)


@pytest.mark.full
@pytest.mark.parametrize("lost", ["scheduler", "workers"])
def test_a_cluster_that_is_lost_is_not_waited_for(
    one_portal: tuple[Sandbox, Path, list[str]], tmp_path: Path, portal_bot: Program, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """It is told that no results came back, which is not that nothing was changed. A worker without scheduler ends its run."""
    portal, path, everybody = one_portal
    monkeypatch.setattr(cluster, "WITHOUT_WORKERS", 3.0)
    monkeypatch.setattr(cluster, "LOOK", 0.5)
    with a_cluster(tmp_path, size=1) as (address, processes):
        worker, scheduler = processes
        with at_work(portal, lambda: (scheduler if lost == "scheduler" else worker).kill()):
            code, out, err = portal_bot("apply", "-c", path.parent, "--cluster", address)
        if lost == "scheduler":
            within(60, lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    assert code == Exit.PORTAL
    why = {"scheduler": "the connection to the cluster's scheduler was lost", "workers": "no worker with a browser for"}[lost]
    assert why in err
    assert "office: no results came back for 12 people. (exit 6:" in out
    assert [each["begun"] for each in written(path.parent)["portals"]] == [None]
    done = [change["email"] for change in portal.audit()["changes"]]
    assert len(done) == len(set(done)) < len(everybody)


@pytest.mark.full
def test_a_worker_that_cannot_go_on_for_a_lost_one_says_so(
    one_portal: tuple[Sandbox, Path, list[str]], tmp_path: Path, portal_bot: Program
) -> None:  # fmt: skip
    """The next worker has no password: that is not a portal that nothing was done in, since the one before had begun it."""
    portal, path, everybody = one_portal
    with ExitStack() as stack:
        address, (first, _) = stack.enter_context(a_cluster(tmp_path, size=1))

        def replace_the_first() -> None:
            stack.enter_context(a_worker(tmp_path, address, 1))
            first.kill()

        with at_work(portal, replace_the_first):
            code, out, err = portal_bot("apply", "-c", path.parent, "--cluster", address)
    assert code == Exit.PORTAL, err
    assert "OFFICE_PASSWORD" in err
    assert "another one, lost before, had begun this portal" in err
    assert f"office: no results came back for {len(everybody)} people. (exit 6:" in out
    assert [each["begun"] for each in written(path.parent)["portals"]] == [None]
    assert portal.audit()["changes"]


@pytest.mark.full
def test_what_was_given_up_is_not_begun_later(
    one_portal: tuple[Sandbox, Path, list[str]], tmp_path: Path, portal_bot: Program, press_ctrl_c: Callable[[], None]
) -> None:
    """A portal at which somebody else is at work is waited for; after Ctrl-C nothing begins there when its turn has come."""
    portal, path, everybody = one_portal
    with a_cluster(tmp_path, size=1) as (address, _), Client(address, set_as_default=False) as client:

        def waits_for_its_turn() -> bool:
            return any(client.processing().values())

        def interrupt() -> None:
            sleep(TURN)  # so that it waits on the worker already, and not only for it
            press_ctrl_c()

        turn = f"portal-bot {load_config(path).portal.origin}"
        somebody_else = Semaphore(max_leases=1, name=turn, scheduler_rpc=client.scheduler, loop=client.loop)
        assert somebody_else.acquire()
        with at_work(portal, interrupt, when=waits_for_its_turn):
            code, out, _ = portal_bot("apply", "-c", path.parent, "--cluster", address)
        assert code == Exit.INTERRUPTED
        assert f"office: no results came back for {len(everybody)} people. (exit 130: interrupted)" in out
        somebody_else.release()
        within(60, lambda: not any(client.processing().values()))
        sleep(2 * TURN)  # nothing can be waited for that is not to come
    assert portal.audit()["sign_ins"] == []


@pytest.mark.full
def test_a_refusal_is_kept_in_mind_though_nobody_heard_of_it(
    one_portal: tuple[Sandbox, Path, list[str]], tmp_path: Path, portal_bot: Program, press_ctrl_c: Callable[[], None]
) -> None:
    """Ctrl-C in the moment of the refusal: the caller knows nothing of it, and another worker still does not send its password."""
    portal, path, _ = one_portal
    portal.site.account.password = "Another-one-since-today-5"
    with a_cluster(tmp_path) as (address, workers):
        with at_work(portal, press_ctrl_c, what="sign_ins"):
            code, _, _ = portal_bot("apply", "-c", path.parent, "--cluster", address)
        assert code in (Exit.INTERRUPTED, Exit.PORTAL)
        within(60, lambda: not any(worker.children() for worker in workers[:2]))
        for state in tmp_path.glob("state-*/*.refused.json"):
            state.unlink()  # as a worker that has not sent it
        code, _, err = portal_bot("apply", "-c", path.parent, "--cluster", address)
        assert (code, "The portal refused the password of a worker" in err) == (Exit.PORTAL, True), err
    assert [each["ok"] for each in portal.audit()["sign_ins"]] == [False]


@pytest.mark.full
def test_a_refused_password_is_sent_by_one_worker(one_portal: tuple[Sandbox, Path, list[str]], tmp_path: Path, portal_bot: Program) -> None:
    """Each worker's password is its own and unknown here; after one was refused none is sent until somebody has seen to it."""
    portal, path, _ = one_portal
    portal.site.account.password = "Another-one-since-today-5"
    with a_cluster(tmp_path) as (address, _workers):
        for attempt, said in enumerate(("The portal refused the user name or password.", "The portal refused the password of a worker on")):
            code, _, err = portal_bot("apply", "-c", path.parent, "--cluster", address)
            assert (attempt, code, said in err) == (attempt, Exit.PORTAL, True), err
        assert [each["ok"] for each in portal.audit()["sign_ins"]] == [False]
        portal.site.account.password = PASSWORD
        for state in tmp_path.glob("state-*/*.refused.json"):
            state.unlink()  # `login --forget-refusal` on that machine
        code, out, _ = portal_bot("login", "-c", path, "--forget-refusal")
        assert (code, "The refusal is forgotten" in out) == (Exit.OK, True)
        code, _, err = portal_bot("plan", "-c", path.parent, "--cluster", address)
        assert code == Exit.OK, err


def test_what_cannot_be_sent_is_told_before_anything_is_opened(tmp_path: Path, portal_bot: Program) -> None:
    """Of all configs at once, and before the cluster is asked for."""
    (tmp_path / "people.yaml").write_text(f"- name: {MEADOWLARK}\n  staff: [Ana Reyes]\n")
    folder = tmp_path / "portals"
    folder.mkdir()
    config(folder, "a")
    config(folder, "b", "https://q.example.com/", practices="../people.yaml")
    code, _, err = portal_bot("apply", "-c", folder, "--cluster", "tcp://127.0.0.1:9")
    assert (code, "b.yaml: ../people.yaml stands outside the config's folder" in err) == (Exit.BAD_CONFIG, True)


def within(seconds: float, condition: Callable[[], bool]) -> None:
    """Waits for what another process does."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end
        sleep(0.1)
