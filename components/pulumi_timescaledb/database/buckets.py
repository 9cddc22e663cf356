"""The bucket of an aggregate, read from its query: declared text and the server's own spelling alike."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..units import BadInterval, Interval
from .queries import inside, split

_LITERAL = re.compile(r"(?:interval\s+)?'((?:[^']|'')*)'(?:\s*::[\w ]+)?\Z", re.IGNORECASE)
_NUMBER = re.compile(r"'?(\d+)'?(?:\s*::\w+)?\Z")
_NAMED = re.compile(r"(\w+)\s*=>\s*(.*)\Z", re.DOTALL)
_ZONE = re.compile(r"[A-Za-z][A-Za-z_+\-/0-9]*\Z")


class Bucket(NamedTuple):
    """width: a duration, or a number for integer time. zone: the time zone its days begin in, empty for none."""

    width: Interval | int
    zone: str = ""

    @property
    def variable(self) -> bool:
        """Months and local days have no fixed length (time_bucket_info_has_fixed_width in TimescaleDB's sources)."""
        return isinstance(self.width, Interval) and (self.width.months != 0 or self.zone != "")

    @property
    def length(self) -> int:
        """For comparing: microseconds with months of 30 days, as the server compares; the number of integer time."""
        return self.width if isinstance(self.width, int) else self.width.total_microseconds


def bucket(query: str) -> Bucket | None:
    """The first time_bucket of a query; None where its width is no plain literal."""
    start = re.search(r"\btime_bucket\s*\(", query, re.IGNORECASE)
    if start is None:
        return None
    given: dict[str, str] = {}
    for place, argument in enumerate(split(inside(query[start.end() - 1 :]))):
        named = _NAMED.match(argument)
        given[named[1].lower() if named else str(place)] = (named[2] if named else argument).strip()
    width = _width(given.get("bucket_width", given.get("0", "")))
    if width is None:
        return None
    return Bucket(width, _zone(given))


def _width(text: str) -> Interval | int | None:
    number = _NUMBER.match(text)
    if number:
        return int(number[1])
    literal = _LITERAL.match(text)
    if literal is None:
        return None
    try:
        return Interval.parse(literal[1])
    except BadInterval:
        return None


def _zone(given: dict[str, str]) -> str:
    """The third argument where it is a zone: an origin has digits first, an offset reads as an interval."""
    literal = _LITERAL.match(given.get("timezone", given.get("2", "")))
    if literal is None or not _ZONE.match(literal[1]):
        return ""
    try:
        Interval.parse(literal[1])
    except BadInterval:
        return literal[1]
    return ""
