"""When a hold ends, and how that is said.

Not proved here: that the server's clock decides whether it is in force (tests/database).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from pulumi_timescaledb.database import holds
from pulumi_timescaledb.database.holds import Hold
from pulumi_timescaledb.database.kind import Change
from pulumi_timescaledb.database.plan.held import all_held
from pulumi_timescaledb.units import Interval

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=timezone.utc)
NAME = "hypertable:public.readings"
HOLD = Hold(NAME, NOW + timedelta(days=3), "disk full", "ann as postgres", NOW, True)
LONGER = Change("retention", "public.readings", "alter", "drop_after", Interval(days=60), Interval(days=90), note="n")


@pytest.mark.parametrize(
    ("text", "end", "said"),
    [
        ("2026-11-21", datetime(2026, 11, 22, tzinfo=timezone.utc), "the end of 2026-11-21 (UTC)"),
        (" 2026-12-24 ", datetime(2026, 12, 25, tzinfo=timezone.utc), "the end of 2026-12-24 (UTC)"),
        ("2026-11-21T09:30", datetime(2026, 11, 21, 9, 30, tzinfo=timezone.utc), "2026-11-21 09:30 UTC"),
        ("2026-11-21 09:30:00Z", datetime(2026, 11, 21, 9, 30, tzinfo=timezone.utc), "2026-11-21 09:30 UTC"),
        ("2026-11-21T09:30:00+02:00", datetime(2026, 11, 21, 7, 30, tzinfo=timezone.utc), "2026-11-21 07:30 UTC"),
    ],
)
def test_a_date_counts_to_its_end_and_a_moment_is_exact(text: str, end: datetime, said: str) -> None:
    assert holds.end(text, NOW) == end
    assert holds.moment(end) == said


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "21.11.2026", "20261121xx", "9999-12-31", "tomorrow"])
def test_what_is_no_date_is_refused_with_one_that_is(text: str) -> None:
    with pytest.raises(holds.BadUntil, match=r"--until.*2026-11-28"):
        holds.end(text, NOW)


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-21T03:00", "2000-01-01"])
def test_a_date_that_has_passed_is_refused(text: str) -> None:
    with pytest.raises(holds.BadUntil, match="has passed"):
        holds.end(text, NOW)


def test_a_hold_is_a_note_with_what_differs_and_without_what_it_costs() -> None:
    (held,) = all_held({NAME: HOLD, "role:app": HOLD}, {NAME: [LONGER], "role:keeper": []})
    assert held.sentence == (
        f"{NAME} is held until 2026-11-24 03:00 UTC by ann as postgres: disk full: "
        f"~ retention public.readings drop_after: 60 days => 90 days"
    )
    (quiet,) = all_held({NAME: HOLD}, {NAME: []})
    assert quiet.sentence.endswith("disk full: nothing differs")


def test_an_expired_hold_is_loud_and_names_both_ways_on() -> None:
    expired = replace(HOLD, in_force=False)
    (held,) = all_held({NAME: expired}, {NAME: [LONGER]})
    assert held.sentence.startswith(f"HOLD EXPIRED: {NAME} was held until 2026-11-24 03:00 UTC")
    for words in ("a change again: ~ retention", f"tsdb hold {NAME} --until", f"tsdb hold {NAME} --release"):
        assert words in held.sentence
    assert holds.in_force({NAME: HOLD}, NAME)
    assert not holds.in_force({NAME: expired}, NAME)
    assert not holds.in_force({}, NAME)
