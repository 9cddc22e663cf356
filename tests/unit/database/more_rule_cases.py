"""More contexts for rules that were there before: row security in every order, live and chained aggregates, keys."""

from __future__ import annotations

from pulumi_timescaledb.database.kind import Change, Found
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore
from pulumi_timescaledb.database.kinds.hypertable.wanted import HashDimension, Hypertable
from pulumi_timescaledb.database.kinds.materialized_view.wanted import MaterializedView
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy as RefreshPolicy
from pulumi_timescaledb.database.kinds.refresh.wanted import Refresh
from pulumi_timescaledb.database.kinds.role.wanted import Role
from pulumi_timescaledb.database.kinds.view.wanted import View
from pulumi_timescaledb.database.plan.rules.context import Context

from .rule_cases import (
    AGGREGATES,
    DAILY,
    HOUR,
    KEY,
    LIVE_HOURLY,
    LIVE_WINDOW,
    OPEN,
    PLAIN,
    ROWS,
    SECURED,
    WALL,
    WINDOW,
    Bad,
    hourly,
    hyper,
    kept,
    secured,
)
from .worlds import HOURLY, ON_APACHE, context, snapshot, table

GOOD: dict[str, list[Context]] = {
    "row-security": [
        secured(hyper()),
        context([{**ROWS, "enabled": False}, hourly(), hyper(columnstore={"after": "1 day"})], snapshot(tables=PLAIN)),
        context([hourly()], snapshot(tables=PLAIN, aggregate=AGGREGATES)),
        context([WALL], snapshot(tables=SECURED, aggregate=AGGREGATES)),
        context([OPEN], snapshot(tables=SECURED, aggregate=AGGREGATES)),
        secured({**HOURLY, "source": None, "query": None, "absent": True}, aggregate={"public.hourly": LIVE_HOURLY}),
        secured(hyper(columnstore={"absent": True}), columnstore={KEY: Found(Columnstore())}),
        secured(materialized_view={"public.m": Found(MaterializedView(""), {"reads": ["public.other"]})}),
        context([ROWS], snapshot(can=ON_APACHE, tables=PLAIN), fallback=True),
    ],
    "tables-exist": [
        context([ROWS], snapshot(tables=PLAIN)),
        context([ROWS], changes=[Change("migrations", "m", "create", "001.sql", None, "aa")]),
        context([OPEN]),
    ],
    "partition-columns": [
        context(
            [hyper(indexes=[{"name": "one", "columns": ["at", "device"], "unique": True}])],
            snapshot(tables=PLAIN, hypertable={KEY: Found(Hypertable("at", None, (HashDimension("device", 2),)))}),
        ),
        context(
            [hyper(indexes=[{"name": "one", "definition": 'btree ("at" DESC, lower(device)) WHERE (value > 1)'}])],
            snapshot(tables=PLAIN),
        ),
    ],
    "job-owner": [
        context(
            [hyper(retention={"absent": True})],
            snapshot(tables=table("readings", owner="keeper"), role={"keeper": Found(Role(login=False))}),
        ),
        context(
            [hourly(refresh=[])],
            snapshot(tables=table("hourly", kind="v", owner="keeper"), role={"keeper": Found(Role(login=False))}),
        ),
        context(
            [hyper(columnstore={"segment_by": ["device"]})],
            snapshot(tables=table("readings", owner="keeper"), role={"keeper": Found(Role(login=False))}),
        ),
        context(
            [{"kind": "role", "name": "other", "login": False}],
            snapshot(
                tables=table("readings", owner="keeper"),
                role={"keeper": Found(Role(login=False))},
                retention=kept(KEY, 7),
            ),
        ),
        context(
            [{"kind": "hypertable", "table": "readings", "absent": True}],
            snapshot(
                tables=table("readings", owner="keeper"),
                role={"keeper": Found(Role(login=False))},
                retention=kept(KEY, 7),
            ),
        ),
    ],
    "retention-and-refresh": [
        context([WALL], snapshot(aggregate=AGGREGATES, refresh={"public.hourly": LIVE_WINDOW}, retention=kept(KEY, 1))),
        context(
            [hyper(retention={"drop_after": "8 days"})],
            snapshot(tables=PLAIN, aggregate=AGGREGATES, refresh={"public.hourly": LIVE_WINDOW}),
        ),
        context(
            [
                hyper(retention={"drop_after": "8 days"}),
                {**HOURLY, "source": None, "query": None, "absent": True},
            ],
            snapshot(
                tables=PLAIN,
                aggregate={"public.hourly": LIVE_HOURLY},
                refresh={"public.hourly": Found(Refresh((RefreshPolicy(None, HOUR, HOUR),)))},
            ),
        ),
    ],
}
BAD: dict[str, list[Bad]] = {
    "row-security": [
        (secured(hyper(columnstore={"after": "1 day"})), ("hypertable public.readings", "columnstore")),
        (secured(columnstore={KEY: Found(Columnstore())}), ("hypertable public.readings", "columnstore")),
        (secured(hourly()), ("continuous aggregate public.hourly", "public.readings")),
        (secured(aggregate={"public.hourly": LIVE_HOURLY}), ("row level security public.readings", "public.hourly")),
        (
            context([DAILY], snapshot(tables=SECURED, aggregate={"public.hourly": LIVE_HOURLY})),
            ("continuous aggregate public.daily", "what it stands on, public.readings"),
        ),
        (
            secured(materialized_view={"public.m": Found(MaterializedView(""), {"reads": [KEY]})}),
            ("row level security public.readings", "materialized view public.m"),
        ),
        (
            secured(
                materialized_view={"public.m": Found(MaterializedView(""), {"reads": ["public.v"]})},
                view={"public.v": Found(View(""), {"reads": [KEY]})},
            ),
            ("row level security public.readings", "materialized view public.m"),
        ),
        (
            context([ROWS, hourly()], snapshot(can=ON_APACHE, tables=PLAIN), fallback=True),
            ("continuous aggregate public.hourly", "public.readings"),
        ),
        (
            context(
                [hourly(query="SELECT 1 FROM readings JOIN sites USING (device)")],
                snapshot(tables=PLAIN | table("sites", row_security=True)),
            ),
            ("public.hourly", "public.sites"),
        ),
        (
            context([OPEN, hourly()], snapshot(tables=SECURED)),
            ("continuous aggregate public.hourly", "run of its own"),
        ),
        (
            context([OPEN, hyper(columnstore={"after": "1 day"})], snapshot(tables=SECURED)),
            ("hypertable public.readings", "columnstore", "run of its own"),
        ),
    ],
    "tables-exist": [
        (context([ROWS]), ("row level security public.readings", "migration")),
        (context([ROWS], snapshot(tables=table("readings", kind="v"))), ("public.readings", "view")),
    ],
    "partition-columns": [
        (
            context(
                [hyper(indexes=[{"name": "one", "columns": ["at"], "unique": True}])],
                snapshot(tables=PLAIN, hypertable={KEY: Found(Hypertable("at", None, (HashDimension("device", 2),)))}),
            ),
            ("public.readings", "one", "device", "columns"),
        ),
        (
            context([hyper(indexes=[{"name": "one", "columns": ["date_trunc('day', at)"], "unique": True}])]),
            ("public.readings", "one", "at"),
        ),
        (
            context(
                [hyper(indexes=[{"name": "one", "columns": ["device"], "unique": True, "where": "at > '2020-1-1'"}])]
            ),
            ("public.readings", "one", "at"),
        ),
    ],
    "job-owner": [
        (
            context(
                [{"kind": "role", "name": "keeper", "login": False}],
                snapshot(
                    tables=table("readings", owner="keeper"),
                    role={"keeper": Found(Role(login=True))},
                    retention=kept(KEY, 7),
                ),
            ),
            ("public.readings", "keeper", "retention", "login=True"),
        ),
        (
            context(
                [hyper(owner="reader"), {"kind": "role", "name": "reader", "login": False}],
                snapshot(tables=table("readings", owner="keeper"), retention=kept(KEY, 7)),
            ),
            ("public.readings", "reader", "retention"),
        ),
        (
            context(
                [hourly()],
                snapshot(
                    tables=table("hourly", kind="v", owner="keeper"),
                    role={"keeper": Found(Role(login=False))},
                    refresh={"public.hourly": LIVE_WINDOW},
                ),
            ),
            ("public.hourly", "keeper", "refresh"),
        ),
    ],
    "retention-and-refresh": [
        (
            context(
                [hyper(retention={"drop_after": "7 days"})],
                snapshot(tables=PLAIN, aggregate=AGGREGATES, refresh={"public.hourly": LIVE_WINDOW}),
            ),
            ("public.hourly", "public.readings", "7 days"),
        ),
        (
            context(
                [
                    hourly(retention={"drop_after": "9 days"}),
                    {**DAILY, "refresh": [{**WINDOW, "start_offset": "9 days"}]},
                ]
            ),
            ("public.daily", "public.hourly", "9 days"),
        ),
        (
            context(
                [hourly(retention={"drop_after": "6 days"})],
                snapshot(aggregate=AGGREGATES, refresh={"public.daily": LIVE_WINDOW}),
            ),
            ("public.daily", "public.hourly", "6 days"),
        ),
    ],
}
