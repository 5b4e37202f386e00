"""Puts a job in place with what the system has for it, takes it away, and says what is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from portal_bot.model.errors import ConfigError, ScheduleFailed
from portal_bot.tasks.schedule import cron, launchd, systemd, task_scheduler
from portal_bot.tasks.schedule.job import Job

KINDS = ("systemd", "cron", "launchd", "windows")


@dataclass(frozen=True)
class Piece:
    """A file of the schedule, or the lines for a crontab. ``place``: where it goes, in words or as a path."""

    place: str
    text: str


class Scheduler(Protocol):
    """One system's way. ``name`` is a job's; ``install`` and ``remove`` raise ScheduleFailed."""

    def pieces(self, job: Job) -> list[Piece]:
        """What would be written. Raises ConfigError for a time that this system cannot say."""

    def install(self, job: Job) -> None: ...

    def remove(self, name: str) -> bool:
        """True where there was something to remove."""

    def shows(self, name: str) -> str:
        """What is there now; empty where nothing is."""


def kind_of_this_system() -> str:
    """systemd where it runs this machine, cron elsewhere on Unix. Raises ConfigError where there is neither."""
    if sys.platform == "win32":
        return "windows"
    if sys.platform == "darwin":
        return "launchd"
    if shutil.which("systemctl") and Path("/run/systemd/system").is_dir():
        return "systemd"
    if shutil.which("crontab"):
        return "cron"
    raise ConfigError(["This system has neither systemd nor cron. Nothing was installed."], hint="--dry-run with --for shows the files.")


def scheduler(kind: str, environ: Mapping[str, str] = os.environ) -> Scheduler:
    """The scheduler of a kind, one of ``KINDS``."""
    home = Path(environ.get("HOME") or Path.home())
    if kind == "systemd":
        return Systemd(Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "systemd" / "user")
    if kind == "launchd":
        return Launchd(home / "Library" / "LaunchAgents")
    return Cron() if kind == "cron" else TaskScheduler()


class Systemd:
    """A timer of this user's systemd."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pieces(self, job: Job) -> list[Piece]:
        files = self._files(job.name)
        return [Piece(str(files[0]), systemd.timer_unit(job)), Piece(str(files[1]), systemd.service_unit(job))]

    def install(self, job: Job) -> None:
        if shutil.which("systemd-analyze"):  # systemd itself passes over an expression that it cannot read
            _run(["systemd-analyze", "calendar", systemd.calendar(job.timing)])
        _write(self.pieces(job))
        _run(["systemctl", "--user", "daemon-reload"])
        _run(["systemctl", "--user", "enable", "--now", f"{job.name}.timer"])

    def remove(self, name: str) -> bool:
        files = [file for file in self._files(name) if file.exists()]
        if files:
            _run(["systemctl", "--user", "disable", "--now", f"{name}.timer"])
            _delete(files)
            _run(["systemctl", "--user", "daemon-reload"])
        return bool(files)

    def shows(self, name: str) -> str:
        files = [file for file in self._files(name) if file.exists()]
        if not files:
            return ""
        said = _ask(["systemctl", "--user", "list-timers", "--all", f"{name}.timer"])
        return "\n".join([*(str(file) for file in files), *([said.strip()] if said else [])])

    def _files(self, name: str) -> list[Path]:
        return [self._folder / f"{name}.timer", self._folder / f"{name}.service"]


class Cron:
    """Lines in this user's crontab, which is read and written through ``crontab`` alone."""

    def pieces(self, job: Job) -> list[Piece]:
        return [Piece("your crontab", cron.with_job("", job))]

    def install(self, job: Job) -> None:
        cron.line(job)
        _run(["crontab", "-"], cron.with_job(self._crontab(), job))

    def remove(self, name: str) -> bool:
        before = self._crontab()
        after = cron.without_job(before, name)
        if after != before:
            _run(["crontab", "-"], after)
        return after != before

    def shows(self, name: str) -> str:
        lines = self._crontab().splitlines()
        mark = cron.marker(name)
        return "\n".join(lines[lines.index(mark) : lines.index(mark) + 2]) if mark in lines else ""

    def _crontab(self) -> str:
        """The crontab as it is. Where it cannot be read for another reason than that there is none, nothing may be written."""
        done = _done(["crontab", "-l"])
        if done.returncode and "no crontab" not in done.stderr.lower():
            raise ScheduleFailed(f"Your crontab cannot be read: {done.stderr.strip() or done.returncode}. Nothing was changed.")
        return "" if done.returncode else done.stdout


class Launchd:
    """An agent of this user."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pieces(self, job: Job) -> list[Piece]:
        return [Piece(str(self._file(job.name)), launchd.property_list(job))]

    def install(self, job: Job) -> None:
        pieces = self.pieces(job)
        self.remove(job.name)
        _write(pieces)
        _run(["launchctl", "bootstrap", _gui(), str(self._file(job.name))])

    def remove(self, name: str) -> bool:
        there = self._file(name).exists()
        if there:
            _done(["launchctl", "bootout", f"{_gui()}/{launchd.label(name)}"])  # which fails where it was not loaded
            _delete([self._file(name)])
        return there

    def shows(self, name: str) -> str:
        return str(self._file(name)) if self._file(name).exists() else ""

    def _file(self, name: str) -> Path:
        return self._folder / f"{launchd.label(name)}.plist"


class TaskScheduler:
    """A task of this user, on Windows."""

    def pieces(self, job: Job) -> list[Piece]:
        return [Piece(f"the task {job.name} of the Task Scheduler", task_scheduler.task_xml(job, date.today()))]

    def install(self, job: Job) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "task.xml")
            file.write_text(self.pieces(job)[0].text, encoding="utf-16")
            _run(["schtasks", "/Create", "/TN", job.name, "/XML", str(file), "/F"])

    def remove(self, name: str) -> bool:
        there = bool(self.shows(name))
        if there:
            _run(["schtasks", "/Delete", "/TN", name, "/F"])
        return there

    def shows(self, name: str) -> str:
        return _ask(["schtasks", "/Query", "/TN", name, "/FO", "LIST"]).strip()


def _gui() -> str:
    return f"gui/{os.getuid() if sys.platform != 'win32' else 0}"


def _write(pieces: Sequence[Piece]) -> None:
    try:
        for piece in pieces:
            Path(piece.place).parent.mkdir(parents=True, exist_ok=True)
            Path(piece.place).write_text(piece.text, encoding="utf-8")
    except OSError as error:
        raise ScheduleFailed(f"{error.filename} cannot be written: {error.strerror}. The schedule is not installed.") from None


def _delete(files: Sequence[Path]) -> None:
    try:
        for file in files:
            file.unlink()
    except OSError as error:
        raise ScheduleFailed(f"{error.filename} cannot be deleted: {error.strerror}.") from None


def _run(command: Sequence[str], given: str | None = None) -> None:
    done = _done(command, given)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"it ended with {done.returncode}").splitlines()[-1]
        raise ScheduleFailed(f"`{' '.join(command)}` did not work: {said}", hint="Put it right, then run the same command again.")


def _ask(command: Sequence[str]) -> str:
    done = _done(command)
    return "" if done.returncode else done.stdout


def _done(command: Sequence[str], given: str | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - the system's own programs with arguments of ours
            command, input=given or "", capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScheduleFailed(f"`{command[0]}` cannot be run here ({type(error).__name__}).") from None
