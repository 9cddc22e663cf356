"""Refresh policies: which one is which, and in which order they change so that no two windows ever overlap.

Not proved here: that the server takes each step (tests/cases/refresh.yaml).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.kind import Change, Found
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy, Refresh, managed, overlap, pairs
from pulumi_timescaledb.units import Interval

from .strategies import QUICK
from .worlds import CAN

KEY = "public.hourly"
HOUR = Interval(microseconds=3_600_000_000)


def days(count: int) -> Interval:
    """So many days."""
    return Interval(days=count)


def policy(start: int, end: int, **more: Any) -> Policy:
    """A window between two numbers of days ago."""
    return Policy(days(start), days(end), HOUR, **more)


@st.composite
def sets(draw: st.DrawFn) -> list[Policy]:
    """Windows that do not overlap, with or without options."""
    bounds = sorted(draw(st.sets(st.integers(0, 12), min_size=2, max_size=8)))
    bounds = bounds[: len(bounds) // 2 * 2]
    options = st.fixed_dictionaries({}, optional={"buckets_per_batch": st.integers(0, 3), "enabled": st.booleans()})
    return [policy(bounds[i + 1], bounds[i], **draw(options)) for i in range(0, len(bounds), 2)]


def plan(live: list[Policy], wanted: list[Policy]) -> list[tuple[str, int | None]]:
    """What is done to which job, by the statements' own words."""
    found = Found(Refresh(tuple(live)), {"jobs": list(enumerate(live, 1000))})
    change = Change("refresh", KEY, "alter", "policies", None, None)
    steps = KINDS["refresh"].statements(change, Refresh(tuple(wanted)), found, CAN)
    done: list[tuple[str, int | None]] = []
    for step in steps:
        text = step.statement.as_string(None)
        job = step.parameters[0] if step.parameters else None  # type: ignore[index]
        name = "delete" if "delete_job" in text else "add" if "add_continuous" in text else "alter"
        done.append((name, job))
    return done


@QUICK
@given(sets(), sets())
def test_no_window_ever_reaches_into_another(live: list[Policy], wanted: list[Policy]) -> None:
    """Each step is simulated; at the end exactly the wanted windows are there, and jobs are kept where they can be."""
    jobs = dict(enumerate(live, 1000))
    ordered = Refresh(tuple(wanted)).policies
    which = {1000 + place: ordered[one] for one, place in pairs(ordered, live)}
    added = 0
    for name, job in plan(live, wanted):
        if name == "delete":
            del jobs[job or 0]
        elif name == "alter":
            jobs[job or 0] = which[job or 0]
        else:
            added += 1
        windows = list(jobs.values())
        assert not any(overlap(a, b) for i, a in enumerate(windows) for b in windows[i + 1 :])
    kept = [each.window for each in jobs.values()]
    assert len(kept) + added == len(wanted)
    assert set(kept) <= {each.window for each in wanted}
    assert len(set(kept)) == len(kept)


@QUICK
@given(sets())
def test_what_is_as_wanted_is_left_alone(live: list[Policy]) -> None:
    """Not one statement; an option that is not managed is no difference."""
    assert plan(live, live) == []
    bare = [each._replace(buckets_per_batch=None) for each in live]
    assert plan(live, bare) == []


def test_windows_that_move_keep_their_jobs() -> None:
    """Whatever moves in one direction has an order without an overlap."""
    live = [policy(9, 5, buckets_per_batch=1), policy(5, 1, buckets_per_batch=2)]
    swapped = [policy(9, 5, buckets_per_batch=2), policy(5, 1, buckets_per_batch=1)]
    assert {name for name, _ in plan(live, swapped)} == {"alter"}  # the windows stay, the options change
    moved = [policy(30, 12), policy(12, 2)]
    assert [name for name, _ in plan(live, moved)] == ["alter", "alter"]  # the older one first
    assert [name for name, _ in plan(moved, live)] == ["alter", "alter"]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (policy(9, 5), policy(5, 1), False),
        (policy(9, 5), policy(6, 1), True),
        (Policy(None, days(5), HOUR), policy(5, 1), False),
        (Policy(None, days(4), HOUR), policy(5, 1), True),
        (policy(9, 5), Policy(days(5), None, HOUR), False),
        (Policy(None, None, HOUR), policy(5, 1), True),
        (Policy(100, 10, HOUR), Policy(10, 0, HOUR), False),
        (Policy(100, 10, HOUR), Policy(11, 0, HOUR), True),
        (Policy(Interval(months=2), Interval(months=1), HOUR), Policy(Interval(months=1), days(1), HOUR), False),
        (Policy(Interval(months=2), Interval(months=1), HOUR), Policy(days(30), days(1), HOUR), True),  # or 28 days
        (Policy(Interval(months=2), Interval(months=1), HOUR), Policy(days(27), days(1), HOUR), False),
    ],
)
def test_windows_that_share_time_overlap(one: Policy, other: Policy, expected: bool) -> None:
    """Both ways round; a month may be as short as February."""
    assert overlap(one, other) is overlap(other, one) is expected


def test_options_left_alone_are_not_shown() -> None:
    """Those that are managed are, with what is live."""
    live = policy(9, 5, buckets_per_batch=5, refresh_newest_first=True)
    assert managed(policy(9, 5, buckets_per_batch=1), live) == policy(9, 5, buckets_per_batch=5)
    assert str(live) == "9 days to 5 days every 1 hour, buckets_per_batch 5, refresh_newest_first true"
