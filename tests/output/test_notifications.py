"""Who is told how a run ended (portal_bot/output/notifications.py, portal_bot/run/after_run.py), against a real server on this machine."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from portal_bot.config.loader import load_config
from portal_bot.model.entities import Assignment, ListName, Mode, Outcome, Person, Result
from portal_bot.model.errors import CredentialError, PortalChanged
from portal_bot.model.events import Event
from portal_bot.model.exit_codes import Exit
from portal_bot.output.history import History
from portal_bot.output.notifications import Ping, RunEnding, message, ping, send
from portal_bot.run.account.credentials import Credentials
from portal_bot.run.engine import run
from portal_bot.run.run_options import RunOptions
from tests.helpers.config_files import problems, write
from tests.helpers.robot import Robot

if TYPE_CHECKING:
    from portal_bot.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # apprise imports it

ANA = Assignment(0, "Meadowlark Pediatrics", ListName.STAFF, Person("Ana Reyes", "ana.reyes@example.com"), "Messaging", True)
GRANTED = Result(ANA, Outcome.GRANTED, before=False, after=True)
UNCHANGED = Result(ANA, Outcome.UNCHANGED, before=True)
PENDING = Result(ANA, Outcome.WOULD_GRANT, before=False)
MISSING = Result(ANA, Outcome.NOT_FOUND, detail="not found: Ana Reyes. Near: Anna Reyes")


class Listening:
    """A web server that keeps what it is sent. Paths with ``bad`` are answered 500, with ``moved`` sent elsewhere."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                outer.got.append((self.path, body))
                self.send_response(500 if "bad" in self.path else 302 if "moved" in self.path else 200)
                if "moved" in self.path:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.got]

    @property
    def notices(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got if body.startswith("{")]


@pytest.fixture
def listening() -> Iterator[Listening]:
    server = Listening()
    yield server
    server.close()


def ended(*results: Result, exit: Exit = Exit.OK, error: BaseException | None = None) -> RunEnding:
    counts = {str(each.outcome): 1 for each in results}
    return RunEnding(Mode.APPLY, "https://portal.example.com/Login?x=1", exit, results, counts, "aaaa1111", "f" * 64, error)


# -- what is told -----------------------------------------------------------------------------------------------------


def test_a_notice_tells_the_run_in_few_lines() -> None:
    """The first line is the recap and what the exit means; then counts, portal, run and the history's head."""
    title, text = message(ended(GRANTED), names=False)
    assert title == "portal-bot apply: as asked"
    assert text.splitlines() == [
        "Messaging: 1 granted. 0 not done. Exit 0: as asked.",
        "Counts: granted 1",
        "Portal: portal.example.com",
        "Run: aaaa1111 (apply)",
        f"History head: {'f' * 64}",
    ]


def test_no_name_leaves_the_machine_unasked() -> None:
    """Not in lists, not in details, not in the reason why a run stopped."""
    stopped = PortalChanged("The record of Ana Reyes (ana.reyes@example.com) in Meadowlark Pediatrics changed.")
    title, text = message(ended(GRANTED, MISSING, exit=Exit.PORTAL, error=stopped), names=False)
    for secret in ("Ana", "Reyes", "@", "Meadowlark", "Anna"):
        assert secret not in title + text
    assert "Reason: portal changed" in text
    _, text = message(ended(GRANTED, MISSING, exit=Exit.PORTAL, error=stopped), names=True)
    assert "Reason: The record of Ana Reyes" in text
    assert "- Ana Reyes (Staff Members, Meadowlark Pediatrics): Messaging not found: not found: Ana Reyes. Near: Anna Reyes" in text


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (ended(UNCHANGED), {"always"}),
        (ended(GRANTED), {"always", "change"}),
        (ended(PENDING, exit=Exit.PENDING), {"always", "change"}),
        (ended(UNCHANGED, MISSING, exit=Exit.NOT_DONE), {"always", "change", "failure"}),
        (ended(exit=Exit.BAD_CONFIG), {"always", "change", "failure"}),
        (ended(UNCHANGED, exit=Exit.INTERRUPTED), {"always", "change", "failure"}),
    ],
)
def test_whoever_asked_is_told(what: RunEnding, told: set[str]) -> None:
    """On failure: what did not end as asked; on change: that and every change; always: all."""
    assert {on for on in ("always", "change", "failure") if what.concerns(on)} == told


# -- how it is told ---------------------------------------------------------------------------------------------------


def test_notices_arrive(listening: Listening, tmp_path: Path) -> None:
    """An address of apprise, or the variable or file that holds one."""
    (tmp_path / "address").write_text(f"json://{listening.address}/three\n")
    urls = [f"json://{listening.address}/one", "env:SECOND", "file:address"]
    assert send(urls, "title", "text", {"SECOND": f"json://{listening.address}/two"}, folder=tmp_path) == []
    assert listening.paths == ["/one", "/two", "/three"]
    assert [(each["title"], each["message"]) for each in listening.notices] == [("title", "text")] * 3


def test_a_notice_that_fails_is_told_without_its_token(listening: Listening, capfd: pytest.CaptureFixture[str]) -> None:
    """Each failure is a sentence that repeats nothing of the address, and the others are sent all the same."""
    urls = [
        f"json://{listening.address}/bad/t0ken", "env:NOT_SET", "nonsense://t0ken", "json://t0ken@127.0.0.1:1/t0ken",
        f"json://{listening.address}/good",
    ]  # fmt: skip
    told = send(urls, "title", "text", {})
    assert told == [
        "Notice 1 of 5 (json) was not taken: the service answers 500.",
        "Notice 2 of 5 was not sent: the environment variable NOT_SET is not set.",
        "Notice 3 of 5 (nonsense) was not sent: apprise does not know such an address.",
        "Notice 4 of 5 (json) was not taken.",
    ]
    assert listening.paths[-1] == "/good"
    out, err = capfd.readouterr()
    assert "t0ken" not in "".join((*told, out, err))


def test_without_apprise_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named; nothing fails. Without addresses it is not even looked for."""
    monkeypatch.setitem(sys.modules, "apprise", None)
    assert send([], "title", "text") == []
    (told,) = send(["json://127.0.0.1:1"], "title", "text")
    assert 'pip install "portal-bot[notify]"' in told


def test_pings_go_where_healthchecks_wants_them(listening: Listening) -> None:
    """/start, the address itself, /fail; a query stays at the end; the text goes along."""
    address = f"http://{listening.address}/uuid?tag=a"
    assert [ping(address, what, "text") for what in (Ping.START, Ping.SUCCESS, Ping.FAIL)] == [""] * 3
    assert listening.got == [("/uuid/start?tag=a", "text"), ("/uuid?tag=a", "text"), ("/uuid/fail?tag=a", "text")]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://{here}/bad", "it answers 500."),
        ("http://{here}/moved", "it answers 302."),
        ("http://127.0.0.1:1/uuid", "it cannot be reached (ConnectionRefusedError)."),
        ("file:not-there", "the file not-there cannot be read."),
        ("env:NOT_SET", "the environment variable NOT_SET is not set."),
        ("env:UNSAFE", "use https://; http is for this machine only."),
    ],
)
def test_a_ping_that_fails_is_a_sentence(listening: Listening, address: str, why: str) -> None:
    """Whatever is wrong comes back as words, and a ping is never sent on to another place."""
    told = ping(address.format(here=listening.address), Ping.START, environ={"UNSAFE": "http://portal.example.com/uuid"})
    assert told == f"The monitor was not told of the run: {why}"
    assert "/elsewhere" not in listening.paths


# -- the config -------------------------------------------------------------------------------------------------------

ONE = "version: 1\nportal: {{url: 'https://p.example.com/', user_name: admin}}\npractices:\n- staff: [Ana Reyes]\n{more}\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("notify: {on: sometimes}", "'on' must be failure, change or always"),
        ("notify: {names: 'yes'}", "'names' must be true or false"),
        ("notify: {urls: [our-t0ken]}", "this must be an address of apprise"),
        ("notify: {ping: 'http://hc.example.com/t0ken'}", "use https://; http is for this machine only"),
        ("notify: {ping: 'ftp://hc.example.com/t0ken'}", "this is not a web address"),
        ("notify: {pings: x}", "Did you mean 'ping'?"),
        ("retention: {runs: 30m}", "an age is a whole number with its unit: 90d, 12w or 1y"),
        ("retention: {pictures: 0d}", "an age is a whole number"),
    ],
)
def test_mistakes_are_told_before_anything_is_opened(tmp_path: Path, more: str, said: str) -> None:
    """Each with its line, and without the token that an address may hold."""
    (problem,) = problems(write(tmp_path, ONE.format(more=more)))
    assert problem.startswith("config.yaml:5: ")
    assert said in problem
    assert "t0ken" not in problem


def test_a_sound_section_is_read(tmp_path: Path) -> None:
    """Also the key ``on``, which YAML would take for a truth value, and the ages."""
    more = "notify:\n  urls: [env:TEAMS, 'ntfys://ntfy.sh/topic']\n  on: failure\n  ping: http://127.0.0.1:8000/x\n"
    more += "retention: {pictures: 90d, runs: 1y}"
    config = load_config(write(tmp_path, ONE.format(more=more)))
    assert (config.notify.on, config.notify.names, len(config.notify.urls)) == ("failure", False, 2)
    assert config.retention.pictures is not None
    assert config.retention.runs is not None
    assert (config.retention.pictures.days, config.retention.runs.days) == (90, 365)


# -- a run ------------------------------------------------------------------------------------------------------------


def test_a_run_that_does_not_begin_is_told_too(tmp_path: Path, listening: Listening) -> None:
    """A schedule whose password has gone must not be silent. A failing notice is a warning, and the error stays."""
    more = f"notify: {{urls: ['json://{listening.address}/n', 'json://{listening.address}/bad'], ping: 'http://{listening.address}/uuid'}}"
    path = write(tmp_path, ONE.format(more=more).replace("portal: {", "portal: {password_from: 'file:not-there', "))
    seen: list[Event] = []
    with pytest.raises(CredentialError, match="not-there"):
        run(load_config(path), RunOptions(Mode.APPLY), listeners=[seen.append])
    assert listening.paths == ["/n", "/bad", "/uuid/fail"]
    assert "The run did not begin. Exit 2: bad option or config; nothing was opened." in listening.notices[0]["message"]
    assert "not-there" not in listening.notices[0]["message"]
    assert [event["text"] for event in seen] == ["Notice 2 of 2 (json) was not taken: the service answers 500."]


def test_looking_tells_nobody(tmp_path: Path, listening: Listening) -> None:
    """A plain plan is somebody looking; plan --check is a schedule's, and is told."""
    path = write(tmp_path, ONE.format(more=f"notify: {{urls: ['json://{listening.address}/n'], ping: 'http://{listening.address}/uuid'}}"))
    with pytest.raises(CredentialError):
        run(load_config(path), RunOptions(Mode.PLAN))
    assert listening.paths == []
    with pytest.raises(CredentialError):
        run(load_config(path), RunOptions(Mode.PLAN, check=True))
    assert listening.paths == ["/n", "/uuid/fail"]


@pytest.mark.browser
def test_a_run_is_in_the_history_and_told(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, listening: Listening, a_machine_of_its_own: Path
) -> None:
    """Start, notice, success; the notice's head is the history's; what could not be told stands in the run's log; exit 0."""
    portal = start_sandbox(layout="classic", people=8, practices=1)
    notify = {"urls": [f"json://{listening.address}/n", f"json://{listening.address}/bad"], "ping": f"http://{listening.address}/uuid"}
    robot = Robot(tmp_path, portal.url, portal.user_name, portal.password, notify=notify, retention={"runs": "1d"})
    report = robot.apply({"Meadowlark Pediatrics": {"providers": ["Wen Irwin, MD"]}}, credentials=Credentials(portal.password))
    assert (report.exit, report.results[0].outcome) == (Exit.OK, Outcome.GRANTED)
    assert listening.paths == ["/uuid/start", "/n", "/bad", "/uuid"]
    text = listening.notices[0]["message"]
    assert text.startswith("Messaging: 1 granted. 0 not done. Exit 0: as asked.")
    assert "Wen" not in text
    history = History(a_machine_of_its_own)
    assert f"History head: {history.head()}" in text
    (row,) = history.runs()
    assert (row["mode"], row["exit_code"], row["folder"]) == ("apply", 0, str(report.folder))
    assert report.folder.name.endswith(row["run"])
    assert [(each["name"], each["before"], each["after"]) for each in history.results(row["run"])] == [("Wen Irwin, MD", False, True)]
    assert portal.password.encode() not in history.path.read_bytes()
    assert "Notice 2 of 2 (json) was not taken" in (report.folder / "run.log").read_text(encoding="utf-8")
    assert json.loads((report.folder / "results.json").read_text())["run"]["exit_code"] == 0


@pytest.mark.browser
def test_a_history_that_cannot_be_written_changes_nothing(
    start_sandbox: Callable[..., Sandbox], tmp_path: Path, a_machine_of_its_own: Path
) -> None:
    """The run is as it was; its log says that the history lacks it."""
    (a_machine_of_its_own / "history.sqlite3").write_bytes(b"no database" * 100)
    portal = start_sandbox(layout="classic", people=8, practices=1)
    robot = Robot(tmp_path, portal.url, portal.user_name, portal.password)
    report = robot.plan({"Meadowlark Pediatrics": {"providers": ["Wen Irwin, MD"]}})
    assert (report.exit, report.error) == (Exit.OK, None)
    assert "This run is not in the history" in (report.folder / "run.log").read_text(encoding="utf-8")
