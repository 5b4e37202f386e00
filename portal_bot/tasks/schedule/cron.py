"""The job as lines of a crontab. Pure. cron has a shell read each line, so everything in it is quoted. (man 5 crontab)"""

from __future__ import annotations

import shlex

from portal_bot.model.errors import ConfigError
from portal_bot.tasks.schedule.job import Job
from portal_bot.tasks.schedule.timing import Timing


def fields(timing: Timing) -> str:
    """Minute, hour, day, month, weekday. Raises ConfigError for what only systemd can say."""
    if timing.expression is not None:
        raise ConfigError([f"--on-calendar {timing.expression}: only systemd can do this. Here: 'Mon..Fri 06:30', --daily or --every."])
    minutes = sorted({each % 60 for each in timing.times})
    hours = sorted({each // 60 for each in timing.times})
    days = "*" if timing.every_day else ",".join(str((day + 1) % 7) for day in timing.days)  # cron's week begins on Sunday
    return f"{_listed(minutes, 60)} {_listed(hours, 24)} * * {days}"


def line(job: Job) -> str:
    """The line that runs the job."""
    environ = [f"{name}={shlex.quote(value)}" for name, value in job.environ]
    command = " ".join([*environ, *(shlex.quote(each) for each in job.command)])
    text = f"cd {shlex.quote(str(job.config.parent))} && {command}"
    return f"{fields(job.timing)} {text.replace('%', chr(92) + '%')}"  # cron takes a bare % for a line end


def with_job(crontab: str, job: Job) -> str:
    """The crontab with the job in it, in place of an earlier one for the same config. Other lines stay as they are."""
    rest = without_job(crontab, job.name)
    rest += "\n" if rest and not rest.endswith("\n") else ""
    return f"{rest}{marker(job.name)}\n{line(job)}\n"


def without_job(crontab: str, name: str) -> str:
    """The crontab without the marker of a job and the line after it."""
    lines = crontab.splitlines(keepends=True)
    kept, skip = [], False
    for each in lines:
        if each.rstrip("\n") == marker(name):
            skip = True
        elif skip:
            skip = False
        else:
            kept.append(each)
    return "".join(kept)


def marker(name: str) -> str:
    return f"# {name}: written by `portal-bot schedule install`, with the next line"


def _listed(values: list[int], whole: int) -> str:
    return "*" if len(values) == whole else ",".join(map(str, values))
