"""The job as a property list for launchd, the scheduler of macOS. Pure. (man 5 launchd.plist)"""

from __future__ import annotations

import plistlib

from portal_bot.tasks.schedule.cron import fields
from portal_bot.tasks.schedule.job import Job


def label(name: str) -> str:
    return f"org.portal-bot.{name}"


def property_list(job: Job) -> str:
    """The text of ``LABEL.plist``. What was missed while the computer slept is made up for on waking, by launchd itself."""
    fields(job.timing)  # refuses what only systemd can say
    weekdays: list[dict[str, int]] = [{}] if job.timing.every_day else [{"Weekday": (day + 1) % 7} for day in job.timing.days]
    whole_hours = len(job.timing.times) >= 24 and {each % 60 for each in job.timing.times}
    clock = (
        [{"Minute": minute} for minute in sorted(whole_hours)]
        if whole_hours
        else [{"Hour": each // 60, "Minute": each % 60} for each in job.timing.times]
    )
    content: dict[str, object] = {
        "Label": label(job.name),
        "ProgramArguments": list(job.command),
        "WorkingDirectory": str(job.config.parent),
        "StartCalendarInterval": [{**day, **time} for day in weekdays for time in clock],
        "RunAtLoad": False,
        "Umask": 0o077,
        "ExitTimeOut": 120,
    }
    if job.environ:
        content["EnvironmentVariables"] = dict(job.environ)
    return plistlib.dumps(content).decode()
