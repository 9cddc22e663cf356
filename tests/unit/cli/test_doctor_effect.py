"""What a policy's last run left behind, and how far an aggregate ought to be: tables of values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pulumi_timescaledb.cli.doctor.checks import aggregates, columnstore, jobs
from pulumi_timescaledb.cli.doctor.effect import Effect, judge
from pulumi_timescaledb.cli.doctor.finding import ERROR, NOTE, WARNING
from pulumi_timescaledb.cli.doctor.reading.freshness import ENDLESS, Freshness, Span, amount, suspects
from pulumi_timescaledb.cli.doctor.reading.jobs import COLUMNSTORE, REFRESH, RETENTION, Job
from pulumi_timescaledb.cli.doctor.reading.stores import Chunk, Store
from pulumi_timescaledb.database.kind import Found
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy, Refresh
from pulumi_timescaledb.units import Interval

from .facts_of import NOW, facts

DAY, HOUR = 86400.0, 3600.0
TABLE = "public.checks"


def chunk(age: float, **values: Any) -> Chunk:
    """A chunk of one day, so many days old, made when its day began."""
    end = NOW - age * DAY
    return Chunk(int(age), end - DAY, end, **{"made": end - DAY, **values})


def store(*chunks: Chunk, **values: Any) -> Store:
    return Store(TABLE, TABLE, now=NOW, chunks=chunks, **values)


def job(procedure: str, lag: str = "7 days", **values: Any) -> Job:
    value = {"started": NOW - HOUR, "runs": 3, "interval_seconds": DAY, **values}
    return Job(1000, "policy", TABLE, procedure=procedure, lag=Interval.parse(lag), **value)


@pytest.mark.parametrize(
    ("procedure", "chunks", "effect"),
    [
        (RETENTION, [chunk(0), chunk(6)], Effect.DONE),
        (RETENTION, [chunk(0), chunk(7), chunk(9)], Effect.MISSING),
        (RETENTION, [chunk(0)], Effect.UNKNOWN),  # a young table: nothing was ever due
        (RETENTION, [], Effect.UNKNOWN),
        (RETENTION, [chunk(0), chunk(6), chunk(30, made=NOW - 60)], Effect.DONE),  # back-filled since the run
        (COLUMNSTORE, [chunk(0), chunk(8, converted=True)], Effect.DONE),
        (COLUMNSTORE, [chunk(0), chunk(8)], Effect.MISSING),
        (COLUMNSTORE, [chunk(8, converted=True), chunk(9)], Effect.MISSING),
        (COLUMNSTORE, [chunk(0), chunk(90, converted=True)], Effect.UNKNOWN),  # whatever converted it was long ago
        (COLUMNSTORE, [chunk(0), chunk(5)], Effect.UNKNOWN),
        ("", [chunk(90)], Effect.UNKNOWN),
    ],
)
def test_a_policy_is_judged_by_the_chunks_that_were_due(procedure: str, chunks: list[Chunk], effect: Effect) -> None:
    look = facts(stores={TABLE: store(*chunks)})
    assert judge(job(procedure), look).effect is effect
    assert judge(job(procedure, started=None), look).effect is Effect.UNKNOWN
    assert judge(job(procedure, running=True), look).effect is Effect.UNKNOWN
    assert judge(job(procedure), facts()).effect is Effect.UNKNOWN


def test_a_chunk_became_due_after_the_last_run_is_not_its_fault() -> None:
    look = facts(stores={TABLE: store(chunk(0), chunk(7), chunk(8))})
    assert judge(job(RETENTION, started=NOW - 2 * DAY), look).effect is not Effect.MISSING


def test_a_month_may_have_thirty_one_days() -> None:
    look = facts(stores={TABLE: store(chunk(0), chunk(30.5))})
    assert judge(job(RETENTION, "1 month"), look).effect is not Effect.MISSING
    assert judge(job(RETENTION, "30 days"), look).effect is Effect.MISSING


def test_age_by_creation_looks_at_when_a_chunk_was_made() -> None:
    look = facts(stores={TABLE: store(chunk(90, made=NOW - DAY), chunk(0))})
    assert judge(job(RETENTION, by_creation=True), look).effect is Effect.UNKNOWN
    assert judge(job(RETENTION), look).effect is Effect.MISSING


def test_integer_time_without_a_present_is_not_judged() -> None:
    numbers = replace(store(Chunk(1, 0, 10), Chunk(2, 100, 110)), type="bigint", interval=10.0)
    late = replace(job(RETENTION), lag=20)
    assert judge(late, facts(stores={TABLE: replace(numbers, now=None)})).effect is Effect.UNKNOWN
    assert judge(late, facts(stores={TABLE: replace(numbers, now=105.0)})).effect is Effect.MISSING


@pytest.mark.parametrize(
    ("failed", "chunks", "severity"),
    [
        (True, [chunk(0), chunk(6)], WARNING),  # recorded failed, and its chunks are gone
        (True, [chunk(0), chunk(9)], ERROR),
        (True, [chunk(0)], ERROR),
        (False, [chunk(0), chunk(9)], ERROR),  # recorded successful, and its chunks are there
        (False, [chunk(0), chunk(6)], None),
    ],
)
def test_status_and_effect_are_weighed_together(failed: bool, chunks: list[Chunk], severity: str | None) -> None:
    each = job(RETENTION, failed=failed, failures=int(failed), message="canceled")
    found = list(jobs.findings(facts(jobs=[each], stores={TABLE: store(*chunks)})))
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_job_without_a_next_start_is_stuck_only_when_nothing_runs() -> None:
    stuck = replace(job("", started=NOW - 9 * DAY), unplanned=True, since=9 * DAY)
    assert [each.severity for each in jobs.findings(facts(jobs=[stuck]))] == [ERROR]
    assert list(jobs.findings(facts(jobs=[replace(stuck, running=True)]))) == []
    assert list(jobs.findings(facts(jobs=[replace(stuck, since=HOUR)]))) == []


# ------------------------------------------------------------------------------------------------------ columnstore
@pytest.mark.parametrize(
    ("chunks", "waits"),
    [
        ([chunk(8), chunk(9)], 0),  # two runs may pass before a chunk is waited for
        ([chunk(10), chunk(11, bytes=2048), chunk(12, converted=True)], 2),
    ],
)
def test_chunks_wait_for_the_columnstore_after_two_runs(chunks: list[Chunk], waits: int) -> None:
    live = {"columnstore": {TABLE: Found(Columnstore(after=Interval.parse("7 days")))}}
    found = list(
        columnstore.findings(facts(live, stores={TABLE: store(*chunks)}, jobs=[job(COLUMNSTORE, started=None)]))
    )
    assert [each.what.split()[0] for each in found] == ([str(waits)] if waits else [])


@pytest.mark.parametrize(
    ("before", "after", "bad"), [(100 << 20, 10 << 20, False), (100 << 20, 80 << 20, True), (1 << 20, 1 << 20, False)]
)
def test_a_ratio_is_judged_where_there_is_enough(before: int, after: int, bad: bool) -> None:
    live = {"columnstore": {TABLE: Found(Columnstore())}}
    found = list(columnstore.findings(facts(live, stores={TABLE: store(before=before, after=after)})))
    assert [each.severity for each in found] == ([WARNING] if bad else [])


# ------------------------------------------------------------------------------------------------------- aggregates
def policy(start: str | None, end: str | None, every: str = "1 hour") -> Policy:
    read = [None if each is None else Interval.parse(each) for each in (start, end)]
    return Policy(read[0], read[1], Interval.parse(every))


@pytest.mark.parametrize(
    ("watermark", "policies", "log", "kinds"),
    [
        (NOW - 2 * HOUR, [policy("3 days", "1 hour")], [], set()),
        (NOW - 9 * HOUR, [policy("3 days", "1 hour")], [], {"due"}),
        (None, [policy("3 days", "1 hour")], [(-ENDLESS, ENDLESS)], {"due"}),
        (None, [policy("3 hours", "1 hour")], [(-ENDLESS, ENDLESS)], set()),  # the window ends before it is late
        (NOW - 2 * HOUR, [], [], set()),
        (NOW - 9 * HOUR, [], [], {"due"}),
        (NOW - 2 * HOUR, [policy("3 days", "1 hour")], [(-ENDLESS, NOW - 3 * DAY)], {"history"}),
        # the watermark is new, and what lies before it inside the window never came
        (NOW - 2 * HOUR, [policy("3 days", "1 hour")], [(-ENDLESS, NOW - DAY)], {"due", "history"}),
        (NOW - 2 * HOUR, [policy("3 days", "1 hour")], [(NOW - 9 * DAY, NOW - 8 * DAY)], {"changed"}),
        (NOW - 2 * HOUR, [policy("3 days", "1 hour")], [(NOW - DAY, NOW - 5 * HOUR)], set()),
        (NOW - 2 * HOUR, [policy(None, "1 hour")], [(-ENDLESS, NOW - 9 * DAY), (NOW - 9 * DAY, NOW - 8 * DAY)], set()),
        (NOW - 2 * HOUR, [policy("3 days", "1 hour"), policy("30 days", "3 days", "1 day")],
         [(NOW - 9 * DAY, NOW - 8 * DAY)], set()),
        (NOW - 2 * HOUR, [policy("3 days", "1 hour")], [(-ENDLESS, NOW - 8 * DAY), (NOW - 9 * DAY, NOW - 8.5 * DAY)],
         {"history"}),
    ],
)  # fmt: skip
def test_where_a_row_would_be_a_finding(
    watermark: float | None, policies: list[Policy], log: list[tuple[float, float]], kinds: set[str]
) -> None:
    found = suspects(Freshness("a", watermark, HOUR), policies, log, NOW, 60.0)
    assert {kind for kind, spans in found.items() if spans} == kinds
    assert all(span.start is None or span.start < span.end for spans in found.values() for span in spans)


def test_months_are_counted_for_the_side_that_finds_less() -> None:
    assert amount(Interval.parse("1 month")) == 31 * DAY
    assert amount(Interval.parse("1 month"), 28) == 28 * DAY
    assert amount(5) == 5.0


@pytest.mark.parametrize(
    ("fresh", "runs", "expected"),
    [
        (Freshness(TABLE, NOW, HOUR), 1, []),
        (Freshness(TABLE, NOW - DAY, HOUR, due=Span(NOW - DAY, NOW)), 1, [WARNING]),
        (Freshness(TABLE, NOW - DAY, HOUR, due=Span(NOW - DAY, NOW)), 0, []),
        (Freshness(TABLE, NOW, HOUR, history=Span(None, NOW - 9 * DAY)), 1, [NOTE]),
        (Freshness(TABLE, NOW, HOUR, changed=Span(NOW - 9 * DAY, NOW - 8 * DAY)), 1, [WARNING]),
    ],
)
def test_an_aggregate_is_told_with_the_call_that_mends_it(fresh: Freshness, runs: int, expected: list[str]) -> None:
    live = {"refresh": {TABLE: Found(Refresh((policy("3 days", "1 hour"),)))}}
    each = replace(job(REFRESH), runs=runs, lag=None)
    found = list(aggregates.findings(facts(live, jobs=[each], aggregates={TABLE: fresh})))
    assert [one.severity for one in found] == expected
    assert all(one.remedy.startswith(f"CALL refresh_continuous_aggregate('{TABLE}', ") for one in found)


def test_the_bounds_of_integer_time_are_numbers() -> None:
    fresh = Freshness("public.o'clock", 90, 10, changed=Span(20, 40), integer=True)
    (found,) = aggregates.findings(facts(aggregates={"public.o'clock": fresh}))
    assert found.remedy == "CALL refresh_continuous_aggregate('public.o''clock', 10, 50)"
