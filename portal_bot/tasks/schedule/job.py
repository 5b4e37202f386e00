"""What is run at the set times: the program and the config by absolute paths, in the config's folder."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from portal_bot.model.errors import ConfigError
from portal_bot.tasks.schedule.timing import Timing

_CARRIED = ("PORTAL_BOT_STATE_DIR", "PLAYWRIGHT_BROWSERS_PATH")
"""Variables of this shell that a scheduled run needs too. None of them is a secret; secrets are never carried."""


@dataclass(frozen=True)
class Job:
    """``program``: portal-bot's own file. ``credential``: a file that systemd hands to the run as its password."""

    program: Path
    config: Path
    timing: Timing
    environ: tuple[tuple[str, str], ...] = ()
    credential: Path | None = None

    @property
    def name(self) -> str:
        """One for each config: ``portal-bot-office-1a2b3c``."""
        folder = re.sub(r"[^a-z0-9]+", "-", self.config.parent.name.lower()).strip("-")[:24]
        short = hashlib.sha256(str(self.config).encode("utf-8", "surrogateescape")).hexdigest()[:6]
        return "-".join(part for part in ("portal-bot", folder, short) if part)

    @property
    def command(self) -> tuple[str, ...]:
        """Program and words. Quiet: what systemd or cron keep of the output names nobody; run.log has everything."""
        return (str(self.program), "apply", "--quiet", "--config", str(self.config))


def job_for(config: Path, when: Timing, environ: Mapping[str, str], *, credential: Path | None = None) -> Job:
    """The job for a config. Raises ConfigError where no schedule could hold its paths, or portal-bot is not installed."""
    carried = tuple((name, environ[name]) for name in _CARRIED if environ.get(name))
    program, path = _program(), config.absolute()
    for text in (str(program), str(path), str(credential or ""), *(value for _, value in carried)):
        if not text.isprintable():
            raise ConfigError([f"{text!r}: a path with line breaks or the like cannot stand in a schedule. Nothing was installed."])
    if sys.platform != "win32" and set(str(program)) & set("\"'\\"):
        raise ConfigError([f"{program}: systemd starts no program with quotes or backslashes in its path. Nothing was installed."])
    return Job(program, path, when, carried, credential and credential.absolute())


def _program() -> Path:
    """portal-bot of the running Python; else the one on the path."""
    name = "portal-bot.exe" if sys.platform == "win32" else "portal-bot"
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which("portal-bot")
    if found is None:
        raise ConfigError(["The program portal-bot is not installed beside Python, so no schedule can start it. Nothing was installed."])
    return Path(found).absolute()
