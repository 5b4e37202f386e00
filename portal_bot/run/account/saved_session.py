"""Sessions that a person has begun by hand (``portal-bot login``), kept for the runs of that account.

Each is a file in the state folder that only its owner can read. Where the system has a keyring that answers, the file is
encrypted, and its key is in the keyring.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal_bot.model.errors import SessionUnreadable
from portal_bot.model.files import replace_private
from portal_bot.run.account import system_keyring
from portal_bot.run.account.state_dir import account_file


class SavedSessions:
    """The kept sessions in a state folder, one for each account (``origin|user_name``)."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir

    def keep(self, account: str, session: Mapping[str, Any], *, signed_in: datetime | None = None) -> bool:
        """Keeps a session in place of the one before; true where it is encrypted. ``signed_in``: when, if not just now.

        Raises OSError where the file cannot be written.
        """
        at = signed_in or datetime.now(UTC)
        told = json.dumps(session)
        locked = _encrypted(account, told)
        body = {"how": "fernet", "session": locked} if locked else {"how": "plain", "session": told}
        replace_private(self._file(account), json.dumps({"signed_in": at.isoformat(timespec="seconds"), **body}))
        return locked is not None

    def load(self, account: str) -> Mapping[str, Any] | None:
        """The kept session, or ``None`` where there is none. Raises SessionUnreadable."""
        if not self._file(account).exists():
            return None
        try:
            kept = json.loads(self._file(account).read_text(encoding="utf-8"))
            told = kept["session"] if kept["how"] == "plain" else _decrypted(account, kept["session"])
            session: Mapping[str, Any] = json.loads(told)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SessionUnreadable(
                "The session that `portal-bot login` kept cannot be read"
                + (f": {error}." if isinstance(error, _NoKey) else ", as its file is damaged."),
                hint="Sign in by hand again: `portal-bot login`.",
            ) from None
        return session

    def signed_in(self, account: str) -> datetime | None:
        """When the person signed in, or ``None`` where no session is kept. Needs no key."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._file(account).read_text(encoding="utf-8"))
            return datetime.fromisoformat(kept["signed_in"]).astimezone(UTC)
        return None

    def forget(self, account: str) -> bool:
        """Deletes the kept session and its key; true where there was one."""
        there = self._file(account).exists()
        self._file(account).unlink(missing_ok=True)
        if there:
            system_keyring.forget(_key_name(account))
        return there

    def _file(self, account: str) -> Path:
        return account_file(self._folder, account, ".session.json")


def kept_session_age(account: str, state_dir: Path, now: datetime) -> timedelta | None:
    """How long ago the person signed in whose session is kept for the account; ``None`` where there is none."""
    signed_in = SavedSessions(state_dir).signed_in(account)
    return None if signed_in is None else now - signed_in


class _NoKey(ValueError):
    pass


def _key_name(account: str) -> str:
    return f"{account}|session-key"


def _encrypted(account: str, text: str) -> str | None:
    """The text encrypted with a key that the keyring keeps; ``None`` where there is no way to."""
    try:
        from cryptography.fernet import Fernet
    except ImportError:
        return None
    key = Fernet.generate_key()
    if not system_keyring.keep(_key_name(account), key.decode()):
        return None
    return Fernet(key).encrypt(text.encode()).decode()


def _decrypted(account: str, token: str) -> str:
    key = system_keyring.kept(_key_name(account))
    if key is None:
        raise _NoKey("the keyring, which has its key, gives no answer or has it no more")
    try:
        from cryptography.fernet import Fernet, InvalidToken
    except ImportError:
        raise _NoKey("the library cryptography, which it was encrypted with, is not installed") from None
    try:
        return Fernet(key).decrypt(token.encode()).decode()
    except InvalidToken:
        raise _NoKey("it was encrypted with another key than the keyring's") from None
