"""Fixtures that every test may use: a browser, a sandbox portal in either layout, and nothing of this machine's own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from portal_bot.portal.browser.discovery import NoSettings, context_options, ensure_browser, launch_options
from tests.helpers.ctrl_c import CtrlC
from tests.helpers.missing_programs import IN_CI
from tests.helpers.program import Program

if TYPE_CHECKING:
    from portal_bot.sandbox import Sandbox

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_BROWSER_FIXTURES = {"playwright", "browser_type", "launch_browser", "browser", "context", "new_context", "page"}
_BROWSER_MARKERS = ("own_thread", "full", "soak", "bench")
_BROWSER_FOLDERS = [Path(__file__).parent / name for name in ("e2e", "sites", "admin_sites", "promises", "kits")]

# The same examples on every machine, however slow. `--hypothesis-profile=default` looks for new ones; "mutants" does not look for
# the shortest example that fails.
hypothesis.settings.register_profile("portal-bot", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("portal-bot")
hypothesis.settings.register_profile("mutants", phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate])


@pytest.fixture(scope="session")
def browser_type_launch_args(pytestconfig: pytest.Config) -> dict[str, Any]:
    """pytest-playwright's browser is the one that the bot would use, installed first where there is none."""
    headless = not pytestconfig.getoption("--headed")
    options = launch_options(ensure_browser(NoSettings(), headless=headless, say=print), headless=headless)
    outside = "MAP * ~NOTFOUND, " + ", ".join(f"EXCLUDE {host}" for host in _LOOPBACK)
    return {**options, "args": [*options["args"], f"--host-resolver-rules={outside}"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, **context_options()}


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(CtrlC(), "ctrl-c")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """CI says how many tests were run again (those marked ``flaky``), also where there were none."""
    if IN_CI:
        terminalreporter.write_line(f"tests run again: {len(terminalreporter.getreports('rerun'))}")


@pytest.fixture
def press_ctrl_c(pytestconfig: pytest.Config) -> Callable[[], None]:
    """Presses Ctrl-C in this process, for the program and not for the suite."""
    plugin = pytestconfig.pluginmanager.get_plugin("ctrl-c")
    assert isinstance(plugin, CtrlC)
    return plugin.press


@pytest.hookimpl(tryfirst=True)  # before pytest goes by the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests ``browser`` by fixture, marker or folder, as far as these say so. Others that start one have the marker themselves."""
    for item in items:
        if (
            _BROWSER_FIXTURES & set(getattr(item, "fixturenames", ()))
            or any(item.get_closest_marker(name) for name in _BROWSER_MARKERS)
            or any(item.path.is_relative_to(folder) for folder in _BROWSER_FOLDERS)
        ):
            item.add_marker("browser")


@pytest.fixture(autouse=True)
def no_browser_unless_marked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that starts a browser without the marker fails, also where it is another process that would start it."""
    if request.node.get_closest_marker("browser") is None:
        monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", "/a test that starts a browser needs the marker browser")


@pytest.fixture(autouse=True)
def a_machine_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each test starts with an empty state folder and without the credentials of whoever runs it."""
    state = tmp_path_factory.mktemp("state")
    monkeypatch.setenv("PORTAL_BOT_STATE_DIR", str(state))
    for name in ("PASSWORD", "PASSWORD_FILE", "TOTP_SECRET", "TOTP_SECRET_FILE"):
        monkeypatch.delenv(f"PORTAL_BOT_{name}", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return state


@pytest.fixture(autouse=True, scope="session")
def loopback_only() -> Iterator[None]:
    """A test that would leave this machine fails, and says where it wanted to go."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}:{address[1]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture
def portal_bot(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    """``code, out, err = portal_bot("plan", "-c", path)``"""
    return Program(monkeypatch, capsys)


@pytest.fixture
def start_sandbox() -> Iterator[Callable[..., Sandbox]]:
    """Starts sandbox portals with the options given; they end with the test."""
    from portal_bot.sandbox import Sandbox, SandboxOptions

    running: list[Sandbox] = []

    def start(**options: Any) -> Sandbox:
        sandbox = Sandbox(SandboxOptions(**options)).__enter__()
        running.append(sandbox)
        return sandbox

    yield start
    for sandbox in running:
        sandbox.__exit__(None, None, None)


@pytest.fixture
def sandbox_classic(start_sandbox: Callable[..., Sandbox]) -> Sandbox:
    return start_sandbox(layout="classic")


@pytest.fixture
def sandbox_modern(start_sandbox: Callable[..., Sandbox]) -> Sandbox:
    return start_sandbox(layout="modern")


@pytest.fixture(params=["classic", "modern"])
def sandbox(request: pytest.FixtureRequest, start_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """Both layouts, one after the other: the promise must hold in each."""
    return start_sandbox(layout=request.param)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test marked ``own_thread`` runs in one: Playwright's sync API must not meet that of pytest-playwright's fixtures."""
    if pyfuncitem.get_closest_marker("own_thread") is None:
        return None
    given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(pyfuncitem.obj, **given).result()
    return True
