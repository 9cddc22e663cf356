"""The judgement of plans: good ones pass, and each way of being wrong is named."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_timescaledb.cli.verify.queries import QUERIES, Catalog, problem

CHECKS, HOURLY, UPTIME = QUERIES
INTERNAL = "_timescaledb_internal"
CATALOG = Catalog(
    {
        f"{INTERNAL}._hyper_1_1_chunk": "public.check_history",
        f"{INTERNAL}._hyper_1_2_chunk": "public.check_history",
        f"{INTERNAL}._hyper_2_3_chunk": "public.hourly_metrics",
        f"{INTERNAL}._hyper_3_4_chunk": "public.daily_metrics",
        f"{INTERNAL}._materialized_hypertable_3": "public.daily_metrics",
    },
    frozenset({f"{INTERNAL}._hyper_1_1_chunk_check_history_time_idx"}),
)
Plan = dict[str, Any]


def scan(kind: str, name: str, more: Plan | None = None, *, schema: str = INTERNAL) -> Plan:
    """A node that reads a relation."""
    base = {"Node Type": kind, "Schema": schema, "Relation Name": name, "Actual Loops": 1, "Actual Rows": 333}
    return {**base, **(more or {})}


def over(*children: Plan, kind: str = "Limit", **more: Any) -> Plan:
    """A node above others."""
    return {"Node Type": kind, "Plans": list(children), **more}


def append(*children: Plan) -> Plan:
    """The append of TimescaleDB, which carries the hypertable's name and reads nothing itself."""
    named = {"Custom Plan Provider": "ChunkAppend", "Schema": "public", "Relation Name": "check_history"}
    return over(over(*children, kind="Custom Scan", **named))


BY_TIME = scan("Index Scan", "_hyper_1_1_chunk", {"Index Name": "_hyper_1_1_chunk_check_history_time_idx"})
BY_OTHER = scan("Index Scan", "_hyper_1_1_chunk", {"Index Name": "_hyper_1_1_chunk_subscription_idx"})
WHOLE = scan("Seq Scan", "_hyper_1_2_chunk")
COLUMNAR = scan(
    "Custom Scan",
    "_hyper_1_2_chunk",
    {"Custom Plan Provider": "ColumnarScan", "Plans": [scan("Seq Scan", "compress_hyper_9_9_chunk")]},
)
DAILY = scan("Seq Scan", "_hyper_3_4_chunk")


@pytest.mark.parametrize(
    "plan",
    [
        append(BY_TIME),
        append(BY_TIME, {**WHOLE, "Actual Loops": 0}),  # planned, but a hundred rows were found before
        append(BY_TIME, {**COLUMNAR, "Actual Loops": 0}),
        append({**WHOLE, "Actual Rows": 7}, BY_TIME),  # the chunk of a day that has just begun
    ],
)
def test_recent_checks_by_the_index_on_time(plan: Plan) -> None:
    assert problem(CHECKS, plan, CATALOG) == ""


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (append(over(WHOLE, kind="Sort")), "without the index"),
        (append(over(BY_OTHER, kind="Sort")), "without the index"),
        (append(BY_TIME, over(WHOLE, kind="Sort")), "without the index"),
        (append(over(COLUMNAR, kind="Sort")), "without the index"),
        (append({**WHOLE, "Actual Rows": 10, "Rows Removed by Filter": 5000}), "without the index"),
        (append({**WHOLE, "Actual Rows": 10, "Actual Loops": 50}), "without the index"),
        (append({**BY_TIME, "Node Type": "Seq Scan"}), "without the index"),
        (over(kind="Result"), "does not read"),
        (over(BY_TIME, scan("Seq Scan", "users", schema="public"), kind="Hash Join"), "also reads"),
        (over(DAILY), "does not read"),
    ],
)
def test_recent_checks_read_wrongly(plan: Plan, word: str) -> None:
    assert word in problem(CHECKS, plan, CATALOG)


def test_without_any_index_on_time_no_plan_is_right() -> None:
    assert problem(CHECKS, append({**WHOLE, "Actual Rows": 7}), Catalog(CATALOG.owners)) != ""


@pytest.mark.parametrize(
    "plan",
    [
        over(DAILY, kind="Aggregate"),
        over(scan("Seq Scan", "daily_metrics", schema="public"), kind="Aggregate"),  # a materialized view
        over(over(over(kind="Bitmap Index Scan"), **DAILY | {"kind": "Bitmap Heap Scan"}), kind="Aggregate"),
        over(DAILY | {"Node Type": "Custom Scan", "Custom Plan Provider": "DecompressChunk",
                      "Plans": [scan("Index Scan", "compress_hyper_9_9_chunk")]}, kind="Aggregate"),
    ],
)  # fmt: skip
def test_uptime_from_the_aggregate(plan: Plan) -> None:
    assert problem(UPTIME, plan, CATALOG) == ""


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (over(WHOLE, kind="Aggregate"), "instead of"),
        (over(DAILY, WHOLE, kind="Append"), "instead of"),
        # planned and not executed is wrong as well: tomorrow it is
        (over(DAILY, {**WHOLE, "Actual Loops": 0}, kind="Append"), "instead of"),
        (over(DAILY, over(COLUMNAR), kind="Append"), "instead of"),
        (over(scan("Seq Scan", "check_history", schema="public")), "instead of"),
        (over(scan("Seq Scan", "_hyper_2_3_chunk"), kind="Aggregate"), "does not read"),
        (over(DAILY, scan("Seq Scan", "_hyper_2_3_chunk"), kind="Append"), "also reads"),
        (over(kind="Result"), "does not read"),
        # a table of that name in another schema is another table
        (over(scan("Seq Scan", "daily_metrics", schema="archive")), "does not read"),
        ({}, "does not read"),
    ],
)
def test_uptime_from_elsewhere(plan: Plan, word: str) -> None:
    assert word in problem(UPTIME, plan, CATALOG)


def test_hourly_metrics_from_checks() -> None:
    assert "instead of" in problem(HOURLY, over(WHOLE), CATALOG)
    assert problem(HOURLY, over(scan("Index Scan", "_hyper_2_3_chunk")), CATALOG) == ""


def test_the_targets_are_the_reference_systems() -> None:
    assert [query.target_ms for query in QUERIES] == [10, 20, 50]
