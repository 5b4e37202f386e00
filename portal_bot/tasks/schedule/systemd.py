"""The job as a systemd user timer and its service. Pure. (man systemd.timer, systemd.service, systemd.time)"""

from __future__ import annotations

from portal_bot.tasks.schedule.job import Job
from portal_bot.tasks.schedule.timing import DAYS, Timing

_STOP_SECONDS = 120
"""From the polite stop to the hard one: a run finishes the record in hand, signs out and tells of its end in this time."""


def calendar(timing: Timing) -> str:
    """The expression for OnCalendar."""
    if timing.expression is not None:
        return timing.expression
    if len(timing.times) > 1:
        step = timing.times[1] - timing.times[0]
        return f"*-*-* 00/{step // 60}:00:00" if step >= 60 else f"*-*-* *:00/{step}:00"
    days = "" if timing.every_day else ",".join(DAYS[day] for day in timing.days) + " "
    return f"{days}*-*-* {timing.times[0] // 60:02d}:{timing.times[0] % 60:02d}:00"


def timer_unit(job: Job) -> str:
    """The text of ``NAME.timer``."""
    return f"""\
# Written by `portal-bot schedule install`; `portal-bot schedule remove` takes it away.
[Unit]
Description=portal-bot, {_specifiers(job.timing.said)}: {_specifiers(str(job.config))}

[Timer]
OnCalendar={_specifiers(calendar(job.timing))}
# A run that was missed while the computer was off is made up for.
Persistent=true
RandomizedDelaySec={job.timing.spread.seconds}

[Install]
WantedBy=timers.target
"""


def service_unit(job: Job) -> str:
    """The text of ``NAME.service``."""
    environ = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.environ)
    if job.credential:
        credential = f"LoadCredential=portal-bot-password:{_specifiers(str(job.credential))}"
    else:
        credential = (
            "# A password in a file: `portal-bot schedule install --credential FILE` puts this line here.\n"
            "# LoadCredential=portal-bot-password:/path/of/the/file"
        )
    return f"""\
# Written by `portal-bot schedule install`; `portal-bot schedule remove` takes it away.
[Unit]
Description=portal-bot apply: {_specifiers(str(job.config))}

[Service]
Type=oneshot
WorkingDirectory={_specifiers(str(job.config.parent))}
ExecStart={_quoted(job.command[0])} {" ".join(_quoted(each, argument=True) for each in job.command[1:])}
{environ}{credential}
UMask=0077
# The program alone is asked to stop: it closes its browser itself, after the record in hand. Whoever is left is killed.
KillMode=mixed
TimeoutStopSec={_STOP_SECONDS}
"""


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")


def _quoted(text: str, *, argument: bool = False) -> str:
    """One word. ``$`` begins a variable in a program's arguments only."""
    escaped = _specifiers(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped.replace("$", "$$") if argument else escaped}"'
