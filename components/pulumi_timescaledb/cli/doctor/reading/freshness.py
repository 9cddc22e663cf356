"""How far an aggregate is materialized, and in which spans of time a row of its source would mean that it is behind.

Pure; times are seconds since 1970, or the numbers of integer time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ....database.kinds.refresh.wanted import Policy
from ....units import Interval

LATE = 2  # an aggregate is behind when two runs of its policy are missing
ENDLESS = float("inf")


class Span(NamedTuple):
    """From start (None: the beginning) up to and without end; seconds since 1970, or the numbers of integer time."""

    start: float | None
    end: float


@dataclass(frozen=True)
class Freshness:
    """watermark: the end of the newest bucket, None before the first. bucket: its width.

    due: ought to be materialized by now, is not, and the source has rows there. history: from the beginning, never
    materialized and before every policy's window. changed: materialized once, changed since, and before every policy's
    window, so that no policy takes it. current: materialized as far as the policies promise. looked: whether the source
    could be asked.
    """

    name: str
    watermark: float | None = None
    bucket: float = 0.0
    due: Span | None = None
    history: Span | None = None
    changed: Span | None = None
    current: bool = False
    looked: bool = True
    integer: bool = False


def suspects(
    fresh: Freshness, policies: Sequence[Policy], log: Sequence[tuple[float, float]], now: float, slack: float
) -> dict[str, list[Span]]:
    """The spans in which a row of the source would be a finding; pure. slack: how uncertain "now" is."""
    spans: dict[str, list[Span]] = {"due": [], "history": [], "changed": []}
    offsets = [each.start_offset for each in policies if each.start_offset is not None]
    unbounded = not policies or len(offsets) < len(policies)
    # months have 28 to 31 days: each bound takes the length that finds less
    window = None if unbounded else now - max(amount(each, 28) for each in offsets)
    end = promised(fresh, policies, now, slack)
    begin = max((each for each in (fresh.watermark, window) if each is not None), default=None)
    if begin is None or begin < end:
        spans["due"].append(Span(begin, end))
    if window is None:
        return spans
    never = max((high for low, high in log if low == -ENDLESS), default=-ENDLESS)
    if window + 2 * fresh.bucket + slack < never < ENDLESS:
        spans["due"].append(Span(window + fresh.bucket, min(never, end)))
    before = now - max(map(amount, offsets)) - fresh.bucket - slack
    if never > -ENDLESS and fresh.watermark is not None:
        spans["history"].append(Span(None, min(before, never)))
    spans["changed"] = [
        Span(max(low, never), min(high, before)) for low, high in log if low < before and never < high < ENDLESS
    ]
    return spans


def promised(fresh: Freshness, policies: Sequence[Policy], now: float, slack: float) -> float:
    """How far an aggregate is to be materialized by now; without a policy by hand, which may take two buckets."""
    ends = [now - amount(each.end_offset or 0) - LATE * _seconds(each) for each in policies]
    return (max(ends) if ends else now) - 2 * fresh.bucket - slack


def amount(value: Interval | int, month: int = 31) -> float:
    """Seconds of a duration, its months of so many days; the number of an integer offset."""
    if isinstance(value, int):
        return float(value)
    return (value.months * month + value.days) * 86400.0 + value.microseconds / 1e6


def _seconds(policy: Policy) -> float:
    """How long its schedule is; where time is a number that tells nothing, and the slack stands for it."""
    numbers = isinstance(policy.start_offset, int) or isinstance(policy.end_offset, int)
    return 0.0 if numbers else amount(policy.schedule)
