"""Codes of an authenticator (RFC 6238), from the secret that it was given."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import time

import pyotp

from portal_bot.model.errors import CredentialError, Interrupted
from portal_bot.model.files import replace_private

MOST_USED_UP = 5.0
"""Seconds that a code must have to live: one with less may be over when it arrives."""


class OneTimeCodes:
    """The codes for all sign-ins of an account, in turn: none is given twice, nor again by the next run.

    (RFC 6238, section 5.2: a verifier must not take a code a second time. A second sign-in with it would be refused.)
    """

    def __init__(
        self, secret: str, wait: Callable[[float], bool], told: Callable[[str], None] = lambda _code: None, *, kept: Path | None = None
    ) -> None:  # fmt: skip
        """``wait``: waits so many seconds; true where the run was asked to stop meanwhile. ``told``: hears each code before it is
        given, to keep it out of what is written. ``kept``: the file that says until when the last code lives, and never the code."""
        self._secret = secret
        self._wait = wait
        self._told = told
        self._kept = kept
        self._used_until = 0.0
        """Until when the newest code that was given lives, in seconds since 1970."""
        with suppress(OSError, ValueError):
            self._used_until = float(kept.read_text(encoding="ascii")) if kept else 0.0

    def seconds_to_wait(self) -> float:
        """Until there is a code that may be used; 0 where there is one."""
        now = time()
        _, left = one_time_code(self._secret, now)
        used = abs(self._used_until - (now + left)) < 1  # a clock that was set back since does not make anybody wait for hours
        return left + 0.2 if used or left < MOST_USED_UP else 0.0

    def next(self) -> str:
        """A code that was not given before, waited for where need be. Raises Interrupted."""
        while seconds := self.seconds_to_wait():
            if self._wait(seconds):
                raise Interrupted("The run was stopped while it waited for a one-time code.")
        now = time()
        code, left = one_time_code(self._secret, now)
        self._used_until = now + left
        if self._kept:
            with suppress(OSError):  # at worst the next run's code is refused once
                replace_private(self._kept, f"{self._used_until:.0f}")
        self._told(code)
        return code


class _Totp(pyotp.TOTP):
    """Codes of a secret of any length. pyotp refuses those under 112 bits, but many portals give 80: it is theirs to choose."""

    def byte_secret(self) -> bytes:
        return base64.b32decode(self.secret + "=" * (-len(self.secret) % 8), casefold=True)


def one_time_code(secret: str, now: float) -> tuple[str, float]:
    """The code at a time (seconds since 1970), and for how many seconds it lives: that long until the next one begins.

    A code with less than five seconds to live should not be used: it may be over when it arrives. ``secret`` is what the
    authenticator was given: base32, white space, hyphens and case aside, or an ``otpauth://`` address.
    Raises CredentialError for anything else, without repeating it.
    """
    try:
        totp = _totp(secret.strip())
        return totp.at(now), totp.interval - now % totp.interval
    except (ValueError, TypeError, ZeroDivisionError):
        raise CredentialError(
            "The one-time secret is not one that codes can be made of. Nothing was sent.",
            hint="It is the text beside the QR code of the authenticator set-up: letters A to Z and digits 2 to 7.",
        ) from None


def _totp(secret: str) -> _Totp:
    if not secret.startswith("otpauth://"):
        plain = re.sub(r"[\s-]", "", secret).rstrip("=")
        if not plain:
            raise ValueError("empty")
        return _Totp(plain)
    given = pyotp.parse_uri(secret)
    if type(given) is not pyotp.TOTP:
        raise ValueError("not a code by time")
    return _Totp(re.sub(r"[\s-]", "", given.secret).rstrip("="), digits=given.digits, digest=given.digest, interval=given.interval)
