"""Contexts for the rules and notes about jobs and policies: what passes, what is refused, what is only said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pulumi_timescaledb.database.kind import Change, Found
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore
from pulumi_timescaledb.database.kinds.hypertable.wanted import Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.job.wanted import Job
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy, Refresh
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.plan.key_limits import KeyLimits
from pulumi_timescaledb.database.plan.rules.context import Context
from pulumi_timescaledb.database.routines import CHECK, JOB, NOW, Routine
from pulumi_timescaledb.units import Interval

from .worlds import CAN, HOURLY, READINGS, context, snapshot, table

DAY, WEEK = Interval(days=1), Interval(days=7)
PENDING = [Change("migrations", "migrations", "create", "001.sql", None, "aa")]
NIGHTLY: dict[str, Any] = {"kind": "job", "name": "nightly", "procedure": "clean", "schedule": "1 day"}
BY_KEY: dict[str, Any] = {
    "kind": "partitioned_retention",
    "table": "readings",
    "key": "device",
    "time_column": "at",
    "limits": {"table": "limits", "key": "device", "days": "days"},
}
NAME = "public.readings by device"
TABLES = {**table("readings"), **table("limits", "device", "days")}
LIVE = {"public.readings": Found(Hypertable("at", DAY))}
COUNTED = {"public.readings": Found(Hypertable("at", 1000))}
TOLD = {"public.readings": Found(Hypertable("at", 1000, integer_now="public.now_ticks"))}
LOOK = snapshot(tables=TABLES, hypertable=LIVE)
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}
OLD = replace(CAN, timescaledb="2.19.3")
NOT_NEW = replace(CAN, timescaledb="2.28.3")


def routine(name: str, arguments: str) -> Routine:
    """A procedure or function of schema public."""
    return Routine(Relation("public", name), arguments, procedure=arguments == JOB)


ROUTINES = [routine("clean", JOB), routine("judge", CHECK), routine("now_ticks", NOW)]
KNOWN = snapshot(tables=TABLES, routines=ROUTINES)


def hyper(**more: Any) -> dict[str, Any]:
    """The hypertable readings with more arguments."""
    return {**READINGS, **more}


def job(**more: Any) -> dict[str, Any]:
    """The job nightly with more arguments."""
    return {**NIGHTLY, **more}


def by_key(limits: KeyLimits | None = None, *others: dict[str, Any], look: Any = LOOK, **more: Any) -> Context:
    """Retention of readings by device, with what its limits say and other declarations beside it."""
    return context([*others, {**BY_KEY, **more}], look, limits={NAME: limits or KeyLimits(3, 30)})


def refreshed(start: str, limits: KeyLimits | None = None, **more: Any) -> Context:
    """The same with an aggregate that is refreshed from a start."""
    return by_key(limits, {**HOURLY, "refresh": [{**WINDOW, "start_offset": start, **more}]})


def live_refresh(start: Interval | None) -> Context:
    """The same with a live aggregate that nobody declares."""
    aggregate = {"public.hourly": Found(Aggregate("SELECT 1"), {"source": Relation("public", "readings")})}
    refresh = {"public.hourly": Found(Refresh((Policy(start, None, DAY),)))}
    return by_key(look=snapshot(tables=TABLES, hypertable=LIVE, aggregate=aggregate, refresh=refresh))


def reordered(live: bool, **more: Any) -> Context:
    """readings reordered by its index i, which is live or not."""
    index = {"public.readings i": Found(Index(Relation("public", "readings"), "btree (at)"))} if live else {}
    look = snapshot(tables=TABLES, hypertable=LIVE, index=index)
    return context([hyper(reorder={"index": "i"}, **more)], look)


def workers(count: int | None, *declarations: dict[str, Any], **found: Any) -> Context:
    """A server with so many background workers."""
    look = snapshot(can=replace(CAN, background_workers=count), tables=TABLES, routines=ROUTINES, **found)
    return context(declarations, look)


POLICIES = hyper(retention={"drop_after": "90 days"}, columnstore={"after": "7 days"})
GOOD: dict[str, list[Context]] = {
    "newer-versions": [
        context([job(), hyper(compaction={"schedule": "1 day"})], snapshot(can=CAN)),
        context([job()], snapshot(can=NOT_NEW)),
        context([hyper(compaction={"absent": True})], snapshot(can=NOT_NEW)),
        context([job()], snapshot(can=replace(OLD, edition="apache")), fallback=True),
    ],
    "tablespaces-exist": [
        context([hyper(tablespaces=["pg_default"])], LOOK),
        context([hyper(tablespaces=[])], LOOK),
        context([hyper(tablespaces=["fast"])], snapshot(can=replace(CAN, tablespaces=frozenset({"fast"})))),
    ],
    "routines-exist": [
        context([job(check_config="judge"), hyper(integer_now="now_ticks")], KNOWN),
        context([job(check_config={"absent": True})], KNOWN),
        context([job(), hyper(integer_now="now_ticks")], changes=PENDING),
        context([{"kind": "job", "name": "nightly", "absent": True}]),
    ],
    "reorder-index": [
        reordered(True),
        reordered(False, indexes=[{"name": "i", "columns": ["at"]}]),
        reordered(True, indexes=[{"name": "i", "columns": ["at"], "per_chunk": True}]),
        context([hyper(reorder={"index": "readings_at_idx"})], snapshot(tables=TABLES)),
        context([hyper(reorder={"absent": True})], LOOK),
    ],
    "integer-time": [
        context([hyper(retention={"drop_after": "500"}, integer_now="now_ticks")], KNOWN),
        context([hyper(columnstore={"after": "500"})], snapshot(tables=TABLES, hypertable=TOLD)),
        context([hyper(retention={"drop_after": "7 days"}, columnstore={"segment_by": ["device"]})], LOOK),
        context([hyper(retention={"drop_created_before": "7 days"})], snapshot(tables=TABLES, hypertable=COUNTED)),
        context([hyper(retention={"absent": True})], snapshot(tables=TABLES, hypertable=COUNTED)),
    ],
    "partitioned-retention": [
        by_key(),
        by_key(
            look=snapshot(
                tables=TABLES, hypertable=LIVE, columnstore={"public.readings": Found(Columnstore(WEEK, ("device",)))}
            )
        ),
        by_key(None, hyper(columnstore={"segment_by": ["site", "device"]})),
        by_key(batch_size=10**6),
        context([BY_KEY], changes=PENDING, limits={NAME: KeyLimits(problem="no table")}),
    ],
    "coarse-retention": [
        by_key(KeyLimits(3, 30), hyper(retention={"drop_after": "30 days"})),
        by_key(KeyLimits(3, 30, 2), hyper(retention={"absent": True})),
        by_key(KeyLimits(3, 30, 2), hyper(retention={"drop_after": "3 days", "enabled": False})),
        by_key(KeyLimits(), hyper(retention={"drop_after": "3 days"})),
        by_key(KeyLimits(3, 30, 2)),
    ],
    "partitioned-refresh": [
        refreshed("2 days"),
        refreshed("3 days", enabled=False),
        refreshed("90 days", KeyLimits()),
        refreshed("500", end_offset="30"),
        live_refresh(DAY),
        by_key(None, {**HOURLY, "source": "limits", "refresh": [{**WINDOW, "start_offset": "unbounded"}]}),
    ],
}
SEGMENTS = {"after": "7 days", "segment_by": ["site"]}
BAD: dict[str, list[tuple[Context, tuple[str, ...]]]] = {
    "newer-versions": [
        (context([job()], snapshot(can=OLD, routines=ROUTINES)), ("nightly", "2.20", "2.19.3", "update")),
        (
            context([hyper(compaction={"schedule": "1 day"})], snapshot(can=NOT_NEW)),
            ("public.readings", "compaction", "2.29", "2.28.3"),
        ),
    ],
    "tablespaces-exist": [
        (context([hyper(tablespaces=["fast", "slow"])], LOOK), ("public.readings", "fast, slow", "CREATE TABLESPACE"))
    ],
    "routines-exist": [
        (context([job(procedure="sweep")], KNOWN), ("nightly", "public.sweep", "migration")),
        (context([job(procedure="judge")], KNOWN), ("nightly", "public.judge(integer, jsonb)")),
        (context([job(check_config="clean")], KNOWN), ("nightly", "public.clean(jsonb)", "migration")),
        (context([hyper(integer_now="later")], KNOWN), ("public.readings", "public.later()", "migration")),
    ],
    "reorder-index": [
        (reordered(False), ("public.readings", "reorder.index i", "indexes")),
        (reordered(True, indexes=[{"name": "i", "absent": True}]), ("reorder.index i", "absent")),
        (reordered(False, indexes=[{"name": "i", "columns": ["at"], "per_chunk": True}]), ("i", "per chunk")),
    ],
    "integer-time": [
        (context([hyper(retention={"drop_after": "500"})], KNOWN), ("retention.drop_after", "integer_now")),
        (
            context([hyper(columnstore={"after": "500"})], snapshot(tables=TABLES, hypertable=COUNTED)),
            ("columnstore.after", "integer_now"),
        ),
        (
            context([hyper(retention={"drop_after": "7 days"})], snapshot(tables=TABLES, hypertable=COUNTED)),
            ("retention.drop_after", "7 days", "digits"),
        ),
        (context([hyper(columnstore={"after": "500"})], LOOK), ("columnstore.after", "500", "7 days")),
        (
            context([hyper(columnstore={"created_before": "7 days"})], snapshot(tables=TABLES, hypertable=TOLD)),
            ("columnstore.created_before", "integer_now", "after"),
        ),
        (
            context([hyper(retention={"drop_after": "5"})], snapshot(tables=TABLES, hypertable=TOLD), fallback=True),
            ("retention.drop_after", "integer_now"),
        ),
    ],
    "partitioned-retention": [
        (by_key(look=snapshot(tables=TABLES)), (NAME, "hypertable")),
        (by_key(look=snapshot(tables=table("readings"), hypertable=LIVE)), ("public.limits", "migration")),
        (by_key(key="site", look=LOOK), ("public.readings by site", '"site"')),
        (by_key(time_column="when"), (NAME, '"when"')),
        (by_key(KeyLimits(problem="permission denied")), (NAME, "permission denied", "grant SELECT")),
        (by_key(KeyLimits(-1, 30, 0, 2)), (NAME, "2 limits", "below one day")),
        (by_key(look=snapshot(tables=TABLES, hypertable=COUNTED)), (NAME, "number")),
        (by_key(None, hyper(columnstore=SEGMENTS)), (NAME, 'columnstore.segment_by=["device"]')),
        (
            by_key(
                None,
                hyper(columnstore={"segment_by": ["device"]}),
                look=replace(LOOK, capabilities=replace(CAN, decompress_limit=10_000)),
            ),
            (NAME, "batch_size", "10000"),
        ),
    ],
    "coarse-retention": [
        (by_key(KeyLimits(3, 30), hyper(retention={"drop_after": "29 days"})), (NAME, "30 days", "29 days")),
        (by_key(KeyLimits(3, 30, 1), hyper(retention={"drop_after": "99 days"})), (NAME, "for ever", "absent")),
        (by_key(None, hyper(retention={"drop_created_before": "99 days"})), (NAME, "drop_after")),
        (
            by_key(
                look=snapshot(tables=TABLES, hypertable=LIVE, retention={"public.readings": Found(Retention(WEEK))})
            ),
            (NAME, "30 days", "7 days"),
        ),
    ],
    "partitioned-refresh": [
        (refreshed("unbounded"), (NAME, "public.hourly", "the beginning", "less than 3 days")),
        (refreshed("unbounded", KeyLimits()), (NAME, "public.hourly", "a duration")),
        (refreshed("3 days"), (NAME, "public.hourly", "3 days ago")),
        (live_refresh(WEEK), (NAME, "public.hourly", "7 days ago")),
    ],
}
QUIET: dict[str, list[Context]] = {
    "columnstore-and-refresh": [
        context([hyper(columnstore={"after": "3 days"}), {**HOURLY, "refresh": [WINDOW]}], LOOK),
        context([hyper(columnstore={"segment_by": ["device"]}), {**HOURLY, "refresh": [WINDOW]}], LOOK),
        context([hyper(), {**HOURLY, "refresh": [WINDOW]}], LOOK),
    ],
    "retention-and-columnstore": [
        context([POLICIES], LOOK),
        context([hyper(retention={"drop_created_before": "1 day"}, columnstore={"after": "7 days"})], LOOK),
        context([hyper(retention={"drop_after": "1 day"})], LOOK),
    ],
    "reorder-and-columnstore": [
        context([hyper(reorder={"index": "i"}, columnstore={"after": "4 days"}, chunk_interval="1 day")]),
        context([hyper(reorder={"index": "i"}, columnstore={"after": "1 day"})]),
        context([hyper(columnstore={"after": "1 day"}, chunk_interval="1 day")]),
    ],
    "background-workers": [
        workers(None, POLICIES),
        workers(4, POLICIES),
        workers(2, hyper(retention={"absent": True}, columnstore={"segment_by": ["device"]})),
        workers(2, job(enabled=False), {**HOURLY, "source": "limits", "refresh": []}),
    ],
}
SAID: dict[str, list[tuple[Context, tuple[str, ...]]]] = {
    "columnstore-and-refresh": [
        (
            context([hyper(columnstore={"after": "2 days"}), {**HOURLY, "refresh": [WINDOW]}], LOOK),
            ("public.hourly", "3 days", "2 days"),
        ),
    ],
    "retention-and-columnstore": [
        (
            context([hyper(retention={"drop_after": "7 days"}, columnstore={"after": "7 days"})], LOOK),
            ("public.readings", "7 days", "stays empty"),
        ),
    ],
    "reorder-and-columnstore": [
        (
            context(
                [hyper(reorder={"index": "i"}, columnstore={"after": "3 days"})],
                snapshot(
                    tables=TABLES,
                    hypertable=LIVE,
                    index={"public.readings i": Found(Index(Relation("public", "readings"), "btree (at)"))},
                ),
            ),
            ("public.readings", "3 newest", "3 days"),
        ),
    ],
    "background-workers": [
        (workers(3, POLICIES), ("2 jobs", "1 background workers", "max_background_workers to 4")),
        (workers(2, job()), ("1 jobs", "0 background workers")),
        (
            workers(
                3, job(), job={"other": Found(Job("public.clean", DAY)), "nightly": Found(Job("public.clean", DAY))}
            ),
            ("2 jobs", "max_background_workers to 4"),
        ),
    ],
}
