"""What is promised of the account lock: one run at a time, whoever comes second knows why, and the dead hold nothing."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal_bot.model.errors import AccountBusy
from portal_bot.model.exit_codes import Exit
from portal_bot.run.account.account_lock import account_lock

ROOT = Path(__file__).parents[3]
OFFICE = "https://p.example.com|office"
HOLD = """
import sys; from pathlib import Path; from portal_bot.run.account.account_lock import account_lock
with account_lock(Path(sys.argv[1]), sys.argv[2], what="apply"):
    print("held", flush=True); sys.stdin.read()
"""


@contextmanager
def another_run(state: Path, account: str = OFFICE) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the account until its standard input is closed."""
    there = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLD, str(state), account]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=there) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def busy(state: Path, account: str = OFFICE) -> AccountBusy:
    with pytest.raises(AccountBusy) as caught, account_lock(state, account, what="plan"):
        pass
    return caught.value


def test_a_second_run_is_told_who_holds_the_account(tmp_path: Path) -> None:
    """What runs, by whom, where, as which process and since when; and that nothing was done."""
    with another_run(tmp_path) as other:
        refused = busy(tmp_path)
    assert refused.exit is Exit.REFUSED
    held = rf"apply by \S+ on {re.escape(socket.gethostname())} \(process {other.pid}\), since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    assert re.search(f"holds this account: {held}\\. Nothing was opened and nothing was changed\\.", refused.message)
    assert "Wait until it has ended" in refused.hint


def test_another_account_is_free(tmp_path: Path) -> None:
    """The lock is of one account: runs on two portals do not wait for each other."""
    with another_run(tmp_path), account_lock(tmp_path, "https://p.example.com|other", what="apply"):
        busy(tmp_path)


def test_the_account_is_free_again_after_the_run(tmp_path: Path) -> None:
    """Also after a run that failed; and who held it is no longer said."""
    with pytest.raises(RuntimeError), account_lock(tmp_path, OFFICE, what="apply"):
        raise RuntimeError
    with account_lock(tmp_path, OFFICE, what="apply"):
        pass
    assert not list(tmp_path.glob("*.json"))


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    """After kill -9 the next run simply goes on, and names itself as the holder."""
    with another_run(tmp_path) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert list(tmp_path.glob("*.json"))
        with account_lock(tmp_path, OFFICE, what="plan"):
            assert f"plan by {_who(tmp_path)} (process {os.getpid()})" in busy(tmp_path).message
            assert str(other.pid) not in busy(tmp_path).message


def _who(state: Path) -> str:
    found = re.search(r"by (\S+ on \S+) ", busy(state).message)
    assert found
    return found[1]


def test_two_threads_of_one_program_are_two_runs(tmp_path: Path) -> None:
    """A fleet in one process is held to the same rule."""
    refused: list[AccountBusy] = []
    with account_lock(tmp_path, OFFICE, what="apply"):
        thread = threading.Thread(target=lambda: refused.append(busy(tmp_path)))
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_a_holder_that_left_no_word_is_still_a_holder(tmp_path: Path) -> None:
    """The lock is the operating system's: without the file that says who, the second run is refused all the same."""
    with another_run(tmp_path):
        for file in tmp_path.glob("*.json"):
            file.write_text("{")
        assert busy(tmp_path).message.startswith("Another run of portal-bot holds this account. Nothing was opened")


def test_the_files_give_nothing_away(tmp_path: Path) -> None:
    """Their names tell neither portal nor user, and nobody else can read them."""
    with account_lock(tmp_path, OFFICE, what="apply"):
        files = list(tmp_path.iterdir())
        assert len(files) == 2
        assert not [file for file in files if "office" in file.name or "example" in file.name]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
