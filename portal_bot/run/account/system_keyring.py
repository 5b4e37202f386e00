"""The system's keyring: asked with an end, since it may wait for a person to unlock it. Nothing here raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

KEYRING_SERVICE = "portal-bot"
KEYRING_SECONDS = 60.0
"""A locked keyring asks a person to unlock it, and in a scheduled run nobody is there."""


@dataclass(frozen=True)
class Answer:
    """What the keyring said. ``problem``: why it said nothing, for a message; ``is_late``: it gave no answer in time."""

    value: Any = None
    problem: str = ""
    is_late: bool = False


def asked(question: Callable[[Any], Any]) -> Answer:
    """Puts a question to the keyring library, in a thread of its own."""
    try:
        import keyring
    except ImportError:
        return Answer(problem="not installed")
    answers: SimpleQueue[Answer] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(Answer(question(keyring)))
        except Exception as error:  # every backend has errors of its own; a headless machine has no backend at all
            answers.put(Answer(problem=f"it cannot be asked: {type(error).__name__}"))

    Thread(target=ask, name="keyring", daemon=True).start()
    try:
        return answers.get(timeout=KEYRING_SECONDS)
    except Empty:
        return Answer(problem="it gave no answer", is_late=True)


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
    value = asked(lambda keyring: keyring.get_password(KEYRING_SERVICE, user)).value
    return value if isinstance(value, str) else None


def keep(user: str, value: str) -> bool:
    """Puts a value there; true where it can be read back. Some keyrings take everything and keep nothing."""

    def put(keyring: Any) -> bool:
        keyring.set_password(KEYRING_SERVICE, user, value)
        return bool(keyring.get_password(KEYRING_SERVICE, user) == value)

    return asked(put).value is True


def forget(user: str) -> None:
    """Takes a value out, if it is there."""
    asked(lambda keyring: keyring.delete_password(KEYRING_SERVICE, user))
