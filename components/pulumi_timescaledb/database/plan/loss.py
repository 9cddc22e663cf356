"""What a destroying change would take: chunks, rows, bytes and the span of time, asked of the catalog.

Rows are the planner's estimates (``pg_class.reltuples``) where it has one; chunks that were never analysed are counted
while they are small together, else said to be uncounted. Bytes are ``pg_total_relation_size``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from psycopg import sql

from ...units import Interval
from ..capabilities import Capabilities
from ..kind import Change, ChangeClass, Cursor
from ..names import Relation

_CHUNKS = """
SELECT k.chunk_schema::text AS schema, k.chunk_name::text AS name, c.reltuples::bigint AS rows,
       pg_total_relation_size(c.oid) AS bytes,
       coalesce(k.range_start::text, k.range_start_integer::text) AS first,
       coalesce(k.range_end::text, k.range_end_integer::text) AS last
FROM timescaledb_information.chunks k
JOIN pg_class c ON c.relname = k.chunk_name
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = k.chunk_schema
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = k.hypertable_schema
 AND a.materialization_hypertable_name = k.hypertable_name
WHERE coalesce(a.view_schema, k.hypertable_schema) = %(schema)s
  AND coalesce(a.view_name, k.hypertable_name) = %(name)s
  AND (%(age)s::interval IS NULL OR k.range_end < now() - %(age)s::interval)
  AND (%(before)s::bigint IS NULL OR k.range_end_integer <= %(before)s::bigint)
ORDER BY k.range_start, k.range_start_integer
"""
# what "now" is for integer time is a function of the user's (set_integer_now_func); its schema is in no view
_INTEGER_NOW = """
SELECT d.integer_now_func_schema::text AS schema, d.integer_now_func::text AS name
FROM _timescaledb_catalog.dimension d JOIN _timescaledb_catalog.hypertable h ON h.id = d.hypertable_id
WHERE h.schema_name = %(schema)s AND h.table_name = %(name)s AND d.integer_now_func IS NOT NULL
"""
COUNTED_BYTES = 256 * 1024 * 1024  # up to this much is read to count rows that nobody has estimated yet
_TABLE = """
SELECT n.nspname AS schema, c.relname AS name, c.reltuples::bigint AS rows,
       pg_total_relation_size(c.oid) AS bytes, NULL AS first, NULL AS last
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(%(relation)s)
"""


@dataclass(frozen=True)
class Loss:
    """chunks: 0 for a plain table. rows: None when not counted. bytes; first and last: the span of time, as text."""

    chunks: int
    rows: int | None
    bytes: int
    first: str | None
    last: str | None

    def __str__(self) -> str:
        """For people."""
        parts = []
        if self.chunks:
            parts.append(f"{self.chunks} chunk{'s' if self.chunks != 1 else ''}")
        parts += ["rows not counted yet" if self.rows is None else f"about {self.rows} rows", size(self.bytes)]
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
    number = change.new if retention and isinstance(change.new, int) and can.timescaledb else None
    parameters["before"] = None if number is None else _before(cursor, parameters, number)
    chunks = cursor.execute(_CHUNKS, parameters).fetchall() if can.timescaledb else []
    if retention:
        if not chunks:
            return replace(change, change_class=ChangeClass.IN_PLACE)
        return replace(change, loss=str(_sum(cursor, chunks, len(chunks))))
    tables = chunks or cursor.execute(_TABLE, parameters).fetchall()
    return replace(change, loss=str(_sum(cursor, tables, len(chunks))) if tables else "everything in it")


def _before(cursor: Cursor, parameters: Mapping[str, Any], lag: int) -> int | None:
    """The integer time below which a lag reaches; None, which means everything, where nobody says what now is."""
    function = cursor.execute(_INTEGER_NOW, parameters).fetchone()
    if function is None:
        return None
    call = sql.SQL("SELECT {}()::bigint AS now").format(sql.Identifier(function["schema"], function["name"]))
    row = cursor.execute(call).fetchone()
    return None if row is None else int(row["now"]) - lag


def _sum(cursor: Cursor, rows: Sequence[Mapping[str, Any]], chunks: int) -> Loss:
    total = sum(row["bytes"] for row in rows)
    unknown = [row for row in rows if row["rows"] < 0]
    known: int | None = sum(row["rows"] for row in rows if row["rows"] >= 0)
    if unknown and sum(row["bytes"] for row in unknown) <= COUNTED_BYTES:
        counts = [sql.SQL("SELECT count(*) AS rows FROM {}").format(sql.Identifier(row["schema"], row["name"]))
                  for row in unknown]  # fmt: skip
        known = (known or 0) + sum(row["rows"] for row in cursor.execute(sql.SQL(" UNION ALL ").join(counts)))
    elif unknown:
        known = None
    return Loss(chunks, known, total, rows[0]["first"], rows[-1]["last"])


def size(count: int) -> str:
    """Bytes for people, in powers of 1024."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TB"  # pragma: no cover - the loop returns at GB
