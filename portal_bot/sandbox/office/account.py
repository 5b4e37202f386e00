"""The administrator's account: password, lock-out and one-time codes."""

from __future__ import annotations

import hmac
import secrets
import threading
from typing import TYPE_CHECKING

from .audit_log import Audit

if TYPE_CHECKING:
    from pyotp import TOTP

MOST_BAD_PASSWORDS = 5

REFUSED = "The user name or password is incorrect."
LOCKED = "This account has been locked after too many failed sign-in attempts. Please contact support."
WRONG_CODE = "The verification code is incorrect or has expired."

_WORDS = (
    "amber", "birch", "cedar", "delta", "ember", "fern", "grove", "harbor", "iris",
    "juniper", "kestrel", "linden", "maple", "north", "opal", "prairie", "quartz", "river",
)  # fmt: skip


def invent_password() -> str:
    """A password for a sandbox that was given none: easy to type, and no other sandbox's."""
    words = "-".join(secrets.choice(_WORDS).capitalize() for _ in range(2))
    return f"{words}-{secrets.randbelow(9000) + 1000}{secrets.choice('!#%&+=?')}{secrets.token_hex(2)}"


class Account:
    """One user name and password. Five bad passwords in a row lock it."""

    def __init__(self, user_name: str, password: str, totp_secret: str | None, audit: Audit) -> None:
        self.user_name = user_name
        self.password = password
        self.totp_secret = totp_secret
        self.locked = False
        self._bad = 0
        self._last_code = ""
        self._audit = audit
        self._lock = threading.Lock()
        if totp_secret:
            self._codes().now()

    def check_password(self, user_name: str, password: str) -> str:
        """Empty if the password is right, else the sentence to show. The password counts exactly as it was typed."""
        with self._lock:
            known = user_name.strip().casefold() == self.user_name.casefold()
            right = known and hmac.compare_digest(password.encode(), self.password.encode())
            if known and self.locked:
                self._audit.signed_in(user_name, ok=False, why="locked")
                return LOCKED
            if right:
                self._bad = 0
                self._audit.signed_in(user_name, ok=True, why="")
                return ""
            self._audit.signed_in(user_name, ok=False, why="wrong password" if known else "unknown user name")
            self._bad += known
            self.locked = self._bad >= MOST_BAD_PASSWORDS
            return LOCKED if known and self.locked else REFUSED

    def check_code(self, code: str) -> str:
        """Empty if the one-time code is right and was not used before, else the sentence to show."""
        digits = "".join(code.split())
        with self._lock:
            ok = bool(self.totp_secret) and digits != self._last_code
            ok = ok and self._codes().verify(digits, valid_window=1)
            if ok:
                self._last_code = digits
            self._audit.signed_in(self.user_name, ok=ok, why="" if ok else "wrong code", step="code")
            return "" if ok else WRONG_CODE

    def _codes(self) -> TOTP:
        """Raises ValueError for a secret that is too short or not base32."""
        from pyotp import TOTP

        return TOTP(self.totp_secret or "")
