"""``portal-bot schedule``: runs at set times."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal_bot.cli.flags import ConfigFlag
from portal_bot.model.errors import ConfigError
from portal_bot.model.exit_codes import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal_bot.config.loader import Config
    from portal_bot.tasks.schedule.job import Job

_ACTIONS = ("show", "install", "remove")


def schedule(
    config: ConfigFlag,
    action: Annotated[str, typer.Argument(metavar="show|install|remove", help="What to do.")] = "show",
    daily: Annotated[str | None, typer.Option("--daily", metavar="HH:MM", help="Every day at this time.")] = None,
    every: Annotated[str | None, typer.Option("--every", metavar="TIME", help="Every so often: 30m, 2h, 12h.")] = None,
    on_calendar: Annotated[
        str | None, typer.Option("--on-calendar", metavar="WHEN", help="'Mon..Fri 06:30'; with systemd any calendar expression.")
    ] = None,
    credential: Annotated[
        Path | None, typer.Option("--credential", metavar="FILE", help="With systemd: hand over the password in this file.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--for", metavar="KIND", help="systemd, cron, launchd or windows; this system's own otherwise.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be written, and where. Change nothing.")] = False,
) -> Exit:
    """Run `apply` at set times: a timer of systemd, cron, launchd or the Task Scheduler, one for each config or folder of them.

    Refused where a scheduled run would find no password.
    """
    from portal_bot.cli.run_summary import command_line
    from portal_bot.config.loader import load_config
    from portal_bot.tasks.fleet.fleet import load_fleet
    from portal_bot.tasks.schedule.installers import KINDS, kind_of_this_system, scheduler
    from portal_bot.tasks.schedule.job import job_for
    from portal_bot.tasks.schedule.timing import Timing, timing

    if action not in _ACTIONS or (kind is not None and kind not in KINDS):
        raise ConfigError(
            [f"{action if action not in _ACTIONS else kind}: must be one of {', '.join(_ACTIONS if action not in _ACTIONS else KINDS)}."]
        )
    if action != "install" and any((daily, every, on_calendar, credential, dry_run)):
        raise ConfigError([f"A time, --credential and --dry-run are for `schedule install`, not for `schedule {action}`."])
    used = kind or kind_of_this_system()
    if credential is not None and used != "systemd":
        raise ConfigError(["--credential is for systemd; here, say in the config under portal: `password_from: file:PATH`."])
    when = timing(daily, every, on_calendar) if action == "install" else Timing("")
    job = job_for(config.config, when, os.environ, credential=credential)
    place = scheduler(used)
    if action == "show":
        print(place.shows(job.name) or f"Nothing is scheduled for {job.config}.")
        return Exit.OK
    if action == "remove":
        print("The schedule is removed." if place.remove(job.name) else f"Nothing was scheduled for {job.config}.")
        return Exit.OK
    configs = load_fleet(config.config) if config.config.is_dir() else (load_config(config.config),)
    if credential is not None and len(configs) > 1:
        raise ConfigError(
            ["--credential is one password, and would be typed into each portal of the folder. Nothing was installed."],
            hint="Say with portal: password_from in each config where its own password is.",
        )
    pieces = place.pieces(job)
    if dry_run:
        for piece in pieces:
            print(f"# {piece.place}\n{piece.text}")
        return Exit.OK
    for note in _notes(configs, credential):
        print(note, file=sys.stderr)
    place.install(job)
    ends = command_line("schedule", "remove", "-c", job.config)
    print(f"`portal-bot apply` runs {job.timing.said}, with {job.config}. `{ends}` ends that.")
    for piece in pieces:
        print(f"  {piece.place}")
    _warn_of_rest(used, job)
    return Exit.OK


def _notes(configs: Sequence[Config], credential: Path | None) -> list[str]:
    """What there is to know of the passwords. Raises ConfigError with every config whose run would find none."""
    from portal_bot.run.account.state_dir import state_dir
    from portal_bot.tasks.schedule.readiness import password_place

    notes, lacking = [], []
    for each in configs:
        which = f"{each.path.name}: " if len(configs) > 1 else ""
        try:
            notes += [which + note for note in password_place(each, state_dir(), credential)]
        except ConfigError as error:
            lacking.append((which, error))
    if lacking:
        raise ConfigError([which + problem for which, error in lacking for problem in error.problems], hint=lacking[0][1].hint)
    return notes


def _warn_of_rest(kind: str, job: Job) -> None:
    from portal_bot.tasks.schedule.readiness import not_lingering

    if kind == "systemd" and (warning := not_lingering()):
        print(warning, file=sys.stderr)
    if kind == "windows":
        print(f"The task {job.name} runs while you are logged in to Windows.", file=sys.stderr)
