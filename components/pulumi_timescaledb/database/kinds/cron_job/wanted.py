"""What a cron job is: a command on a schedule, as a role."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ....units import Interval

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True)
class CronJob:
    """schedule: in cron's form. command: one SQL statement. owner: None when not managed. enabled: as retention."""

    schedule: str
    command: str
    owner: str | None = None
    enabled: bool = True


def expression(every: Interval) -> str | None:
    """A cron schedule that runs this often, or None when cron has none: divisors of an hour or a day, days, weeks."""
    seconds, rest = divmod(every.total_microseconds, 1_000_000)
    if every.months or rest:
        return None
    if seconds < _MINUTE:
        return f"{seconds} seconds"
    minutes, hours = seconds // _MINUTE, seconds // _HOUR
    if seconds % _MINUTE == 0 and minutes < 60 and 60 % minutes == 0:
        return "* * * * *" if minutes == 1 else f"*/{minutes} * * * *"
    if seconds % _HOUR == 0 and hours < 24 and 24 % hours == 0:
        return "0 * * * *" if hours == 1 else f"0 */{hours} * * *"
    return {_DAY: "0 0 * * *", 7 * _DAY: "0 0 * * 0"}.get(seconds)


def every(schedule: str) -> Interval | None:
    """The interval of a schedule that :func:`expression` writes; None for any other."""
    fixed = {"* * * * *": _MINUTE, "0 * * * *": _HOUR, "0 0 * * *": _DAY, "0 0 * * 0": 7 * _DAY}
    if schedule in fixed:
        return Interval(0, 0, fixed[schedule] * 1_000_000)
    for pattern, unit in ((r"(\d+) seconds", 1), (r"\*/(\d+) \* \* \* \*", _MINUTE), (r"0 \*/(\d+) \* \* \*", _HOUR)):
        match = re.fullmatch(pattern, schedule)
        if match:
            return Interval(0, 0, int(match.group(1)) * unit * 1_000_000)
    return None
