"""When a job runs, read from the words of the command line. Pure.

Every system can do two things: some times of the day, on some days of the week. What systemd can say beyond that is kept
as it was given, for systemd alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from portal_bot.model.errors import ConfigError

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EVERY = ("10m", "15m", "20m", "30m", "1h", "2h", "3h", "4h", "6h", "8h", "12h")
_CLOCK = r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(:00)?"


@dataclass(frozen=True)
class Timing:
    """Times of the day in minutes since midnight, on days of the week (0: Monday). ``times`` is empty for ``expression``.

    ``expression``: a calendar expression of systemd's own that says more than times and days. ``said``: as it was given.
    """

    said: str
    times: tuple[int, ...] = ()
    days: tuple[int, ...] = tuple(range(7))
    expression: str | None = None

    @property
    def every_day(self) -> bool:
        return len(self.days) == 7

    @property
    def spread(self) -> timedelta:
        """A random delay of at most so much, so that not every computer knocks on the portal's door at the same second."""
        between = 24 * 60 // len(self.times) if self.times else 24 * 60
        return timedelta(seconds=min(300, between * 60 // 10))


def timing(daily: str | None, every: str | None, on_calendar: str | None) -> Timing:
    """The timing of exactly one of the three options. Raises ConfigError."""
    if [daily, every, on_calendar].count(None) != 2:
        raise ConfigError(["Say when, in one of these ways: --daily 06:30, --every 2h, --on-calendar 'Mon..Fri 06:30'."])
    if daily is not None:
        found = re.fullmatch(_CLOCK, daily.strip())
        if not found:
            raise ConfigError([f"--daily {daily}: this must be a time of the day, such as 06:30."])
        return Timing(f"daily at {daily.strip()}", (_minutes(found),))
    if every is not None:
        return _every(every.strip().lower())
    assert on_calendar is not None
    return _calendar(" ".join(on_calendar.split()))


def _every(text: str) -> Timing:
    if text not in _EVERY:
        raise ConfigError([f"--every {text}: this must be one of {', '.join(_EVERY)}, which come out even in a day."])
    step = int(text[:-1]) * (60 if text.endswith("h") else 1)
    return Timing(f"every {text}", tuple(range(0, 24 * 60, step)))


def _calendar(text: str) -> Timing:
    """``06:30``, ``Mon..Fri 06:30`` and ``Mon,Thu 06:30`` are understood; anything else is for systemd to judge."""
    if not text or not text.isprintable():
        raise ConfigError(["--on-calendar: this must be an expression such as 'Mon..Fri 06:30'."])
    found = re.fullmatch(rf"(?:(?P<days>[A-Za-z.,]+) )?(?:\*-\*-\* )?{_CLOCK}", text)
    days = _days(found["days"]) if found else None
    if not found or days is None:
        return Timing(text, expression=text)
    return Timing(text, (_minutes(found),), days)


def _days(text: str | None) -> tuple[int, ...] | None:
    """The days of ``Mon..Fri,Sun``; ``None`` where one of them is no day."""
    if text is None:
        return tuple(range(7))
    names = {name.casefold(): number for number, name in enumerate(DAYS)}
    days: set[int] = set()
    for part in text.casefold().split(","):
        first, _, last = part.partition("..")
        start, end = names.get(first[:3]), names.get((last or first)[:3])
        if start is None or end is None:
            return None
        days.update((start + each) % 7 for each in range((end - start) % 7 + 1))
    return tuple(sorted(days))


def _minutes(found: re.Match[str]) -> int:
    return int(found["hour"]) * 60 + int(found["minute"])
