"""Whether a difference is drift, a declared change, or both.

Not proved here: an interrupted run, which looks like drift.
"""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_timescaledb.database.kind import Change
from pulumi_timescaledb.database.plan import origin
from pulumi_timescaledb.units import Interval

from .worlds import READINGS


def keeping(lag: str | None, **more: Any) -> dict[str, Any]:
    """The readings with a retention, or without a managed one."""
    return {**READINGS, **more} if lag is None else {**READINGS, "retention": {"drop_after": lag}, **more}


def altered(days: int, wanted: int) -> Change:
    """A live retention of so many days against a wanted one."""
    return Change("retention", "public.readings", "alter", "drop_after", Interval(days=days), Interval(days=wanted))


CREATED = Change("retention", "public.readings", "create", "drop_after", None, Interval(days=90))
INDEX = Change("index", "public.readings i", "alter", "valid", False, True)
INTERVAL = Change("hypertable", "public.readings", "alter", "chunk_interval", Interval(days=2), Interval(days=1))
INDEXED = {"indexes": [{"name": "i", "columns": ["at"]}]}


@pytest.mark.parametrize(
    ("change", "before", "now", "expected"),
    [
        (altered(60, 90), keeping("90 days"), keeping("90 days"), origin.DRIFT),
        (altered(90, 30), keeping("90 days"), keeping("30 days"), origin.DECLARED),
        (altered(60, 30), keeping("90 days"), keeping("30 days"), origin.BOTH),
        (altered(60, 84), keeping("12 weeks"), keeping("84 days"), origin.DRIFT),
        (altered(60, 90), keeping(None), keeping("90 days"), origin.DECLARED),
        (CREATED, keeping("90 days"), keeping("90 days"), origin.DRIFT),
        (CREATED, keeping(None), keeping("90 days"), origin.DECLARED),
        (INDEX, keeping(None, **INDEXED), keeping(None, **INDEXED), origin.DRIFT),
        (INTERVAL, keeping(None), keeping(None, chunk_interval="1 day"), origin.DECLARED),
        (
            INTERVAL,
            keeping(None, chunk_interval="1 day"),
            keeping(None, chunk_interval="1 day", owner="app"),
            origin.DRIFT,
        ),
    ],
)
def test_a_difference_is_told_by_the_last_declaration(
    change: Change, before: dict[str, Any], now: dict[str, Any], expected: str
) -> None:
    """The last run's declaration says what the database was."""
    assert origin.of(change, origin.parts([before]), origin.parts([now])) == expected


def test_a_first_run_and_an_unreadable_last_declaration_make_everything_declared() -> None:
    """Nothing is known of before, and nothing raises."""
    now = origin.parts([keeping("90 days")])
    unreadable: list[list[dict[str, Any]]] = [[], [{"kind": "gone"}], [{**READINGS, "nonsense": 1}], [{}]]
    for before in unreadable:
        assert origin.of(altered(60, 90), origin.parts(before), now) == origin.DECLARED
