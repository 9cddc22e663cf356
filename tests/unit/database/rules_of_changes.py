"""Contexts for the rules about aggregates, their policies and what stands on an object; test_rules runs them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pulumi_timescaledb.database.kind import Change, ChangeClass, Found
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.plan.rules.context import Context
from pulumi_timescaledb.database.snapshot import Snapshot

from .worlds import CAN, HOURLY, ON_APACHE, context, snapshot, table

DAILY: dict[str, Any] = {**HOURLY, "name": "daily", "source": "hourly"}
NEXT: dict[str, Any] = {**HOURLY, "name": "next"}
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}
OLDER = {"start_offset": "30 days", "end_offset": "3 days", "schedule": "1 day"}
INDEXED = {"indexes": [{"name": "by_n", "columns": ["n"]}]}
SWAP = Change("aggregate", "public.hourly", "alter", "query", "a", "b")
GONE: dict[str, Any] = {"kind": "continuous_aggregate", "name": "daily", "absent": True}


def dropped(action: str = "remove", change_class: ChangeClass = ChangeClass.DESTROYS) -> Change:
    """hourly goes, under daily and a view."""
    over = ("public.daily", "public.report")
    return Change("aggregate", "public.hourly", action, "", "a", None, change_class, dependents=over)


def refreshed(*windows: dict[str, str], over: dict[str, Any] = HOURLY, version: str = "2.29.2", **more: Any) -> Context:
    """An aggregate with these windows on a server of a version."""
    look = snapshot(can=replace(CAN, timescaledb=version), tables=table("readings"), **more)
    return context(
        [HOURLY, {**over, "refresh": list(windows)}] if over is DAILY else [{**over, "refresh": windows}], look
    )


def indexed(aggregate: str, name: str = "by_n") -> Snapshot:
    """An aggregate that has an index of a name."""
    relation = Relation("public", aggregate)
    index = {f"{relation} {name}": Found(Index(relation, "btree (n)"), {"name": name})}
    return snapshot(index=index, aggregate={str(relation): Found(Aggregate("SELECT 1"), {})})


LONG = "a" * 60

GOOD: dict[str, list[Context]] = {
    "refresh-options": [
        refreshed(WINDOW),
        refreshed(WINDOW, version="2.19.3"),
        refreshed({**WINDOW, "refresh_newest_first": True}, version="2.20.0"),  # type: ignore[dict-item]
        refreshed({**WINDOW, "include_tiered_data": True}, extension={"timescaledb_osm": Found(None)}),  # type: ignore[dict-item]
        context([{**HOURLY, "refresh": [WINDOW, WINDOW]}], snapshot(can=ON_APACHE), fallback=True),
    ],
    "aggregate-indexes": [
        context([{**HOURLY, **INDEXED}]),
        context([{**HOURLY, **INDEXED}], indexed("hourly")),
        context([{**HOURLY, **INDEXED, "swap_in": "next"}], indexed("next"), changes=[SWAP]),
        context([{**HOURLY, "indexes": [{"name": "by_n", "absent": True}]}], indexed("next")),
        context([{**HOURLY, **INDEXED}, {**DAILY, **INDEXED}], snapshot(can=ON_APACHE), fallback=True),
    ],
    "swaps": [
        context([{**HOURLY, "swap_in": "next"}], changes=[SWAP]),
        context([{**HOURLY, "swap_in": "next"}], snapshot(tables=table("hourly_old"))),
        context([HOURLY, NEXT]),
    ],
    "dependents": [
        context([HOURLY], changes=[SWAP]),
        context([GONE, {**GONE, "name": "report"}], changes=[dropped()]),
    ],
}
BAD: dict[str, list[tuple[Context, tuple[str, ...]]]] = {
    "refresh-options": [
        (
            refreshed({**WINDOW, "refresh_newest_first": True}, version="2.19.3"),  # type: ignore[dict-item]
            ("public.hourly", "refresh_newest_first", "2.19.3"),
        ),
        (
            refreshed({**WINDOW, "include_tiered_data": False}),  # type: ignore[dict-item]
            ("public.hourly", "include_tiered_data"),
        ),
    ],
    "aggregate-indexes": [
        (context([{**HOURLY, **INDEXED}, {**DAILY, **INDEXED}]), ("public.daily", "by_n", "public.hourly")),
        (context([{**HOURLY, **INDEXED}], indexed("other")), ("public.hourly", "by_n", "public.other")),
        (
            context([{**HOURLY, **INDEXED, "swap_in": "next"}], indexed("hourly"), changes=[SWAP]),
            ("public.hourly", "by_n", "public.next"),
        ),
    ],
    "swaps": [
        (context([{**HOURLY, "swap_in": "next"}, NEXT]), ("public.hourly", "public.next", "still declared")),
        (
            context([{**HOURLY, "swap_in": "next"}], snapshot(tables=table("hourly_old")), changes=[SWAP]),
            ("public.hourly", "public.hourly_old"),
        ),
        (
            context([{**HOURLY, "name": LONG, "swap_in": "next"}], changes=[replace(SWAP, object=f"public.{LONG}")]),
            (f"public.{LONG}", "63 bytes"),
        ),
    ],
    "dependents": [
        (context([], changes=[dropped()]), ("public.hourly", "dropped", "public.daily", "public.report")),
        (context([GONE], changes=[dropped()]), ("public.hourly", "dropped", "while public.report stand")),
        (
            context([], changes=[dropped("alter", ChangeClass.REBUILD)]),
            ("public.hourly", "rebuilt", "public.daily", "swap"),
        ),
    ],
}
