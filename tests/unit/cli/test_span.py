"""The time that checks are spread over: thirty days, and never where an aggregate could not be computed again."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.cli.verify.span import TooShort, span

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda each: each.replace(tzinfo=timezone.utc))
NOON = datetime(2026, 5, 17, 12, 30, tzinfo=timezone.utc)


@given(MOMENTS, st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=60))))
def test_nothing_reaches_behind_what_is_kept(now: datetime, lag: timedelta | None) -> None:
    kept_from = None if lag is None else now - lag
    try:
        chosen = span(now, kept_from)
    except TooShort:
        assert lag is not None
        assert lag < timedelta(days=3)
        return
    assert chosen.window_start <= chosen.start < now
    assert now - chosen.start <= timedelta(days=30)
    assert kept_from is None or chosen.window_start >= min(kept_from, chosen.window_start)
    if kept_from is not None:
        assert chosen.window_start >= kept_from or kept_from < now - timedelta(days=30)
    # a refresh needs a whole bucket, and no bucket that is still open
    assert chosen.window_start + timedelta(days=1) <= chosen.closed("daily_metrics") <= chosen.closed("hourly_metrics")
    assert chosen.closed("hourly_metrics") <= now


def test_thirty_days_where_nothing_is_lost() -> None:
    chosen = span(NOON, None)
    assert chosen.days == 30
    assert chosen.window_start == datetime(2026, 4, 17, tzinfo=timezone.utc)
    assert chosen.closed("hourly_metrics") == NOON.replace(minute=0)
    assert chosen.closed("daily_metrics") == NOON.replace(hour=0, minute=0)


def test_less_than_a_day_is_refused() -> None:
    with pytest.raises(TooShort, match="check_retention"):
        span(NOON, NOON - timedelta(hours=30))
