"""Durations as PostgreSQL means them: parsed once, compared exactly, printed one way.

PostgreSQL's interval has three parts (months, days, microseconds) because a month has no fixed length. The same
duration comes back from the catalogs in several spellings ("1 mon", "30 days", "36:00:00", "P7D"), so every text is
read into an :class:`Interval` and compared as a value; texts are only for people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .errors import Refusal

_SECOND = 1_000_000
_DAY = 24 * 3600 * _SECOND
_MONTH_DAYS = 30  # PostgreSQL compares intervals with months of 30 days (interval_cmp_value in timestamp.c)

_UNITS_MONTHS = {"year": 12, "years": 12, "yr": 12, "yrs": 12, "y": 12, "mon": 1, "mons": 1, "month": 1, "months": 1}
_UNITS_DAYS = {"day": 1, "days": 1, "d": 1, "week": 7, "weeks": 7, "w": 7}
_UNITS_MICROSECONDS = {
    **dict.fromkeys(("hour", "hours", "hr", "hrs", "h"), 3600 * _SECOND),
    **dict.fromkeys(("minute", "minutes", "min", "mins", "m"), 60 * _SECOND),
    **dict.fromkeys(("second", "seconds", "sec", "secs", "s"), _SECOND),
    **dict.fromkeys(("millisecond", "milliseconds", "ms"), 1000),
    **dict.fromkeys(("microsecond", "microseconds", "us"), 1),
}
_HELP = 'is not a duration; write a count and a unit such as "7 days" or "1 hour 30 minutes"'
# [0-9] and not \d, which takes the digits of every script: the server takes these alone
_TERM = re.compile(r"\s*([+-]?[0-9]+)\s*([a-zA-Z]+)(?=$|[\s,0-9+-])")
_CLOCK = re.compile(r"\s*([+-])?([0-9]+):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?\s*$")
_ISO = re.compile(
    r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)W)?(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]{1,6}))?S)?)?\Z"
)


class BadInterval(Refusal, ValueError):
    """A text is not an interval; the sentence shows two that are."""


@dataclass(frozen=True)
class Interval:
    """A duration: months, days and microseconds, with whole days carried out of the microseconds.

    24 hours count as one day, as the chunk interval stores them; months stay months, because 3 months are not 90 days
    to a policy that subtracts them from a date. ``<`` orders as PostgreSQL does, with months of 30 days.
    """

    months: int = 0
    days: int = 0
    microseconds: int = 0

    def __post_init__(self) -> None:
        """Carry whole days out of the microseconds, so that equal durations are equal values."""
        # towards zero, because a negative clock part carries negative days; never through a float
        carried = abs(self.microseconds) // _DAY * (1 if self.microseconds > 0 else -1)
        object.__setattr__(self, "days", self.days + carried)
        object.__setattr__(self, "microseconds", self.microseconds - carried * _DAY)

    @classmethod
    def parse(cls, text: str) -> Interval:
        """Read PostgreSQL's own spellings: "7 days", "1 week", "1 mon 2 days", "@ 14 days", "36:00:00", "P7D".

        Raises :class:`BadInterval` for anything else, fractions of a unit included.
        """
        return _parsed(text)

    @classmethod
    def _parse(cls, text: str) -> Interval:
        rest = text.strip().removeprefix("@").strip()
        iso = _ISO.match(rest)
        if iso and rest not in ("P", "PT") and not rest.endswith("T"):
            years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in iso.groups()[:7])
            fraction = int((iso.group(8) or "").ljust(6, "0"))
            clock = ((hours * 60 + minutes) * 60 + seconds) * _SECOND + fraction
            return cls(years * 12 + months, weeks * 7 + days, clock)
        months = days = microseconds = 0
        position, terms = 0, 0
        while position < len(rest):
            clock_match = _CLOCK.match(rest, position)
            if clock_match:
                microseconds += _clock(clock_match)
                position, terms = clock_match.end(), terms + 1
                continue
            term = _TERM.match(rest, position)
            if not term:
                raise BadInterval(_bad(text))
            count, unit = int(term.group(1)), term.group(2)
            unit = unit if unit in ("M", "m") else unit.lower()
            if unit in _UNITS_MONTHS:
                months += count * _UNITS_MONTHS[unit]
            elif unit in _UNITS_DAYS:
                days += count * _UNITS_DAYS[unit]
            elif unit in _UNITS_MICROSECONDS and unit != "M":
                microseconds += count * _UNITS_MICROSECONDS[unit]
            else:
                raise BadInterval(_bad(text))
            position, terms = term.end(), terms + 1
            while position < len(rest) and rest[position] in " ,":
                position += 1
        if not terms:
            raise BadInterval(_bad(text))
        return cls(months, days, microseconds)

    @classmethod
    def duration(cls, text: str, argument: str) -> Interval:
        """Read a duration longer than zero for an argument, whose name heads the refusal."""
        try:
            value = cls.parse(text)
        except BadInterval:  # what stands there may be a secret given to the wrong argument: not repeated
            raise BadInterval(f"{argument} {_HELP}") from None
        if value <= cls():
            raise BadInterval(f'{argument}: "{text}" is not longer than zero; write a duration such as "7 days"')
        return value

    @property
    def fixed(self) -> Interval:
        """The same length with months of 30 days, which is how a chunk interval stores them (measured)."""
        return Interval(0, self.days + self.months * _MONTH_DAYS, self.microseconds)

    @property
    def text(self) -> str:
        """The one spelling used in state, previews and SQL, such as "1 day 12 hours"; PostgreSQL reads it back."""
        seconds, fraction = divmod(abs(self.microseconds), _SECOND)
        sign = -1 if self.microseconds < 0 else 1
        years, months = _split(self.months, 12)
        parts = [
            (years, "year"),
            (months, "month"),
            (self.days, "day"),
            (sign * (seconds // 3600), "hour"),
            (sign * (seconds // 60 % 60), "minute"),
            (sign * (seconds % 60), "second"),
            (sign * fraction, "microsecond"),
        ]
        words = [f"{count} {unit}{'' if abs(count) == 1 else 's'}" for count, unit in parts if count]
        return " ".join(words) or "0 seconds"

    @property
    def total_microseconds(self) -> int:
        """The length with months of 30 days and days of 24 hours, for ordering and for printing sizes."""
        return (self.months * _MONTH_DAYS + self.days) * _DAY + self.microseconds

    def __lt__(self, other: object) -> bool:
        """Order as PostgreSQL's interval comparison does."""
        if not isinstance(other, Interval):
            return NotImplemented
        return self.total_microseconds < other.total_microseconds

    def __le__(self, other: object) -> bool:
        """Order as PostgreSQL's interval comparison does: 3 months and 90 days are each ``<=`` the other."""
        if not isinstance(other, Interval):
            return NotImplemented
        return self.total_microseconds <= other.total_microseconds

    def __str__(self) -> str:
        """The canonical text."""
        return self.text


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Interval:
    """A catalog of hundreds of policies holds a dozen spellings."""
    return Interval._parse(text)


def canonical(text: str, argument: str) -> str:
    """The canonical spelling of a duration given for an argument; refuses what is not one."""
    return Interval.duration(text, argument).text


def _clock(match: re.Match[str]) -> int:
    sign, hours, minutes, seconds, fraction = match.groups()
    total = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds or 0)) * _SECOND + int((fraction or "").ljust(6, "0"))
    return -total if sign == "-" else total


def _split(count: int, size: int) -> tuple[int, int]:
    whole = int(count / size)
    return whole, count - whole * size


def _bad(text: str) -> str:
    return f'"{text}" {_HELP}'
