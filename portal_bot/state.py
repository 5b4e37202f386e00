"""Where the bot keeps what outlives a run: refusals, locks, history, kept sessions."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_state_path


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """The state folder, made 0700 on first use. ``PORTAL_BOT_STATE_DIR`` names another than the platform's."""
    named = environ.get("PORTAL_BOT_STATE_DIR")
    folder = Path(named) if named else user_state_path("portal-bot", appauthor=False)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
