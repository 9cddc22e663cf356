"""Numbers as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def plural(count: int, noun: str) -> str:
    """ "1 chunk", "2 chunks"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def moment(value: float, integer: bool = False) -> str:
    """A time in seconds since 1970, in UTC and to the minute; a number of integer time as it is."""
    if integer:
        return f"{value:.0f}"
    try:
        return (_EPOCH + timedelta(seconds=value)).strftime("%Y-%m-%d %H:%M")
    except OverflowError:  # PostgreSQL's times reach further than Python's
        return "long before" if value < 0 else "far ahead"


def literal(name: str) -> str:
    """A relation's name as an SQL text."""
    return "'" + name.replace("'", "''") + "'"


def duration(seconds: float) -> str:
    """The largest unit and the one below it: "3 days 4 hours", "1 day", "50 seconds"."""
    rest, counts = int(seconds), []
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, rest = divmod(rest, size)
        counts.append((count, unit))
    first = next((index for index, (count, _) in enumerate(counts) if count), len(counts) - 1)
    return " ".join(plural(count, unit) for count, unit in counts[first : first + 2] if count) or "0 seconds"
