"""What a preview prints of a change, and what of its loss.

Not proved here: how much is lost; the counts are asked of a server (tests/database).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.kind import Change, ChangeClass
from pulumi_timescaledb.database.kinds.columnstore.wanted import Order
from pulumi_timescaledb.database.plan.loss import Loss, size
from pulumi_timescaledb.database.plan.render import line, lines
from pulumi_timescaledb.units import Interval

from .strategies import QUICK

OBJECT = "public.readings"
SHORTER = Change("retention", OBJECT, "alter", "drop_after", Interval(days=90), Interval(days=30), ChangeClass.DESTROYS)


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        (
            replace(SHORTER, loss="12 chunks"),
            "~ retention public.readings drop_after: 90 days => 30 days [destroys data: 12 chunks]",
        ),
        (SHORTER, "~ retention public.readings drop_after: 90 days => 30 days [destroys data]"),
        (
            Change("hypertable", OBJECT, "create", "", None, "by at", note="a note"),
            "+ hypertable public.readings: by at [in place] (a note)",
        ),
        (Change("index", OBJECT, "remove", "", "btree (at)", None), "- index public.readings: btree (at) [in place]"),
        (
            Change("columnstore", OBJECT, "alter", "order_by", None, (Order("at", True, True),), ChangeClass.FUTURE),
            "~ columnstore public.readings order_by: nothing => [at DESC] [future data only]",
        ),
    ],
)
def test_a_change_is_a_line_with_both_ends_and_its_cost(change: Change, printed: str) -> None:
    """Sign, object, field, what it was, what it will be, what it costs."""
    assert line(change) == printed


@QUICK
@given(
    st.sampled_from(["create", "alter", "remove"]),
    st.text() | st.none() | st.integers() | st.lists(st.text()),
    st.text() | st.none() | st.booleans(),
)
def test_a_change_is_always_one_line_of_bounded_length(action: str, old: Any, new: Any) -> None:
    """A query of many lines is cut, so that a plan stays readable."""
    printed = line(Change("aggregate", OBJECT, action, "query", old, new))
    assert len(printed.splitlines()) == 1
    assert len(printed) < 200


def test_every_change_has_its_line() -> None:
    """In the order in which they will be made."""
    changes = [SHORTER, replace(SHORTER, field="schedule")]
    assert lines(changes) == [line(change) for change in changes]


@pytest.mark.parametrize(
    ("count", "printed"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 kB"),
        (1536, "1.5 kB"),
        (5 * 1024**2, "5.0 MB"),
        (1024**3, "1.0 GB"),
        (2048 * 1024**3, "2048.0 GB"),
    ],
)
def test_a_size_is_in_powers_of_1024(count: int, printed: str) -> None:
    """As PostgreSQL's own functions count."""
    assert size(count) == printed


@pytest.mark.parametrize(
    ("loss", "printed"),
    [
        (Loss(1, 5, 1024, "2026-01-01", "2026-01-08"), "1 chunk, about 5 rows, 1.0 kB, from 2026-01-01 to 2026-01-08"),
        (Loss(2, 0, 0, None, None), "2 chunks, about 0 rows, 0 bytes"),
        (Loss(0, 7, 0, None, None), "about 7 rows, 0 bytes"),
    ],
)
def test_a_loss_is_chunks_rows_bytes_and_time(loss: Loss, printed: str) -> None:
    """What is not known is left out."""
    assert str(loss) == printed
