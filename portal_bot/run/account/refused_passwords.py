"""Passwords that the portal has refused, so that none is ever sent twice: accounts lock.

Kept are salted scrypt hashes, in a file for each account (``origin|user_name``) that only its owner can read.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from portal_bot.model.errors import SignInRefused
from portal_bot.model.files import replace_private
from portal_bot.run.account.state_dir import account_file

_COST = {"n": 2**14, "r": 8, "p": 1}
_KEPT = 20
"""So many refusals of an account are kept in mind; the oldest goes."""


class RefusedPasswords:
    """The remembered refusals in a state folder."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir

    def check(self, account: str, password: str) -> datetime | None:
        """When this very password was refused for the account, or ``None``."""
        kept = self._read(account)
        if kept is None:
            return None
        salt, refused = kept
        return refused.get(_hash(password, salt))

    def refuse_again(self, account: str, password: str) -> None:
        """Raises SignInRefused where this password was refused before."""
        if when := self.check(account, password):
            raise SignInRefused(
                f"The portal refused this password on {when:%Y-%m-%d} at {when:%H:%M} UTC, so it was not sent again: accounts lock. "
                "Nothing was opened and nothing was changed.",
                hint="Put the right password where it is kept. If this one is right after all: `portal-bot login --forget-refusal`.",
            )

    def remember(self, account: str, password: str) -> None:
        """Remembers that a password was refused just now. Raises SignInRefused, saying so, where that cannot be written."""
        salt, refused = self._read(account) or (secrets.token_bytes(16), {})
        refused = {**refused, _hash(password, salt): datetime.now(UTC)}
        newest = sorted(refused.items(), key=lambda entry: entry[1])[-_KEPT:]
        kept = {"salt": salt.hex(), "refused": {hashed: at.isoformat(timespec="seconds") for hashed, at in newest}}
        self._write(self._file(account), json.dumps(kept, indent=1))

    def _write(self, file: Path, text: str) -> None:
        try:
            replace_private(file, text)
        except OSError as error:
            raise SignInRefused(
                f"The portal refused the password, and that could not be kept in mind ({error.strerror}).",
                hint="Do not run again with this password: accounts lock. Stop the schedule until it is right.",
            ) from None

    def remember_elsewhere(self, account: str) -> None:
        """Remembers that another machine's password was refused, which is not known here: a worker's of a cluster. Each of them
        would send its own once. Raises SignInRefused where that cannot be written."""
        self._write(self._elsewhere(account), datetime.now(UTC).isoformat(timespec="seconds"))

    def refuse_elsewhere(self, account: str) -> None:
        """Raises SignInRefused where a worker's password was refused before."""
        with suppress(FileNotFoundError):
            when = self._elsewhere(account).read_text(encoding="utf-8")[:16].replace("T", " at ")
            raise refused_elsewhere(f" on {when} UTC")

    def forget(self, account: str) -> bool:
        """Forgets the refusals of an account; true where there was one."""
        files = [file for file in (self._file(account), self._elsewhere(account)) if file.exists()]
        for file in files:
            file.unlink(missing_ok=True)
        return bool(files)

    def _elsewhere(self, account: str) -> Path:
        return account_file(self._folder, account, ".refused-elsewhere")

    def _file(self, account: str) -> Path:
        return account_file(self._folder, account, ".refused.json")

    def _read(self, account: str) -> tuple[bytes, Mapping[str, datetime]] | None:
        """Salt, and when each hash was refused. A file that cannot be made sense of is written anew at the next refusal."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            kept = json.loads(self._file(account).read_text(encoding="utf-8"))
            refused = {hashed: datetime.fromisoformat(at).astimezone(UTC) for hashed, at in kept["refused"].items()}
            return bytes.fromhex(kept["salt"]), refused
        return None


def refused_elsewhere(when: str = "") -> SignInRefused:
    """The error where a worker's password was refused before, and perhaps when."""
    return SignInRefused(
        f"The portal refused the password of a worker{when}, so none was sent from any other: accounts lock. "
        "Nothing was opened and nothing was changed.",
        hint="Put the right password where the workers look for it, then `portal-bot login --forget-refusal` on the machine that calls.",
    )


def _hash(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_COST).hex()
