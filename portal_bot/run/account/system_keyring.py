"""Puts things into the system's keyring and takes them out, where there is one that answers. Raises nothing.

A keyring may wait for somebody to unlock it, so each question has an end.
"""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from portal_bot.run.account.credentials import KEYRING_SECONDS, KEYRING_SERVICE


def is_installed() -> bool:
    """Whether the library is there; a keyring that answers need not be."""
    try:
        import keyring  # noqa: F401 - only whether it is there
    except ImportError:
        return False
    return True


def works() -> bool:
    """Whether there is a keyring that takes something and gives it back, tried with something of no meaning."""
    trial = "portal-bot init tries the keyring"
    taken = keep(trial, "trial")
    if taken:
        forget(trial)
    return taken


def kept(user: str) -> str | None:
    """What the keyring has under the name; ``None`` where it has nothing or gives no answer."""
    value = _asked(lambda keyring: keyring.get_password(KEYRING_SERVICE, user))
    return value if isinstance(value, str) else None


def keep(user: str, value: str) -> bool:
    """Puts a value there; true where it can be read back. Some keyrings take everything and keep nothing."""

    def put(keyring: Any) -> bool:
        keyring.set_password(KEYRING_SERVICE, user, value)
        return bool(keyring.get_password(KEYRING_SERVICE, user) == value)

    return _asked(put) is True


def forget(user: str) -> None:
    """Takes a value out, if it is there."""
    _asked(lambda keyring: keyring.delete_password(KEYRING_SERVICE, user))


def _asked(question: Callable[[Any], Any]) -> Any:
    """The answer; ``None`` where there is no keyring, it fails, or it does not answer in time."""
    try:
        import keyring
    except ImportError:
        return None
    answers: SimpleQueue[Any] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(question(keyring))
        except Exception:  # every backend has errors of its own; a headless machine has no backend at all
            answers.put(None)

    Thread(target=ask, name="keyring", daemon=True).start()
    try:
        return answers.get(timeout=KEYRING_SECONDS)
    except Empty:
        return None
