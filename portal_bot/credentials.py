"""The password and the one-time code, from where they are kept. Values are used as they are, never parsed or trimmed.

The places, the first that has one wins: ``PORTAL_BOT_PASSWORD``; the file that ``PORTAL_BOT_PASSWORD_FILE`` names; systemd's
``$CREDENTIALS_DIRECTORY/portal-bot-password``; the system keyring. ``portal.password_from`` names one place, and no other
is asked. For one-time codes the same with ``TOTP_SECRET`` and ``portal-bot-totp``.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal_bot.errors import CredentialError

if TYPE_CHECKING:
    from portal_bot.config import Config

KEYRING_SERVICE = "portal-bot"
COMMAND_SECONDS = 60


@dataclass(frozen=True)
class Credentials:
    """What a sign-in needs to know, and where it was found."""

    password: str = field(repr=False)
    password_source: str = "given"  # noqa: S105 - where it came from, not what it is
    totp_secret: str | None = field(default=None, repr=False)
    totp_source: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kind:
    """Password or one-time secret: where each is looked for."""

    what: str
    variable: str
    systemd: str
    keyring_suffix: str
    option: str


_PASSWORD = _Kind("password", "PORTAL_BOT_PASSWORD", "portal-bot-password", "", "password_from")
_TOTP = _Kind("one-time secret", "PORTAL_BOT_TOTP_SECRET", "portal-bot-totp", "|totp", "totp_from")


def resolve_credentials(config: Config, environ: Mapping[str, str] = os.environ) -> Credentials:
    """Finds password and one-time secret. Raises CredentialError where there is no password, naming every place looked in."""
    search = _Search(config, environ)
    password = search.find(_PASSWORD, config.portal.password_from)
    if password is None:
        raise CredentialError(
            f"There is no password for {config.portal.user_name}. Looked in: {'; '.join(search.looked)}. Nothing was opened.",
            hint="Set PORTAL_BOT_PASSWORD, or name a file with PORTAL_BOT_PASSWORD_FILE, or keep it in the keyring (`pip install "
            '"portal-bot[keyring]"`), or say in the config where it is: portal: password_from:.',
        )
    totp = search.find(_TOTP, config.portal.totp_from)
    value, source = password
    secret, place = totp or (None, "")
    return Credentials(value, source, secret, place, tuple(search.warnings))


def one_time_code(secret: str, now: float) -> tuple[str, float]:
    """The one-time code at a time (seconds since 1970) and for how many seconds it lives.

    ``secret`` is what the authenticator was given: base32, spaces and case aside, or an ``otpauth://`` address.
    """
    import pyotp

    try:
        if secret.strip().startswith("otpauth://"):
            totp = pyotp.parse_uri(secret.strip())
            if not isinstance(totp, pyotp.TOTP):
                raise ValueError("not a time-based code")
        else:
            totp = pyotp.TOTP(re.sub(r"[\s-]", "", secret).upper())
        return totp.at(int(now)), totp.interval - now % totp.interval
    except (ValueError, TypeError):
        raise CredentialError(
            "The one-time secret is not one that codes can be made of. Nothing was sent.",
            hint="It is the text beside the QR code of the authenticator set-up: letters A to Z and digits 2 to 7.",
        ) from None


def store_in_keyring(config: Config, password: str) -> None:
    """Keeps the password in the system keyring. Raises CredentialError where there is none."""
    keyring = _keyring()
    if keyring is None:
        raise CredentialError(
            "There is no keyring on this machine.", hint='`pip install "portal-bot[keyring]"`, or use a file or a variable.'
        )
    try:
        keyring.set_password(KEYRING_SERVICE, _keyring_user(config), password)
    except Exception as error:  # every backend has errors of its own
        raise CredentialError(f"The keyring did not take the password: {type(error).__name__}.") from None


class _Search:
    """Looks through the places in order and remembers where it looked."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self._config = config
        self._environ = environ
        self.looked: list[str] = []
        self.warnings: list[str] = []

    def find(self, kind: _Kind, named: str | None) -> tuple[str, str] | None:
        """The first value and its place. Raises CredentialError where the one place that the config names has none."""
        if named is not None:
            return self._named(kind, named)
        for place, read in self._places(kind):
            self.looked.append(place)
            value = read()
            if value is not None:
                return self._not_empty(kind, value, place), place
        return None

    def _places(self, kind: _Kind) -> Iterator[tuple[str, Callable[[], str | None]]]:
        environ = self._environ
        yield kind.variable, lambda: environ.get(kind.variable)
        if file := environ.get(f"{kind.variable}_FILE"):
            yield f"the file {file} ({kind.variable}_FILE)", lambda: self._file(Path(file), required=True)
        else:
            yield f"{kind.variable}_FILE", lambda: None
        if folder := environ.get("CREDENTIALS_DIRECTORY"):
            yield f"systemd credential {kind.systemd}", lambda: self._file(Path(folder) / kind.systemd, required=False)
        yield "the keyring", lambda: self._from_keyring(kind)

    def _named(self, kind: _Kind, named: str) -> tuple[str, str]:
        way, _, rest = named.partition(":")
        place = f"portal.{kind.option} ({named if way != 'command' else 'command'})"
        if way == "env":
            value = self._environ.get(rest)
        elif way == "file":
            value = self._file(self._config.folder / Path(rest).expanduser(), required=True)
        elif way == "command":
            value = self._command(kind, rest)
        else:
            value = self._from_keyring(kind)
        if value is None:
            raise CredentialError(
                f"There is no {kind.what} at {place}, the one place that the config names. Nothing was opened.",
                hint=f"Put it there, or take portal.{kind.option} out of the config so that the usual places are asked.",
            )
        return self._not_empty(kind, value, place), place

    def _not_empty(self, kind: _Kind, value: str, place: str) -> str:
        if not value:
            raise CredentialError(
                f"The {kind.what} at {place} is empty. Nothing was opened.", hint="Put it there, or take the empty one away."
            )
        return value

    def _file(self, path: Path, *, required: bool) -> str | None:
        try:
            value = path.read_bytes().decode("utf-8")
            mode = path.stat().st_mode
        except FileNotFoundError:
            if not required:
                return None
            raise CredentialError(f"The file {path} is not there. Nothing was opened.", hint="Make it, readable by you alone.") from None
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise CredentialError(f"The file {path} cannot be read: {why}. Nothing was opened.") from None
        if os.name == "posix" and mode & (stat.S_IRGRP | stat.S_IROTH):
            self.warnings.append(f"{path} can be read by others on this computer; `chmod 600` keeps it to you.")
        return _without_line_end(value)

    def _command(self, kind: _Kind, line: str) -> str:
        try:
            words = shlex.split(line)
            done = subprocess.run(words, capture_output=True, timeout=COMMAND_SECONDS, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            raise CredentialError(
                f"The command that gives the {kind.what} did not run ({type(error).__name__}). Nothing was opened.",
                hint="Try it by hand. No shell reads it: pipes and variables do not work.",
            ) from None
        if done.returncode:
            raise CredentialError(
                f"The command that gives the {kind.what} ended with {done.returncode}. What it said is not shown: it may hold a secret.",
                hint="Try it by hand. No shell reads it: pipes and variables do not work.",
            )
        return _without_line_end(done.stdout.decode("utf-8", "replace"))

    def _from_keyring(self, kind: _Kind) -> str | None:
        keyring = _keyring()
        if keyring is None:
            return None
        try:
            value: str | None = keyring.get_password(KEYRING_SERVICE, _keyring_user(self._config) + kind.keyring_suffix)
        except Exception as error:  # every backend has errors of its own; a headless machine has no backend at all
            self.looked.append(f"(the keyring could not be asked: {type(error).__name__})")
            return None
        return value


def _keyring() -> Any:
    """The keyring library, or ``None`` where it is not installed."""
    try:
        import keyring
    except ImportError:
        return None
    return keyring


def _keyring_user(config: Config) -> str:
    return f"{config.portal.origin}|{config.portal.user_name}"


def _without_line_end(value: str) -> str:
    """The value less exactly one trailing line end, which editors and commands add."""
    return value.removesuffix("\n").removesuffix("\r") if value.endswith("\n") else value
