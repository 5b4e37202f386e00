"""Codes of an authenticator (RFC 6238), from the secret that it was given."""

from __future__ import annotations

import base64
import re

import pyotp

from portal_bot.errors import CredentialError


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
