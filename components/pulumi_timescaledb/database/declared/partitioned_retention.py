"""Retention per key: ``schema="public", table, key, time_column, limits={table, key, days="retention_days"},
batch_size=10000, schedule="1 day", enabled=True, owner``.

limits names a table with one row a key: a number of days, or null to keep that key for ever. Keys without a row are
left to the table's own retention.
"""

from __future__ import annotations

from typing import Any

from ...units import Interval
from ..arguments import Arguments
from ..kind import Part
from ..kinds.partitioned_retention.procedure import VERSION
from ..kinds.partitioned_retention.wanted import Limits, PartitionedRetention, name_of, parts_of
from ..names import Relation
from .composition import Composition, Declared, Lookup, managed, titled
from .policies import ABSENT, RETENTION_SCHEDULE

BATCH_SIZE = 10_000
DAYS = "retention_days"


def identify(arguments: Arguments) -> Declared:
    """The table and column, and the hypertable that must be there before it."""
    relation = Relation(arguments.name("schema", "public"), arguments.name("table"))
    owner = arguments.text("owner")
    needs = (("hypertable", str(relation)), *((("role", owner),) if owner else ()))
    return Declared("partitioned_retention", name_of(relation, arguments.name("key")), needs=needs)


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    relation, key = Relation(arguments.name("schema", "public"), arguments.name("table")), arguments.name("key")
    if arguments.absent():
        return declared.of(Part("partitioned_retention", declared.key, None))
    time_column, limits = arguments.name("time_column"), _limits(arguments)
    size = arguments.count("batch_size", 1, 10_000_000, BATCH_SIZE)
    schedule = arguments.duration("schedule", RETENTION_SCHEDULE)
    value = PartitionedRetention(
        relation,
        key,
        time_column,
        limits,
        size or BATCH_SIZE,
        schedule or Interval(),
        arguments.boolean("enabled", True) is True,
        arguments.text("owner"),
    )
    arguments.finish()
    return declared.of(Part("partitioned_retention", declared.key, value))


def _limits(arguments: Arguments) -> Limits:
    inner = arguments.inner("limits")
    if inner is None:
        raise arguments.wrong("limits", 'a dictionary such as {"table": "pipelines", "key": "id", "days": "keep_days"}')
    table = inner.relation("table")
    if table is None:
        inner.required("table", "the table that says how long each key is kept")
    limits = Limits(str(table), inner.name("key"), inner.name("days", DAYS))
    inner.finish()
    return limits


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    wanted, live = part.value, lookup("partitioned_retention", part.key)
    relation, key = parts_of(declared.key)
    names = {"schema": relation.schema, "table": relation.name, "key": key}
    if wanted is None:
        return names | ABSENT if live is None else names
    if live is None:
        return None
    shown = names | {
        "time_column": live.time_column,
        "limits": {"table": live.limits.table, "key": live.limits.key, "days": live.limits.days},
        "batch_size": live.batch_size,
        "schedule": str(live.schedule),
        "enabled": None if live.enabled else False,
        "owner": None if wanted.owner is None else live.owner,
        "procedure": None if live.procedure == VERSION else live.procedure,
        "copies": None if live.copies == 1 else live.copies,
    }
    return managed(shown)


COMPOSITION = Composition(
    "partitioned_retention", titled("partitioned retention", "schema", "table"), identify, parse, render
)
