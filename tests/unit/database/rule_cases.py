"""Contexts that pass a rule and contexts that do not: tenants, aggregates in chains, names, keys and roles.

Not proved here: that TimescaleDB behaves as a rule says; tests/database/test_rules_on_a_server.py asks it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pulumi_timescaledb.database.kind import Change, Found
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.hypertable.wanted import Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.materialized_view.wanted import MaterializedView
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy as RefreshPolicy
from pulumi_timescaledb.database.kinds.refresh.wanted import Refresh
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.role.wanted import Membership, Role
from pulumi_timescaledb.database.kinds.row_security.wanted import RowSecurity
from pulumi_timescaledb.database.kinds.view.wanted import View
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.plan.rules.context import Context, Said
from pulumi_timescaledb.units import Interval

from .worlds import CAN, HOURLY, ON_APACHE, READINGS, context, snapshot, table

Bad = tuple[Context, tuple[str, ...]]
WEEK, DAY, HOUR = Interval(days=7), Interval(days=1), Interval(microseconds=3_600_000_000)
ROWS: dict[str, Any] = {"kind": "row_level_security", "table": "readings"}
OPEN: dict[str, Any] = {**ROWS, "absent": True}
WALL: dict[str, Any] = {"kind": "security_barrier_view", "name": "wall", "query": "SELECT at FROM readings"}
DAILY: dict[str, Any] = {
    "kind": "continuous_aggregate",
    "name": "daily",
    "source": "hourly",
    "query": "SELECT time_bucket('1 day', hour) AS day, sum(readings) AS readings FROM hourly GROUP BY 1",
}
PLAIN, SECURED = table("readings"), table("readings", row_security=True)
KEY = "public.readings"
LIVE_HOURLY = Found(
    Aggregate("SELECT time_bucket('01:00:00'::interval, readings.at) AS hour FROM readings GROUP BY 1"),
    {"source": Relation("public", "readings"), "materialization": Relation("_timescaledb_internal", "_m_2")},
)
LIVE_DAILY = Found(
    Aggregate("SELECT time_bucket('1 day'::interval, hourly.hour) AS day FROM hourly GROUP BY 1"),
    {"source": Relation("_timescaledb_internal", "_m_2"), "materialization": Relation("_timescaledb_internal", "_m_3")},
)
AGGREGATES = {"public.hourly": LIVE_HOURLY, "public.daily": LIVE_DAILY}
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}
LIVE_WINDOW = Found(Refresh((RefreshPolicy(WEEK, HOUR, HOUR),)))
OLD = replace(CAN, timescaledb="2.28.3")


def hyper(**more: Any) -> dict[str, Any]:
    """The hypertable readings with more arguments."""
    return {**READINGS, **more}


def hourly(**more: Any) -> dict[str, Any]:
    """The aggregate hourly over readings with more arguments."""
    return {**HOURLY, **more}


def daily(width: str, **more: Any) -> dict[str, Any]:
    """An aggregate over hourly with another bucket."""
    return {**DAILY, "query": f"SELECT time_bucket({width}, hour) AS b FROM hourly GROUP BY 1", **more}


def windows(*offsets: tuple[str, str], **more: Any) -> dict[str, Any]:
    """The aggregate hourly with a refresh policy a window."""
    policies = [{"start_offset": start, "end_offset": end, "schedule": "1 hour"} for start, end in offsets]
    return hourly(refresh=policies, **more)


def secured(*more: dict[str, Any], now: bool = False, **found: Any) -> Context:
    """Row security declared over readings, beside more objects and live ones."""
    return context([ROWS, *more], snapshot(tables=SECURED if now else PLAIN, **found))


def chunks(change: bool = True, hypertable: bool = True, opened: bool = True, **more: Any) -> Context:
    """Row security declared over a live hypertable, whose chunks everybody may reach or not."""
    live = {KEY: Found(Hypertable("at"))} if hypertable else {}
    look = snapshot(tables=table("readings", chunks_open=opened), hypertable=live)
    changes = [Change("row_security", KEY, "create", "", None, RowSecurity())] if change else []
    return context([{**ROWS, **more}], look, changes=changes)


def walled(owner: str = "app", *, unbound: bool = False, invoker: bool | None = None, **more: Any) -> Context:
    """A view over a table with row security, of a role that row security binds or not."""
    roles = {owner: Found(Role(), {"unbound": unbound})}
    own = table("wall", kind="v", owner=owner) | table("readings", row_security=True, owner=more.pop("of", "keeper"))
    live = {"public.wall": Found(View("SELECT 1", True, invoker, "none", owner), {"reads": [KEY]})}
    forced = {KEY: Found(RowSecurity(True, more.pop("forced", False), ()))}
    return context([{**WALL, **more}], snapshot(tables=own, view=live, role=roles, row_security=forced))


def members(**groups: tuple[str, ...]) -> dict[str, Found]:
    """Live roles with their memberships."""
    return {name: Found(Role(member_of=tuple(map(Membership, of)))) for name, of in groups.items()}


def kept(key: str, days: int) -> dict[str, Found]:
    """A live retention."""
    return {key: Found(Retention(Interval(days=days)))}


def policy(*roles: str) -> dict[str, Any]:
    """Row security with a policy for roles."""
    return {**ROWS, "policies": [{"name": "tenant", "using": "true", "to": list(roles)}]}


def tied(**more: Any) -> Context:
    """readings with a foreign key to sites, either of which may be or become a hypertable."""
    tables = table("readings", foreign_keys=(("at_site", "public.sites"),)) | table("sites")
    live = {f"public.{name}": Found(Hypertable("at")) for name in more.get("live", ())}
    objects = [{**READINGS, "table": name} for name in more.get("declared", ())]
    return context(objects, snapshot(tables=tables, hypertable=live))


def ordered(column: str, **more: Any) -> Context:
    """A columnstore ordered by a column of a table with one column that has no order."""
    tables = table("readings", "at", "data", unordered={"data": "json"})
    return context([hyper(columnstore={"order_by": [{"column": column}], **more})], snapshot(tables=tables))


GOOD: dict[str, list[Context]] = {
    "row-security-chunks": [
        chunks(opened=False),
        chunks(hypertable=False),
        chunks(change=False),
        chunks(enabled=False),
        context([hyper(), ROWS], changes=[Change("row_security", KEY, "create", "", None, RowSecurity())]),
    ],
    "view-owner": [
        walled(),
        walled(unbound=True, invoker=True),
        walled(unbound=True, security_invoker=True),
        walled("keeper", forced=True),
        context([WALL], snapshot(tables=PLAIN)),
        context([WALL, OPEN], snapshot(tables=SECURED)),
    ],
    "policy-roles": [
        context([policy("app"), {"kind": "role", "name": "app"}]),
        context([policy("app")], snapshot(role=members(app=()))),
        context([policy("public")]),
        context([policy("pg_monitor")]),
        context([policy("app")], changes=[Change("migrations", "m", "create", "001.sql", None, "aa")]),
        context([ROWS]),
    ],
    "own-retention": [
        context([hourly(refresh=[WINDOW], retention={"drop_after": "90 days"})]),
        context([hourly(refresh=[WINDOW], retention={"drop_after": "3 days"})]),
        context([hourly(refresh=[WINDOW])]),
        context([hourly(refresh=[{**WINDOW, "start_offset": "unbounded"}])]),
        context([hourly(refresh=[WINDOW], retention={"drop_after": "1 day"})], fallback=True),
        context([hourly()], snapshot(retention=kept("public.hourly", 8), refresh={"public.hourly": LIVE_WINDOW})),
    ],
    "hierarchical-bucket": [
        context([hourly(), DAILY]),
        context([hourly(), daily("'1 hour'")]),
        context([hourly(), daily("'1 month'")]),
        context([hourly(), daily("INTERVAL '1 day', hour, 'Europe/Berlin'")]),
        context([hourly(), daily("bucket_width => '02:00:00'::interval")]),
        context([DAILY], snapshot(aggregate={"public.hourly": LIVE_HOURLY})),
        context([DAILY]),
        context([hourly(query="SELECT time_bucket(10, n) FROM readings GROUP BY 1"), daily("20")]),
        context([hourly(), daily("make_interval(hours => 5)")]),
        context([hourly(), daily("'30 minutes'")], fallback=True),
    ],
    "refresh-window": [
        context([windows(("3 hours", "1 hour"))]),
        context([windows(("unbounded", "1 hour"))]),
        context([windows(("1 hour", "unbounded"))]),
        context([windows(("1 hour", "30 minutes"))], fallback=True),
        context([windows(("30", "10"), query="SELECT time_bucket(10, n) FROM readings GROUP BY 1")]),
        context([hourly(query="SELECT 1 FROM readings", refresh=[WINDOW])]),
        context([hourly()]),
    ],
    "overlapping-refresh": [
        context([windows(("3 days", "1 day"), ("1 day", "1 hour"))]),
        context([windows(("unbounded", "7 days"), ("7 days", "1 day"), ("1 day", "unbounded"))]),
        context([windows(("3 days", "1 hour"))]),
        context([windows(("3 days", "1 hour"), ("2 days", "1 hour"))], fallback=True),
    ],
    "several-refresh": [
        context([windows(("3 days", "1 day"), ("1 day", "1 hour"))], snapshot(can=OLD)),
        context([hourly(), {**DAILY, "refresh": [WINDOW]}], snapshot(can=OLD)),
        context([hourly(), {**DAILY, "refresh": [WINDOW, {**WINDOW, "start_offset": "9 days"}]}]),
        context(
            [hourly(), {**DAILY, "refresh": [WINDOW, {**WINDOW, "start_offset": "9 days"}]}],
            snapshot(can=replace(CAN, timescaledb="2.22.0")),
        ),
        context([windows(("3 days", "1 day"), ("1 day", "1 hour"))], snapshot(can=ON_APACHE), fallback=True),
    ],
    "aggregate-source": [
        context([hourly(), DAILY]),
        context([hourly(source="public.readings")]),
        context([hourly(query='SELECT 1 FROM sites s JOIN "public".Readings r ON true')]),
        context([hourly(query="SELECT 1")]),
    ],
    "aggregate-query": [context([hourly()]), replace(context([hourly()]), said=[Said("view", "no")])],
    "declared-texts": [context([WALL]), replace(context([hourly()]), said=[Said("aggregate", "no")])],
    "columnstore-columns": [
        ordered("at"),
        ordered("data", order_by=None, segment_by=["data"]),
        context([hyper(columnstore={"absent": True})]),
        context([hyper(columnstore={"segment_by": ["at"]})], fallback=True),
        context([hourly(columnstore={"segment_by": ["device"]})], snapshot(tables=table("hourly", "hour", "device"))),
        context([hourly(columnstore={"segment_by": ["site"]})]),
        context(
            [hourly(columnstore={"segment_by": ["site"]})],
            snapshot(tables=table("hourly", "hour")),
            changes=[Change("aggregate", "public.hourly", "alter", "query", "a", "b")],
        ),
    ],
    "foreign-keys": [
        tied(),
        tied(declared=["readings"]),
        tied(declared=["sites"]),
        tied(live=["sites"]),
        tied(declared=["readings", "sites"], live=["readings", "sites"]),
    ],
    "publications": [
        context([hyper()], snapshot(tables=PLAIN)),
        context(
            [hyper()],
            snapshot(tables=table("readings", publications=("all",)), hypertable={KEY: Found(Hypertable("at"))}),
        ),
        context([WALL], snapshot(tables=table("readings", publications=("all",)))),
        context([hyper()]),
    ],
    "name-collisions": [
        context([hyper(), hourly(), WALL, ROWS, {"kind": "role", "name": "readings"}], snapshot(tables=PLAIN)),
        context([hourly()], snapshot(tables=table("hourly", kind="v"), aggregate={"public.hourly": LIVE_HOURLY})),
        context([WALL], snapshot(tables=table("wall", kind="v"), view={"public.wall": Found(View("SELECT 1"))})),
        context(
            [hourly()],
            snapshot(
                can=ON_APACHE,
                tables=table("hourly", kind="m"),
                materialized_view={"public.hourly": Found(MaterializedView("SELECT 1"))},
            ),
            fallback=True,
        ),
        context([{**HOURLY, "schema": "other", "name": "readings"}, hyper()]),
        context([hyper(indexes=[{"name": "one", "columns": ["at"]}, {"name": "two", "columns": ["at"]}])]),
        context(
            [hyper(indexes=[{"name": "one", "columns": ["at"]}])],
            snapshot(index={"public.readings one": Found(Index(Relation("public", "readings"), "btree (at)"))}),
        ),
        context(
            [hyper(indexes=[{"name": "one", "columns": ["at"]}])],
            snapshot(index={"other.sites one": Found(Index(Relation("other", "sites"), "btree (at)"))}),
        ),
        context([hyper(indexes=[{"name": "one", "absent": True}]), {**WALL, "name": "one"}]),
        context([{**WALL, "name": "readings", "query": None, "absent": True}, hyper()]),
    ],
    "role-circle": [
        context([{"kind": "role", "name": "a", "member_of": ["b"]}], snapshot(role=members(b=("c",), c=()))),
        context([{"kind": "role", "name": "a", "member_of": ["b"]}]),
        context(
            [{"kind": "role", "name": "a", "member_of": ["b"]}, {"kind": "role", "name": "b", "member_of": []}],
            snapshot(role=members(b=("a",))),
        ),
        context([{"kind": "role", "name": "a"}], snapshot(role=members(a=("b",), b=()))),
    ],
}
BAD: dict[str, list[Bad]] = {
    "row-security-chunks": [
        (chunks(), ("public.readings", "REVOKE USAGE", "security_barrier")),
        (
            context(
                [hyper(), ROWS],
                snapshot(tables=table("readings", chunks_open=True)),
                changes=[Change("row_security", KEY, "alter", "enabled", False, True)],
            ),
            ("public.readings", "chunks"),
        ),
    ],
    "view-owner": [
        (walled(unbound=True), ("public.wall", "app", "security_invoker=True")),
        (walled("keeper"), ("public.wall", "keeper", "forced=True")),
        (walled(unbound=True, owner="app"), ("public.wall", "app")),
        (walled(unbound=True, invoker=True, security_invoker=False), ("public.wall", "security_invoker=True")),
        (context([WALL], snapshot(tables=SECURED)), ("public.wall", "postgres", "owner")),
        (context([ROWS, WALL], snapshot(tables=PLAIN)), ("public.wall", "public.readings")),
        (
            context(
                [{**WALL, "query": "SELECT 1 FROM inner_wall"}],
                snapshot(tables=SECURED, view={"public.inner_wall": Found(View(""), {"reads": [KEY]})}),
            ),
            ("public.wall", "public.readings"),
        ),
    ],
    "policy-roles": [
        (context([policy("app")]), ("public.readings", "tenant", "app", "to")),
        (context([policy("app"), {"kind": "role", "name": "app", "absent": True}]), ("tenant", "app", "absent")),
    ],
    "own-retention": [
        (
            context([hourly(refresh=[WINDOW], retention={"drop_after": "1 day"})]),
            ("public.hourly", "1 day", "refresh.start_offset", "retention.drop_after"),
        ),
        (
            context([hourly(refresh=[{**WINDOW, "start_offset": "unbounded"}], retention={"drop_after": "1 year"})]),
            ("public.hourly", "the beginning", "1 year"),
        ),
        (
            context([hourly(retention={"drop_after": "6 days"})], snapshot(refresh={"public.hourly": LIVE_WINDOW})),
            ("public.hourly", "7 days", "6 days"),
        ),
        (
            context([hourly(refresh=[WINDOW])], snapshot(retention=kept("public.hourly", 2))),
            ("public.hourly", "3 days", "2 days"),
        ),
    ],
    "hierarchical-bucket": [
        (context([hourly(), daily("'30 minutes'")]), ("public.daily", "30 minutes", "1 hour", "query")),
        (context([hourly(), daily("'90 minutes'")]), ("public.daily", "multiple")),
        (
            context([hourly(query="SELECT time_bucket('1 month', at) FROM readings GROUP BY 1"), daily("'60 days'")]),
            ("public.daily", "fixed", "1 mon"),
        ),
        (
            context(
                [
                    hourly(query="SELECT time_bucket('1 day', at, 'Europe/Berlin') FROM readings GROUP BY 1"),
                    daily("'2 days'"),
                ]
            ),
            ("public.daily", "fixed"),
        ),
        (context([hourly(), daily("10")]), ("public.daily", "another kind of time")),
        (
            context([daily("'90 minutes'")], snapshot(aggregate={"public.hourly": LIVE_HOURLY})),
            ("public.daily", "public.hourly"),
        ),
    ],
    "refresh-window": [
        (context([windows(("2 hours", "30 minutes"))]), ("public.hourly", "two buckets", "refresh.start_offset")),
        (
            context([windows(("29", "10"), query="SELECT time_bucket(10, n) FROM readings GROUP BY 1")]),
            ("public.hourly", "29", "two buckets"),
        ),
        (
            context(
                [windows(("59 days", "1 hour"), query="SELECT time_bucket('1 month', at) FROM readings GROUP BY 1")]
            ),
            ("public.hourly", "1 mon"),
        ),
    ],
    "overlapping-refresh": [
        (context([windows(("3 days", "1 hour"), ("2 days", "30 minutes"))]), ("public.hourly", "overlap", "2 days")),
        (context([windows(("unbounded", "1 day"), ("2 days", "1 hour"))]), ("public.hourly", "unbounded")),
        (context([windows(("3 days", "1 hour"), ("3 days", "1 hour"))]), ("public.hourly", "overlap")),
        (context([windows(("9 days", "unbounded"), ("2 days", "1 hour"))]), ("public.hourly", "overlap")),
    ],
    "several-refresh": [
        (
            context(
                [hourly(), {**DAILY, "refresh": [WINDOW, {**WINDOW, "start_offset": "9 days"}]}], snapshot(can=OLD)
            ),
            ("public.daily", "2.28.3", "public.hourly", "2.29"),
        ),
        (
            context(
                [{**DAILY, "refresh": [WINDOW, {**WINDOW, "start_offset": "9 days"}]}],
                snapshot(can=replace(CAN, timescaledb="2.22.1"), aggregate={"public.hourly": LIVE_HOURLY}),
            ),
            ("public.daily", "2.22.1"),
        ),
        (
            context(
                [windows(("3 days", "1 day"), ("1 day", "1 hour"))], snapshot(can=replace(CAN, timescaledb="2.20.3"))
            ),
            ("public.hourly", "2.20.3"),
        ),
    ],
    "aggregate-source": [
        (context([hourly(source="sites")]), ("public.hourly", "public.sites", "source")),
        (context([hourly(source="other.readings")]), ("public.hourly", "other.readings", "source")),
    ],
    "aggregate-query": [(replace(context([hourly()]), said=[Said("aggregate", "a b; c")]), ("a b; c",))],
    "declared-texts": [(replace(context([hourly()]), said=[Said("row_security", "d")]), ("d",))],
    "columnstore-columns": [
        (ordered("data"), ("public.readings", "order_by", "data", "json")),
        (
            context([hyper(columnstore={"segment_by": ["at"]})], snapshot(tables=PLAIN)),
            ("public.readings", "segment_by", "at", "order_by"),
        ),
        (
            context([hourly(columnstore={"segment_by": ["site"]})], snapshot(tables=table("hourly", "hour", "device"))),
            ("public.hourly", "columnstore", "site", "device, hour"),
        ),
    ],
    "foreign-keys": [
        (tied(declared=["readings", "sites"]), ("at_site", "public.readings", "public.sites", "migration")),
        (tied(declared=["readings"], live=["sites"]), ("hypertable public.readings", "at_site")),
        (tied(declared=["sites"], live=["readings"]), ("hypertable public.sites", "at_site")),
    ],
    "publications": [
        (
            context([hyper()], snapshot(tables=table("readings", publications=("all_of_it",)))),
            ("public.readings", "all_of_it", "migration"),
        )
    ],
    "name-collisions": [
        (context([hourly(), hyper(table="hourly")]), ("hypertable public.hourly", "aggregate", "name")),
        (context([hourly(), {**WALL, "name": "hourly"}]), ("security barrier view public.hourly", "aggregate")),
        (context([hourly()], snapshot(tables=table("hourly"))), ("continuous aggregate public.hourly", "a table")),
        (context([WALL], snapshot(tables=table("wall", kind="m"))), ("public.wall", "a materialized view")),
        (context([hourly()], snapshot(tables=table("hourly", kind="v"))), ("public.hourly", "a view")),
        (
            context([WALL], snapshot(tables=table("wall", kind="v"), aggregate={"public.wall": LIVE_HOURLY})),
            ("public.wall", "a view"),
        ),
        (
            context(
                [
                    hyper(indexes=[{"name": "one", "columns": ["at"]}]),
                    {**READINGS, "table": "sites", "indexes": [{"name": "one", "columns": ["at"]}]},
                ]
            ),
            ("index one of public.sites", "public.one"),
        ),
        (context([hyper(indexes=[{"name": "readings", "columns": ["at"]}])]), ("index readings", "public.readings")),
        (
            context(
                [hyper(indexes=[{"name": "one", "columns": ["at"]}])],
                snapshot(index={"public.sites one": Found(Index(Relation("public", "sites"), "btree (at)"))}),
            ),
            ("public.readings", "one", "public.sites"),
        ),
        (
            context([hyper(indexes=[{"name": "sites", "columns": ["at"]}])], snapshot(tables=table("sites"))),
            ("public.readings", "sites", "a table"),
        ),
    ],
    "role-circle": [
        (
            context([{"kind": "role", "name": "a", "member_of": ["b"]}], snapshot(role=members(b=("c",), c=("a",)))),
            ("role a", "a -> b -> c -> a"),
        ),
        (
            context(
                [{"kind": "role", "name": "a", "member_of": ["b"]}, {"kind": "role", "name": "b", "login": True}],
                snapshot(role=members(b=("a",))),
            ),
            ("role a", "a -> b -> a"),
        ),
    ],
}
