"""What one run is asked for, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from portal_bot.config.loader import Config
from portal_bot.model.entities import Assignment, Mode, Result
from portal_bot.model.exit_codes import Exit
from portal_bot.output.evidence.recorders import WatchOptions


@dataclass(frozen=True)
class RunOptions:
    """What the command line says of one run. ``None``: what the config says."""

    mode: Mode
    people: tuple[str, ...] = ()
    practices: tuple[str, ...] = ()
    results: Path | None = None
    runs_dir: Path | None = None
    headed: bool = False
    check: bool = False
    """``plan --check``: pending changes are an exit code of their own."""
    expect: str | None = None
    """The digest of the plan that must still hold."""
    max_changes: int | None = None
    max_removals: int | None = None
    deadline: timedelta | None = None
    workers: int | None = None
    watch: WatchOptions = field(default_factory=WatchOptions)
    only: Callable[[Assignment], bool] | None = None
    """Which assignments of these people, where names alone do not say it."""
    careful: bool | None = None
    """Change and prove one person before the others; ``None``: where the history has no change of this account yet."""
    remembered: bool = True
    """Whether the run goes into the history of the machine that it is done on."""
    lost_before: bool = False
    """Whether a worker of a cluster that was lost had begun this run: people may have been changed already."""

    def assignments(self, config: Config) -> tuple[Assignment, ...]:
        """What of the config this run is about. Raises ConfigError for a name that nobody has."""
        named = config.assignments(self.people, self.practices)
        return named if self.only is None else tuple(filter(self.only, named))


@dataclass(frozen=True)
class RunReport:
    """How a run ended. ``error`` is why it could not go on, where it could not."""

    exit: Exit
    results: tuple[Result, ...]
    folder: Path
    digest: str | None = None
    error: BaseException | None = None
    traceback: str = ""
    """Where ``error`` came from, redacted, for ``--debug``."""
