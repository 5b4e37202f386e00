"""Passwords that the portal has refused, so that none is ever sent twice: accounts lock.

Kept is a salted scrypt hash for each account (``origin|user_name``), in a file that only its owner can read.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal_bot.errors import SignInRefused

_COST = {"n": 2**14, "r": 8, "p": 1}


class Refusals:
    """The remembered refusals in a state folder."""

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / "refusals.json"

    def check(self, account: str, password: str) -> datetime | None:
        """When this very password was refused for the account, or ``None``."""
        entry = self._read().get(account)
        try:
            if entry and hmac.compare_digest(_hash(password, bytes.fromhex(entry["salt"])), entry["hash"]):
                return datetime.fromisoformat(entry["at"])
        except (KeyError, TypeError, ValueError):
            return None
        return None

    def refuse_again(self, account: str, password: str) -> None:
        """Raises SignInRefused where this password was refused before."""
        if when := self.check(account, password):
            raise SignInRefused(
                f"The portal refused this password on {when:%Y-%m-%d} at {when:%H:%M} UTC, so it was not sent again: accounts lock. "
                "Nothing was opened and nothing was changed.",
                hint="Put the right password where it is kept. If this one is right after all: `portal-bot login --forget-refusal`.",
            )

    def remember(self, account: str, password: str) -> None:
        """Remembers that a password was refused just now."""
        salt = secrets.token_bytes(16)
        entry = {"salt": salt.hex(), "hash": _hash(password, salt), "at": datetime.now(UTC).isoformat(timespec="seconds")}
        self._write({**self._read(), account: entry})

    def forget(self, account: str) -> bool:
        """Forgets the refusal of an account; true where there was one."""
        kept = self._read()
        if account not in kept:
            return False
        self._write({name: entry for name, entry in kept.items() if name != account})
        return True

    def _read(self) -> dict[str, Any]:
        """What is kept. A file that cannot be made sense of counts as empty: it is written anew at the next refusal."""
        with suppress(OSError, ValueError):
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(kept, dict):
                return kept
        return {}

    def _write(self, kept: dict[str, Any]) -> None:
        scratch = self._path.with_suffix(f".{os.getpid()}.tmp")
        with open(scratch, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            json.dump(kept, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(self._path)


def _hash(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_COST).hex()
