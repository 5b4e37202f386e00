"""A keyring that answers, of the real library, and keeps what it is given in memory."""

from __future__ import annotations

import keyring.backend
import keyring.errors


class KeyringInMemory(keyring.backend.KeyringBackend):
    """``kept`` maps (service, user) to the value."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("there is none")
