"""The password and the one-time secret, from where they are kept. Values are used as they are, never parsed or trimmed.

The places, the first that has one wins: ``PORTAL_BOT_PASSWORD``; the file that ``PORTAL_BOT_PASSWORD_FILE`` names; systemd's
``$CREDENTIALS_DIRECTORY/portal-bot-password``; the system keyring. ``portal.password_from`` names one place, and no other
is asked. For one-time codes the same with ``TOTP_SECRET`` and ``portal-bot-totp``. One-time codes themselves are made in
``totp``.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portal_bot.config.loader import Config, account_of
from portal_bot.model.errors import CredentialError
from portal_bot.run.account import system_keyring
from portal_bot.run.account.system_keyring import KEYRING_SERVICE
from portal_bot.run.account.totp import one_time_code

COMMAND_SECONDS = 60.0


@dataclass(frozen=True)
class Credentials:
    """What a sign-in needs to know, where it was found, and what is not well about that place."""

    password: str = field(repr=False)
    password_source: str = "given"  # noqa: S105 - where it came from, not what it is
    totp_secret: str | None = field(default=None, repr=False)
    totp_source: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Kind:
    """Password or one-time secret: what each is called in each place."""

    what: str
    variable: str
    systemd: str
    keyring_suffix: str
    option: str


_PASSWORD = _Kind("password", "PORTAL_BOT_PASSWORD", "portal-bot-password", "", "password_from")
_TOTP = _Kind("one-time secret", "PORTAL_BOT_TOTP_SECRET", "portal-bot-totp", "|totp", "totp_from")


def resolve_credentials(config: Config, environ: Mapping[str, str] = os.environ) -> Credentials:
    """Finds password and one-time secret.

    Raises CredentialError where there is no password, naming every place looked in; where the one place that the config
    names has none; and where something is there that cannot be used.
    """
    search = _Search(config, environ)
    password = search.find(_PASSWORD, config.portal.password_from)
    if password is None:
        raise CredentialError(
            f"There is no password for {config.portal.user_name}. Looked in: {'; '.join(search.looked)}. Nothing was opened.",
            hint=f"Set PORTAL_BOT_PASSWORD, or name a file with PORTAL_BOT_PASSWORD_FILE, or {_keep_in_keyring(config, _PASSWORD)}, "
            "or say with portal: password_from in the config where it is.",
        )
    totp = search.find(_TOTP, config.portal.totp_from)
    if totp:
        one_time_code(totp[0], 0)  # a secret that no code can be made of is told now, before anything is opened
    secret, place = totp or (None, "")
    return Credentials(*password, totp_secret=secret, totp_source=place, warnings=tuple(search.warnings))


class _Search:
    """Looks through the places in order and remembers where it looked."""

    def __init__(self, config: Config, environ: Mapping[str, str]) -> None:
        self._config = config
        self._environ = environ
        self.looked: list[str] = []
        self.warnings: list[str] = []

    def find(self, kind: _Kind, named: str | None) -> tuple[str, str] | None:
        """The first value and its place."""
        if named is not None:
            return self._named(kind, named)
        for place, read in self._places(kind):
            before = len(self.looked)
            value = read()
            if value is not None:
                return _not_empty(kind, value, place), place
            if len(self.looked) == before:  # else reading it has said more of it
                self.looked.append(place)
        return None

    def _places(self, kind: _Kind) -> Iterator[tuple[str, Callable[[], str | None]]]:
        environ = self._environ
        yield kind.variable, lambda: environ.get(kind.variable)
        if file := environ.get(f"{kind.variable}_FILE"):
            yield f"{kind.variable}_FILE ({file})", lambda: self._file(Path(file).expanduser(), required=True)
        else:
            yield f"{kind.variable}_FILE (not set)", lambda: None
        if folder := environ.get("CREDENTIALS_DIRECTORY"):
            yield f"systemd's {folder}/{kind.systemd}", lambda: self._file(Path(folder, kind.systemd), required=False)
        else:
            yield f"systemd's $CREDENTIALS_DIRECTORY/{kind.systemd} (not set)", lambda: None
        yield "the keyring", lambda: self._keyring(kind)

    def _named(self, kind: _Kind, named: str) -> tuple[str, str]:
        way, _, rest = named.partition(":")
        before = len(self.looked)
        place = f"portal.{kind.option} ({way if way == 'command' else named})"  # a command may hold what nobody should read
        if way == "env":
            value = self._environ.get(rest)
        elif way == "file":
            value = self._file(self._config.folder / Path(rest).expanduser(), required=True)
        elif way == "command":
            value = _command(kind, rest)
        else:
            value = self._keyring(kind)
        if value is None:
            put = _keep_in_keyring(self._config, kind) if way == "keyring" else "put it there"
            told = "".join(f": {each}" for each in self.looked[before:])
            raise CredentialError(
                f"There is no {kind.what} at {place}, the one place that the config names{told}. Nothing was opened.",
                hint=f"{put[0].upper()}{put[1:]}, or take {kind.option} out of the config so that the usual places are asked.",
            )
        return _not_empty(kind, value, place), place

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
        if os.name == "posix" and mode & stat.S_IROTH:
            self.warnings.append(f"{path} can be read by everybody on this computer; `chmod 600` keeps it to you.")
        return _without_line_end(value)

    def _keyring(self, kind: _Kind) -> str | None:
        """The keyring's value; ``None`` where it has none, is not installed, or has no answer to give in time."""
        answer = system_keyring.asked(lambda keyring: keyring.get_password(KEYRING_SERVICE, account_of(self._config) + kind.keyring_suffix))
        if answer.is_late:
            self.looked.append("the keyring (it gave no answer: it may be waiting for somebody to unlock it)")
            seconds = system_keyring.KEYRING_SECONDS
            self.warnings.append(f"The keyring gave no answer within {seconds:.0f} seconds. Unlock it, or keep secrets elsewhere.")
        elif answer.problem:
            self.looked.append(f"the keyring ({answer.problem})")
        value: str | None = answer.value
        return value


def _command(kind: _Kind, line: str) -> str:
    hint = "Try it by hand, as the user that portal-bot runs as. No shell reads it: pipes and variables do not work."
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command
            shlex.split(line), capture_output=True, timeout=COMMAND_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
        ended = f"ended with {done.returncode}. What it said is not shown, as it may hold a secret" if done.returncode else ""
        value = "" if ended else done.stdout.decode("utf-8")
    except subprocess.TimeoutExpired:
        ended = f"did not end within {COMMAND_SECONDS:.0f} seconds; it was stopped"
    except UnicodeDecodeError:
        ended = "gave something that is not UTF-8 text"
    except ValueError:
        ended = "cannot be read: a quote in it is not closed"
    except OSError as error:
        ended = f"could not be started: {error.strerror}"
    if ended:
        raise CredentialError(f"The command that gives the {kind.what} {ended}. Nothing was opened.", hint=hint)
    return _without_line_end(value)


def _not_empty(kind: _Kind, value: str, place: str) -> str:
    if not value:
        raise CredentialError(f"The {kind.what} at {place} is empty. Nothing was opened.", hint="Put it there, or take the empty one away.")
    return value


def _keep_in_keyring(config: Config, kind: _Kind) -> str:
    """What to do so that the keyring has it, as a part of a sentence."""
    install = "" if system_keyring.is_installed() else '`pip install "portal-bot[keyring]"` and '
    return f'keep it in the keyring ({install}`keyring set {KEYRING_SERVICE} "{account_of(config)}{kind.keyring_suffix}"`)'


def _without_line_end(value: str) -> str:
    """The value less exactly one trailing line end, which editors and commands add."""
    return value.removesuffix("\n").removesuffix("\r") if value.endswith("\n") else value
