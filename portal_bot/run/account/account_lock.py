"""One run at a time for each portal account, among all that share a state folder: those of one user of a machine.

The operating system holds the lock, so it is free again when its holder dies, however it dies. A file beside it says who
holds it, for the message.
"""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from portal_bot.model.errors import AccountBusy
from portal_bot.model.files import replace_private
from portal_bot.run.account.state_dir import account_file


@contextmanager
def account_lock(state_dir: Path, account: str, *, what: str) -> Iterator[None]:
    """Holds an account (``origin|user_name``) while a run goes on. Raises AccountBusy, naming who holds it and since when."""
    lock = FileLock(account_file(state_dir, account, ".lock"), mode=0o600)
    about = account_file(state_dir, account, ".holder.json")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AccountBusy(
            f"Another run of portal-bot holds this account{_holder(about)}. Nothing was opened and nothing was changed.",
            hint="Wait until it has ended. Two runs on one account would disturb each other's practice and records.",
        ) from None
    try:
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "user": _user(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
            "what": what,
        }
        with suppress(OSError):  # who holds it is a courtesy; the lock stands without it
            replace_private(about, json.dumps(holder))
        yield
    finally:
        with suppress(OSError):
            about.unlink(missing_ok=True)
        lock.release()


def _holder(about: Path) -> str:
    try:
        told = json.loads(about.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(told["since"])
        return f": {told['what']} by {told['user']} on {told['host']} (process {told['pid']}), since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # no entry for this user, or no such database on this system
        return "somebody"
