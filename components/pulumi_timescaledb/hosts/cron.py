"""AWS's cron expressions: six fields in UTC.

Source: EventBridge Scheduler user guide, "Cron-based schedules" (fields, ranges, ``?``, ``L``, ``W``, ``#``).
"""

from __future__ import annotations

import re
from typing import Any

from ..server import BadValue

EXAMPLE = '"cron(0 3 * * ? *)" for every day at 03:00 UTC'
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS = (  # name, least, most, names
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, ()),
)
_MONTH_DAY = re.compile(r"L(-([1-9]|[12]\d|30))?|LW|([1-9]|[12]\d|3[01])W")
_WEEK_DAY = re.compile(rf"([1-7]|{'|'.join(_DAYS)})(L|#[1-5])")


def cron(value: Any, argument: str = "schedule") -> str:
    """A schedule that EventBridge takes, with one space between its fields.

    Raises:
        BadValue: naming the field that is wrong.
    """
    match = re.fullmatch(r"cron\((.*)\)", value) if isinstance(value, str) else None
    fields = match.group(1).split() if match else []
    if len(fields) != len(_FIELDS):
        raise BadValue(argument, "is not a cron expression of six fields", f"write one such as {EXAMPLE}")
    for text, (name, least, most, words) in zip(fields, _FIELDS, strict=True):
        if not _field(text, name, least, most, words):
            raise BadValue(argument, f'has "{text}" as its {name}', f"write one such as {EXAMPLE}")
    if (fields[2] == "?") == (fields[4] == "?"):
        raise BadValue(argument, "says both a day of the month and of the week, or neither", "put ? for one of them")
    return f"cron({' '.join(fields)})"


def _field(text: str, name: str, least: int, most: int, words: tuple[str, ...]) -> bool:
    if text == "?":
        return name.startswith("day")
    if name == "day of month" and _MONTH_DAY.fullmatch(text):
        return True
    if name == "day of week" and (text == "L" or _WEEK_DAY.fullmatch(text)):
        return True
    return all(_part(part, least, most, words) for part in text.split(","))


def _part(part: str, least: int, most: int, words: tuple[str, ...]) -> bool:
    spread, slash, step = part.partition("/")
    if slash and not (step.isdigit() and 1 <= int(step) <= most):
        return False
    if spread == "*":
        return True
    first, dash, last = spread.partition("-")
    ends = [_number(first, words, least), _number(last, words, least)] if dash else [_number(first, words, least)]
    inside = [each for each in ends if each is not None and least <= each <= most]
    return len(inside) == len(ends) and inside == sorted(inside)


def _number(text: str, words: tuple[str, ...], least: int) -> int | None:
    if text.upper() in words:
        return words.index(text.upper()) + least
    return int(text) if re.fullmatch(r"[0-9]{1,4}", text) else None
