"""Whether a scheduled run would find a password, and would run at all. A schedule sees nothing of this shell's environment."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from portal_bot.config.loader import Config, account_of
from portal_bot.model.errors import ConfigError, CredentialError
from portal_bot.run.account.credentials import resolve_credentials
from portal_bot.run.account.saved_session import SavedSessions


def password_place(config: Config, state_dir: Path, credential: Path | None, environ: Mapping[str, str] = os.environ) -> list[str]:
    """What there is to know of the place where a scheduled run finds its password. ``credential``: handed over by systemd.

    Raises ConfigError where there is none; variables of this shell do not count.
    """
    if credential is not None:
        _readable(credential)
    unset = {name: value for name, value in environ.items() if not name.startswith("PORTAL_BOT_") and name != "CREDENTIALS_DIRECTORY"}
    named = config.portal.password_from or ""
    if named.startswith("env:"):
        unset.pop(named.removeprefix("env:").strip(), None)
    notes = []
    try:
        found = resolve_credentials(config, {**unset, **({"PORTAL_BOT_PASSWORD_FILE": str(credential)} if credential else {})})
    except CredentialError as error:
        if SavedSessions(state_dir).signed_in(account_of(config)) is None or named:
            raise _unreachable(error, environ, named) from None
        notes.append("There is no password: scheduled runs go on from the session that `portal-bot login` kept, till it is over.")
    else:
        notes += found.warnings
        if found.password_source == "the keyring" or named == "keyring":  # noqa: S105 - a place, not a password
            notes.append(
                "The password is in the keyring: most keyrings are locked while you are not logged in, and such a run ends with 2."
            )
    if environ.get("PORTAL_BOT_TOTP_SECRET") or environ.get("PORTAL_BOT_TOTP_SECRET_FILE"):
        notes.append("The one-time secret is in a variable of this shell, which a schedule does not see: use totp_from in the config.")
    if any(each.startswith("env:") for each in (*config.notify.urls, config.notify.ping or "")):
        notes.append("notify: names a variable of this shell, which a schedule does not see: use file:PATH there.")
    return notes


def not_lingering() -> str:
    """A warning where timers of this user rest while nobody is logged in; empty where they do not, or nobody can tell."""
    if not shutil.which("loginctl"):
        return ""
    user = getpass.getuser()
    asked = subprocess.run(  # noqa: S603 - arguments of our own
        ["loginctl", "show-user", user, "--property=Linger"],  # noqa: S607 - wherever the system has it
        capture_output=True, text=True, timeout=20, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if asked.stdout.strip() == "Linger=yes":
        return ""
    return f"The timer rests while {user} is not logged in. `loginctl enable-linger` changes that, once and for all."


def _readable(credential: Path) -> None:
    try:
        if not credential.read_bytes().strip():
            raise ConfigError([f"--credential {credential}: the file is empty. Nothing was installed."])
    except OSError as error:
        raise ConfigError([f"--credential {credential}: the file cannot be read: {error.strerror}. Nothing was installed."]) from None


def _unreachable(error: CredentialError, environ: Mapping[str, str], named: str) -> ConfigError:
    here = [name for name in ("PORTAL_BOT_PASSWORD", "PORTAL_BOT_PASSWORD_FILE") if environ.get(name)]
    if named.startswith("env:"):
        here.append(named.removeprefix("env:").strip())
    shell = f" The variable {here[0]} is one of this shell, which a schedule does not see." if here else ""
    why = f" {error.message.removesuffix(' Nothing was opened.')}" if not here else ""
    return ConfigError(
        [f"A scheduled run would find no password.{shell}{why} Nothing was installed."],
        hint="Keep it in a file that you alone can read, and say so in the config under portal: `password_from: file:PATH`; "
        "or in the keyring; or give a command; or, with systemd, --credential FILE.",
    )
