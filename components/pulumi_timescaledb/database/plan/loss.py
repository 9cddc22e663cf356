"""What a destroying change would take: chunks, rows, bytes and the span of time, asked of the catalog.

Row counts are the planner's estimates (``pg_class.reltuples``); bytes are ``pg_total_relation_size``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql

from ...units import Interval
from ..capabilities import Capabilities
from ..kind import Change, ChangeClass, Cursor
from ..names import Relation

_CHUNKS = """
SELECT count(*) AS chunks, coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint AS rows,
       coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint AS bytes,
       min(coalesce(k.range_start::text, k.range_start_integer::text)) AS first,
       max(coalesce(k.range_end::text, k.range_end_integer::text)) AS last
FROM timescaledb_information.chunks k
JOIN pg_class c ON c.relname = k.chunk_name
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = k.chunk_schema
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = k.hypertable_schema
 AND a.materialization_hypertable_name = k.hypertable_name
WHERE coalesce(a.view_schema, k.hypertable_schema) = %(schema)s
  AND coalesce(a.view_name, k.hypertable_name) = %(name)s
  AND (%(age)s::interval IS NULL OR k.range_end < now() - %(age)s::interval)
"""
_TABLE = """
SELECT 0 AS chunks, greatest(c.reltuples, 0)::bigint AS rows, pg_total_relation_size(c.oid) AS bytes,
       NULL AS first, NULL AS last
FROM pg_class c WHERE c.oid = to_regclass(%(relation)s)
"""


@dataclass(frozen=True)
class Loss:
    """chunks, rows (estimated), bytes; first and last: the span of time, as text."""

    chunks: int
    rows: int
    bytes: int
    first: str | None
    last: str | None

    def __str__(self) -> str:
        """For people."""
        parts = []
        if self.chunks:
            parts.append(f"{self.chunks} chunk{'s' if self.chunks != 1 else ''}")
        parts += [f"about {self.rows} rows", size(self.bytes)]
        if self.first and self.last:
            parts.append(f"from {self.first} to {self.last}")
        return ", ".join(parts)


def measure(cursor: Cursor, change: Change, can: Capabilities) -> Change:
    """The change with its loss filled in; a retention that finds nothing older becomes a change in place."""
    if change.change_class not in (ChangeClass.DESTROYS, ChangeClass.REBUILD):
        return change
    if change.kind in ("role", "extension"):
        return replace(change, loss=f"the {change.kind} and what belongs to it")
    relation = Relation.parse(change.object)
    parameters: dict[str, Any] = {"schema": relation.schema, "name": relation.name, "relation": change.object}
    retention = change.kind == "retention"
    age = change.new if retention and isinstance(change.new, Interval) else None
    parameters["age"] = None if age is None else str(age)
    loss = _ask(cursor, _CHUNKS, parameters) if can.timescaledb else None
    if retention:
        if loss is None or not loss.chunks:
            return replace(change, change_class=ChangeClass.IN_PLACE)
        return replace(change, loss=str(loss))
    if loss is None or not loss.chunks:
        loss = _ask(cursor, _TABLE, parameters)
    return replace(change, loss=str(loss) if loss else "everything in it")


def _ask(cursor: Cursor, query: str, parameters: Mapping[str, Any]) -> Loss | None:
    row = cursor.execute(sql.SQL(query), parameters).fetchone()
    return Loss(**row) if row else None


def size(count: int) -> str:
    """Bytes for people, in powers of 1024."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TB"  # pragma: no cover - the loop returns at GB
