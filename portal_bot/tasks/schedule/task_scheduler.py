"""The job as XML for the Task Scheduler of Windows. Pure. (Task Scheduler Schema, version 1.2)"""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from xml.sax.saxutils import escape

from portal_bot.tasks.schedule.cron import fields
from portal_bot.tasks.schedule.job import Job
from portal_bot.tasks.schedule.timing import Timing

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def task_xml(job: Job, today: date) -> str:
    """The task, for ``schtasks /Create /XML``; to be written as UTF-16. ``today``: the day that its first run counts from."""
    fields(job.timing)  # refuses what only systemd can say
    return f"""\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{escape(f"portal-bot, {job.timing.said}: {job.config}")}</Description>
  </RegistrationInfo>
  <Triggers>
{_trigger(job.timing, today)}
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT12H</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(job.command[0])}</Command>
      <Arguments>{escape(subprocess.list2cmdline(job.command[1:]))}</Arguments>
      <WorkingDirectory>{escape(str(job.config.parent))}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def _trigger(timing: Timing, today: date) -> str:
    first = timing.times[0]
    repetition = ""
    if len(timing.times) > 1:
        step = timedelta(minutes=timing.times[1] - first)
        repetition = f"""
      <Repetition>
        <Interval>PT{step.seconds // 60}M</Interval>
        <Duration>P1D</Duration>
      </Repetition>"""
    if timing.every_day:
        schedule = "<ScheduleByDay>\n        <DaysInterval>1</DaysInterval>\n      </ScheduleByDay>"
    else:
        days = "".join(f"<{_DAY_NAMES[day]} />" for day in timing.days)
        schedule = (
            f"<ScheduleByWeek>\n        <WeeksInterval>1</WeeksInterval>\n        <DaysOfWeek>{days}</DaysOfWeek>\n      </ScheduleByWeek>"
        )
    # In the order of the schema (triggerBaseType, calendarTriggerType), which is a sequence.
    return f"""\
    <CalendarTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>{today.isoformat()}T{first // 60:02d}:{first % 60:02d}:00</StartBoundary>{repetition}
      <RandomDelay>PT{timing.spread.seconds}S</RandomDelay>
      {schedule}
    </CalendarTrigger>"""
