"""The Apache fallback: wanted values become cron jobs and views, and live ones read as what they stand for.

Not proved here: that pg_cron runs a schedule, or that a recomputed view holds what an aggregate would.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.declared import Declared
from pulumi_timescaledb.database.kind import Found, Part
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.cron_job.wanted import CronJob, every, expression
from pulumi_timescaledb.database.kinds.hypertable.wanted import Hypertable
from pulumi_timescaledb.database.kinds.materialized_view.wanted import MaterializedView
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy, Refresh
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.plan.editions import Edition, edition, skipped
from pulumi_timescaledb.units import Interval

from .strategies import DECLARATIONS, QUICK, VALUES, flags, intervals, names, numbers
from .worlds import CAN, HOURLY, ON_APACHE, READINGS, finding, read

APACHE, COMMUNITY = Edition(True), Edition(False)
SECOND = 1_000_000
DAY, WEEK = Interval(days=1), Interval(days=7)
RETENTION = {"drop_after": "7 days"}
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}

# all that cron can say in one line and means the same every day
SECONDS = [Interval(microseconds=count * SECOND) for count in range(1, 60)]
MINUTES = [Interval(microseconds=count * 60 * SECOND) for count in (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)]
HOURS = [Interval(microseconds=count * 3600 * SECOND) for count in (1, 2, 3, 4, 6, 8, 12)]
EXPRESSIBLE = [*SECONDS, *MINUTES, *HOURS, DAY, WEEK]
schedules = st.sampled_from(EXPRESSIBLE)


@pytest.mark.parametrize("interval", EXPRESSIBLE, ids=str)
def test_a_cron_expression_reads_back_as_its_interval(interval: Interval) -> None:
    """every() is the inverse of expression()."""
    written = expression(interval)
    assert written is not None
    assert every(written) == interval


def test_no_two_intervals_share_a_cron_expression() -> None:
    """Otherwise a changed schedule would look unchanged."""
    assert len({expression(each) for each in EXPRESSIBLE}) == len(EXPRESSIBLE)


@QUICK
@given(intervals | st.integers(1, 40 * 24 * 60).map(lambda minutes: Interval(microseconds=minutes * 60 * SECOND)))
def test_cron_says_an_interval_exactly_or_not_at_all(interval: Interval) -> None:
    """What is not in the list above has no expression, so it is refused and never rounded."""
    written = expression(interval)
    assert (written is not None) == (interval in EXPRESSIBLE)
    assert written is None or every(written) == interval


@pytest.mark.parametrize(
    ("interval", "written"),
    [
        (Interval(microseconds=30 * SECOND), "30 seconds"),
        (Interval(microseconds=60 * SECOND), "* * * * *"),
        (Interval(microseconds=300 * SECOND), "*/5 * * * *"),
        (Interval(microseconds=3600 * SECOND), "0 * * * *"),
        (Interval(microseconds=6 * 3600 * SECOND), "0 */6 * * *"),
        (DAY, "0 0 * * *"),
        (WEEK, "0 0 * * 0"),
        (Interval(months=1), None),
        (Interval(days=2), None),
        (Interval(microseconds=SECOND // 2), None),
        (Interval(microseconds=5 * 3600 * SECOND), None),
        (Interval(microseconds=90 * 60 * SECOND), None),
    ],
    ids=str,
)
def test_cron_expressions_are_those_of_its_manual(interval: Interval, written: str | None) -> None:
    """The five fields as cron reads them, and pg_cron's own form for seconds."""
    assert expression(interval) == written


@pytest.mark.parametrize("schedule", ["", "@daily", "0 3 * * *", "*/5 * * * 1", "0 0 1 * *", "5 * * * *", "x seconds"])
def test_a_schedule_that_is_not_ours_has_no_interval(schedule: str) -> None:
    """It is shown as it is."""
    assert every(schedule) is None


def test_the_fallback_needs_the_edition_and_the_consent() -> None:
    """On the Community edition, or unasked, nothing is translated."""
    assert edition(ON_APACHE, True) == APACHE
    assert edition(ON_APACHE, False) == edition(CAN, True) == edition(CAN, False) == COMMUNITY
    assert edition(replace(CAN, edition="unknown"), True) == COMMUNITY


@QUICK
@given(DECLARATIONS["hypertable"] | DECLARATIONS["continuous_aggregate"])
def test_without_the_fallback_every_part_is_itself(declaration: dict[str, Any]) -> None:
    """The parts that are made are those that are declared, and each finds its own live object."""
    parsed = read(declaration)
    assert COMMUNITY.parts(parsed) == parsed.parts
    live = {(part.kind, part.key): Found(part.value) for part in parsed.parts}
    assert all(COMMUNITY.found(part, parsed, finding(live)) == live[part.kind, part.key] for part in parsed.parts)


@QUICK
@given(DECLARATIONS["hypertable"] | DECLARATIONS["continuous_aggregate"])
def test_what_only_the_community_edition_has_is_never_made_by_the_fallback(declaration: dict[str, Any]) -> None:
    """The parts that are made are of ordinary kinds."""
    made = {part.kind for part in APACHE.parts(read(declaration))}
    assert made <= {"hypertable", "index", "cron_job", "materialized_view", "tablespaces"}


@QUICK
@given(names, names, intervals | numbers, schedules, flags)
def test_retention_comes_back_from_its_cron_job(
    schema: str, name: str, lag: Interval | int, schedule: Interval, enabled: bool
) -> None:
    """The job that stands for a retention reads as that retention, quotes in the table's name included."""
    key = str(Relation(schema, name))
    part = Part("retention", key, Retention(lag, schedule, enabled))
    declared = Declared("hypertable", key, (part,))
    (made,) = APACHE.parts(declared)
    assert made.kind == "cron_job"
    assert made.value.enabled == enabled
    back = APACHE.found(part, declared, finding({(made.kind, made.key): Found(made.value, {"job_id": 5})}))
    assert back == Found(part.value, {"job_id": 5})


@QUICK
@given(st.lists(st.tuples(intervals | st.none(), intervals | st.none(), schedules), min_size=1, max_size=3), flags)
def test_refreshing_comes_back_from_its_cron_job(windows: list[tuple[Any, Any, Interval]], enabled: bool) -> None:
    """The whole view is refreshed as often as the busiest window asks; the windows are shown as declared."""
    value = Refresh(tuple(Policy(*window, enabled) for window in windows))
    part = Part("refresh", "public.hourly", value)
    declared = Declared("continuous_aggregate", "public.hourly", (part,))
    (made,) = APACHE.parts(declared)
    assert every(made.value.schedule) == min(
        (window[2] for window in windows), key=lambda each: each.total_microseconds
    )
    assert made.value.command.endswith(" public.hourly")
    assert APACHE.found(part, declared, finding({(made.kind, made.key): Found(made.value)})) == Found(value)


@QUICK
@given(VALUES["aggregate"])
def test_an_aggregate_comes_back_from_its_view(value: Aggregate) -> None:
    """Query and owner are the view's; real_time is refused elsewhere, so it shows as declared."""
    part = Part("aggregate", "public.hourly", value)
    declared = Declared("continuous_aggregate", "public.hourly", (part,))
    (made,) = APACHE.parts(declared)
    assert made == Part("materialized_view", "public.hourly", MaterializedView(value.query, value.owner))
    assert APACHE.found(part, declared, finding({(made.kind, made.key): Found(made.value)})) == Found(value)
    other = Found(MaterializedView("SELECT 3", "somebody"))
    shown = APACHE.found(part, declared, finding({(made.kind, made.key): other}))
    assert shown == Found(replace(value, query="SELECT 3", owner="somebody"))


def retained(live: CronJob, now: str = "now_ticks") -> Any:
    """What the retention of readings looks like when this job is live."""
    declared = read(READINGS, retention=RETENTION, integer_now=now)
    found = APACHE.found(
        declared.parts[1], declared, finding({("cron_job", "tsdb retention public.readings"): Found(live)})
    )
    assert found is not None
    return found.value


COUNTED = "SELECT drop_chunks('public.readings', public.now_ticks() - 500)"
MADE = "SELECT drop_chunks('public.readings', created_before => interval '7 days')"
COMMAND = "SELECT drop_chunks('public.readings', interval '7 days')"


@pytest.mark.parametrize(
    ("live", "shown"),
    [
        (CronJob("0 0 * * *", COMMAND), Retention(WEEK, DAY)),
        (CronJob("0 0 * * *", COMMAND.replace("7 days", "1 week")), Retention(WEEK, DAY)),
        (CronJob("0 0 * * *", COUNTED), Retention(500, DAY)),
        (
            CronJob("0 0 * * *", COUNTED.replace("now_ticks", "later")),
            Retention(COUNTED.replace("now_ticks", "later"), DAY),
        ),
        (CronJob("0 0 * * *", MADE), Retention(WEEK, DAY, by_creation=True)),
        (CronJob("0 0 * * *", "VACUUM"), Retention("VACUUM", DAY)),
        (CronJob("0 0 * * *", COMMAND + "; VACUUM"), Retention(COMMAND + "; VACUUM", DAY)),
        (
            CronJob("0 0 * * *", COMMAND.replace("7 days", "a while")),
            Retention(COMMAND.replace("7 days", "a while"), DAY),
        ),
        (CronJob("0 3 * * *", COMMAND, None, False), Retention(WEEK, "0 3 * * *", False)),  # type: ignore[arg-type]
    ],
)
def test_a_cron_job_changed_by_hand_is_shown_as_what_it_does(live: CronJob, shown: Retention) -> None:
    """A command or schedule that is not ours stands there in its own words."""
    assert retained(live) == shown


def test_a_function_for_integer_time_may_have_any_name() -> None:
    """Also one with a line's end in it."""
    name = '"My ""Odd\n Schema"."no() w\n\'"'
    live = CronJob("0 0 * * *", COUNTED.replace("public.now_ticks", name))
    assert retained(live, name) == Retention(500, DAY)


def test_a_cron_job_that_drops_another_tables_chunks_is_foreign() -> None:
    """It does not retain this table, so it must not look as if it did."""
    assert retained(CronJob("0 0 * * *", COMMAND.replace("readings", "others"))) != Retention(WEEK, DAY)


@pytest.mark.parametrize(
    ("live", "schedule", "enabled"),
    [
        (CronJob("0 */2 * * *", "REFRESH MATERIALIZED VIEW CONCURRENTLY public.hourly"), "2 hours", True),
        (CronJob("0 * * * *", "REFRESH MATERIALIZED VIEW CONCURRENTLY public.hourly", None, False), "1 hour", False),
        (CronJob("0 3 * * *", "REFRESH MATERIALIZED VIEW CONCURRENTLY public.hourly"), "0 3 * * *", True),
        (CronJob("0 * * * *", "VACUUM"), "VACUUM", True),
    ],
)
def test_a_refresh_job_changed_by_hand_is_shown_as_what_it_does(live: CronJob, schedule: str, enabled: bool) -> None:
    """Schedule, switch and command each show as a difference to the declared windows."""
    declared = read(HOURLY, refresh=[WINDOW])
    part = declared.parts[1]
    found = APACHE.found(part, declared, finding({("cron_job", "tsdb refresh public.hourly"): Found(live)}))
    assert found is not None
    assert found.value != part.value
    assert [(str(each.schedule), each.enabled) for each in found.value.policies] == [(schedule, enabled)]


def test_a_refresh_job_that_must_not_be_there_is_shown() -> None:
    """No windows are declared, so the whole view is the window."""
    declared = read(HOURLY, refresh=[])
    live = Found(CronJob("0 * * * *", "VACUUM"))
    found = APACHE.found(declared.parts[1], declared, finding({("cron_job", "tsdb refresh public.hourly"): live}))
    assert found == Found(Refresh((Policy(None, None, Interval(microseconds=3600 * SECOND)),)))
    assert APACHE.parts(declared)[1] == Part("cron_job", "tsdb refresh public.hourly", None)


def test_what_is_not_live_is_not_found() -> None:
    """A missing job is a missing retention, refresh or aggregate; what cannot be made is as declared."""
    raw = read(READINGS, retention=RETENTION, columnstore={"after": "1 day"})
    hourly = read(HOURLY, refresh=[WINDOW], retention=RETENTION)
    none = finding({})
    by_kind = {part.kind: APACHE.found(part, raw, none) for part in raw.parts}
    assert by_kind == {"hypertable": None, "columnstore": Found(raw.parts[1].value), "retention": None}
    by_kind = {part.kind: APACHE.found(part, hourly, none) for part in hourly.parts}
    assert by_kind == {"aggregate": None, "refresh": None, "retention": Found(hourly.parts[2].value)}


def test_absence_is_translated_too() -> None:
    """What must not be there must not be there in its translation either, nor the jobs that served it."""
    raw = read(READINGS, retention={"absent": True}, columnstore={"absent": True})
    assert APACHE.parts(raw) == (
        Part("hypertable", "public.readings", Hypertable("at")),
        Part("cron_job", "tsdb retention public.readings", None),
    )
    assert APACHE.found(raw.parts[1], raw, finding({})) is None
    gone = read({"kind": "continuous_aggregate", "name": "hourly", "absent": True})
    assert APACHE.parts(gone) == (
        Part("materialized_view", "public.hourly", None),
        Part("cron_job", "tsdb retention public.hourly", None),
        Part("cron_job", "tsdb refresh public.hourly", None),
    )


def test_what_the_fallback_leaves_out_is_said_by_object() -> None:
    """A note for columnstores and one for aggregates, each naming the objects it is about; none for the rest."""
    wanted = [read(READINGS, columnstore={"after": "1 day"}), read(HOURLY)]
    columnstores, aggregates = skipped(wanted)
    assert ("public.readings" in columnstores, "public.hourly" in columnstores) == (True, False)
    assert ("public.readings" in aggregates, "public.hourly" in aggregates) == (False, True)
    assert skipped([read(READINGS, columnstore={"absent": True}), read(READINGS, retention=RETENTION)]) == []
