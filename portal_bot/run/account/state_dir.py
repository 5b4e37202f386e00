"""Where the bot keeps what outlives a run: refusals, locks, history, kept sessions."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_state_path

from portal_bot.model.errors import ConfigError


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The state folder, made 0700 on first use. ``PORTAL_BOT_STATE_DIR`` names another than the platform's.

    Raises ConfigError where it cannot be used: without it no refused password could be kept in mind.
    """
    named = environ.get("PORTAL_BOT_STATE_DIR")
    folder = Path(named).expanduser() if named else user_state_path("portal-bot", appauthor=False)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(None, "nothing can be written there")
    except OSError as error:
        raise ConfigError(
            [f"The folder {folder}, where portal-bot keeps its locks and refusals, cannot be used: {error.strerror}. Nothing was opened."],
            hint="Name another folder with PORTAL_BOT_STATE_DIR.",
        ) from None
    return folder


def account_file(folder: Path, account: str, suffix: str) -> Path:
    """The file of an account (``origin|user_name``) in the state folder; its name tells neither of them."""
    return folder / f"account-{hashlib.sha256(account.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}{suffix}"
