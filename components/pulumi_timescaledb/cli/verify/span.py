"""The time that a verification's checks are spread over, and the part of it that may be refreshed.

A refresh over a range whose raw rows are gone deletes the aggregate's buckets there (measured: 480 became 122), and
inserting anywhere in a range makes all of it stale. So nothing is inserted or refreshed where an aggregate holds more
than could be computed again: before the retention's edge, or before the oldest row that is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ...errors import Refusal

DAYS = 30
_DAY = timedelta(days=1)
MARGIN = timedelta(hours=1)  # retention moves on while a verification runs


class TooShort(Refusal):
    """There is no time over which checks could be spread without losing what the aggregates hold."""


@dataclass(frozen=True)
class Span:
    """now: the server's clock when the run began, in UTC. window_start: midnight from which aggregates are refreshed;
    start: where the checks begin, at or after it."""

    now: datetime
    start: datetime
    window_start: datetime

    @property
    def days(self) -> float:
        """How long it is."""
        return (self.now - self.start) / _DAY

    def closed(self, name: str) -> datetime:
        """The end of an aggregate's last bucket that was over when the run began; open ones are never refreshed."""
        return midnight(self.now) if name == "daily_metrics" else self.now.replace(minute=0, second=0, microsecond=0)


def span(now: datetime, kept_from: datetime | None) -> Span:
    """The last 30 days, or what of them is kept; raises :class:`TooShort` below one whole day.

    kept_from: from where on everything could be computed again, None when that is everywhere.
    """
    window = midnight(now - DAYS * _DAY)
    if kept_from is not None:
        window = max(window, whole_day(kept_from))
    if window > midnight(now) - _DAY:
        raise TooShort(
            "checks would be spread over less than one day, because the raw data that the aggregates were made of is "
            "kept no longer; raise lighthouse:check_retention"
        )
    return Span(now, max(now - DAYS * _DAY, window), window)


def midnight(moment: datetime) -> datetime:
    """The beginning of a day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def whole_day(moment: datetime) -> datetime:
    """The first midnight at or after a moment."""
    return midnight(moment) if moment == midnight(moment) else midnight(moment) + _DAY
