"""What a destroying change would take: chunks, rows, bytes and the span of time, asked of the catalog.

Rows are the planner's estimates (``pg_class.reltuples``) where it has one; chunks that were never analysed are counted
while they are small together, else said to be uncounted. Bytes are those of ``pg_total_relation_size``. Of a chunk in
the columnstore both lie elsewhere: its own relation is empty, and ANALYZE says 0 rows (measured on 2.28.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import psycopg
from psycopg import sql

from ...units import Interval
from .. import queries
from ..capabilities import Capabilities
from ..kind import Change, ChangeClass, Cursor
from ..kinds.partitioned_retention.wanted import PartitionedRetention
from ..kinds.retention.wanted import Retention
from ..names import Relation
from . import key_limits

Rows = Sequence[Mapping[str, Any]]

_CHUNKS = """
SELECT k.chunk_schema::text AS schema, k.chunk_name::text AS name, k.is_compressed AS converted,
       CASE WHEN NOT k.is_compressed THEN c.reltuples::bigint
            ELSE coalesce(z.numrows_pre_compression + greatest(c.reltuples, 0)::bigint, -1) END AS rows,
       coalesce(b.total_bytes, pg_total_relation_size(c.oid)) AS bytes,
       coalesce(k.range_start::text, k.range_start_integer::text) AS first,
       coalesce(k.range_end::text, k.range_end_integer::text) AS last
FROM timescaledb_information.chunks k
JOIN pg_class c ON c.relname = k.chunk_name
JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = k.chunk_schema
LEFT JOIN _timescaledb_catalog.compression_chunk_size z
  ON k.is_compressed AND z.chunk_id = _timescaledb_functions.chunk_id_from_relid(c.oid)
LEFT JOIN chunks_detailed_size(to_regclass(%(relation)s)) b
  ON k.is_compressed AND b.chunk_schema = k.chunk_schema AND b.chunk_name = k.chunk_name
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = k.hypertable_schema
 AND a.materialization_hypertable_name = k.hypertable_name
WHERE coalesce(a.view_schema, k.hypertable_schema) = %(schema)s
  AND coalesce(a.view_name, k.hypertable_name) = %(name)s
  AND (%(age)s::interval IS NULL OR k.range_end < now() - %(age)s::interval)
  AND (%(created)s::interval IS NULL OR k.chunk_creation_time < now() - %(created)s::interval)
  AND (%(begun)s::interval IS NULL OR k.range_start < now() - %(begun)s::interval)
  AND (%(before)s::bigint IS NULL OR k.range_end_integer <= %(before)s::bigint)
ORDER BY k.range_start, k.range_start_integer
"""
# the view of chunks numbers every chunk of the database whichever table is asked for: 11 ms, so under 1 (on 2.28.3)
_ANY = """
SELECT FROM _timescaledb_catalog.chunk WHERE hypertable_id = ANY (ARRAY (
  SELECT id FROM _timescaledb_catalog.hypertable WHERE schema_name = %(schema)s AND table_name = %(name)s
  UNION ALL
  SELECT mat_hypertable_id FROM _timescaledb_catalog.continuous_agg
  WHERE user_view_schema = %(schema)s AND user_view_name = %(name)s)) LIMIT 1
"""
# what "now" is for integer time is a function of the user's (set_integer_now_func); its schema is in no view
_INTEGER_NOW = """
SELECT d.integer_now_func_schema::text AS schema, d.integer_now_func::text AS name
FROM _timescaledb_catalog.dimension d JOIN _timescaledb_catalog.hypertable h ON h.id = d.hypertable_id
WHERE h.schema_name = %(schema)s AND h.table_name = %(name)s AND d.integer_now_func IS NOT NULL
"""
_INTEGER_LAG = """
SELECT (config->>'drop_after')::bigint AS lag FROM timescaledb_information.jobs
WHERE proc_name = 'policy_retention' AND scheduled AND jsonb_typeof(config->'drop_after') = 'number'
  AND hypertable_schema = %(schema)s AND hypertable_name = %(name)s
"""
_FUNCTION = "SELECT 1 WHERE to_regprocedure(%(function)s) IS NOT NULL"
COUNTED_BYTES = 256 * 1024 * 1024  # up to this much is read to count rows that nobody has estimated yet
_TABLE = """
SELECT n.nspname AS schema, c.relname AS name, c.reltuples::bigint AS rows,
       pg_total_relation_size(c.oid) AS bytes, NULL AS first, NULL AS last
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(%(relation)s)
"""
_BYTES = "SELECT pg_relation_size(to_regclass(%(relation)s)) AS bytes"


@dataclass(frozen=True)
class Loss:
    """chunks: 0 for a plain table. rows: None when not counted. bytes; first and last: the span of time, as text."""

    chunks: int
    rows: int | None
    bytes: int
    first: str | None
    last: str | None

    @property
    def amount(self) -> str:
        """How much, without the span of time."""
        parts = []
        if self.chunks:
            parts.append(f"{self.chunks} chunk{'s' if self.chunks != 1 else ''}")
        parts += ["rows not counted yet" if self.rows is None else f"about {self.rows} rows", size(self.bytes)]
        return ", ".join(parts)

    def __str__(self) -> str:
        """For people."""
        span = f", from {self.first} to {self.last}" if self.first and self.last else ""
        return self.amount + span


def measure(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> Change:
    """The change with its loss filled in; where nothing is that it could take, it becomes a change in place.

    wanted: the declared value that the change leads to, None when the object must go.
    """
    if change.loss or change.change_class not in (ChangeClass.DESTROYS, ChangeClass.REBUILD):
        return change
    try:
        with queries.trial(cursor):
            return _measured(cursor, change, wanted, can)
    except psycopg.errors.LockNotAvailable:
        return replace(change, loss="an amount not counted, because another statement holds a lock there")


def _measured(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> Change:
    if change.kind in ("role", "extension"):
        return replace(change, loss=f"the {change.kind} and what belongs to it")
    if change.kind == "partitioned_retention":
        return _by_key(cursor, change, wanted)
    if change.kind == "retention":
        return _lost(cursor, change, _expired(cursor, change.object, wanted, can))
    if change.field == "integer_now":
        return _lost(cursor, change, _expired_by(cursor, Relation.parse(change.object), wanted))
    if change.action == "create" and not _holds_rows(cursor, Relation.parse(change.object)):
        return replace(change, change_class=ChangeClass.IN_PLACE, note="")
    rows = chunks(cursor, change.object, can)
    if not rows:
        rows = cursor.execute(_TABLE, {"relation": change.object}).fetchall()
        return replace(change, loss=str(total(cursor, rows, chunks=0)) if rows else "everything in it")
    return replace(change, loss=str(total(cursor, rows)))


def chunks(
    cursor: Cursor, relation: str, can: Capabilities, *, age: Interval | int | str | None = None, created: bool = False
) -> Rows:
    """The chunks of a hypertable or aggregate in order of time, those older than an age where one is given.

    An age in integer time counts from what the user's own function says is now; without such a function, and for an
    age that is neither, every chunk is taken. created: the age counts from when a chunk was made.
    """
    if can.timescaledb is None:
        return []
    found = Relation.parse(relation)
    if isinstance(age, Interval):
        return _chunks(cursor, found, **{"created" if created else "age": age})
    if not isinstance(age, int):
        return _chunks(cursor, found)
    row = cursor.execute(_INTEGER_NOW, {"schema": found.schema, "name": found.name}).fetchone()
    now = None if row is None else _now(cursor, Relation(row["schema"], row["name"]))
    return _chunks(cursor, found, before=None if now is None else now - age)


def _chunks(cursor: Cursor, relation: Relation, **ages: Any) -> Rows:
    """Chunks that are older than all of these: age and created and begun are durations, before is an integer time."""
    bounds = {"age": None, "created": None, "begun": None, "before": None, **ages}
    parameters = {key: None if value is None else str(value) for key, value in bounds.items()}
    names = {"schema": relation.schema, "name": relation.name, "relation": str(relation)}
    if cursor.execute(_ANY, names).fetchone() is None:
        return []
    return cursor.execute(_CHUNKS, {**parameters, **names}).fetchall()


def _lost(cursor: Cursor, change: Change, rows: Rows) -> Change:
    if not rows:
        return replace(change, change_class=ChangeClass.IN_PLACE)
    return replace(change, loss=str(total(cursor, rows)))


def _expired(cursor: Cursor, relation: str, wanted: Retention | None, can: Capabilities) -> Rows:
    """What a retention drops at its next run."""
    if wanted is None:
        return chunks(cursor, relation, can)
    return chunks(cursor, relation, can, age=wanted.drop_after, created=wanted.by_creation)


def _expired_by(cursor: Cursor, relation: Relation, wanted: Any) -> Rows:
    """What the live retention of a table with integer time drops, once another function says what now is."""
    row = cursor.execute(_INTEGER_LAG, {"schema": relation.schema, "name": relation.name}).fetchone()
    if row is None or wanted is None:
        return []
    function = Relation.parse(wanted.integer_now)
    if cursor.execute(_FUNCTION, {"function": f"{function}()"}).fetchone() is None:
        return _chunks(cursor, relation)  # a migration brings it: nobody can ask it yet
    now = _now(cursor, function)
    return _chunks(cursor, relation, before=None if now is None else now - row["lag"])


def _now(cursor: Cursor, function: Relation) -> int | None:
    """What a user's function says is now; None where this role may not call it, or not read what it reads."""
    try:
        with queries.trial(cursor):
            row = cursor.execute(sql.SQL("SELECT {}()::bigint AS now").format(function.identifier)).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return None
    return int(row["now"]) if row else 0


def _holds_rows(cursor: Cursor, relation: Relation) -> bool:
    if cursor.execute(_TABLE, {"relation": str(relation)}).fetchone() is None:
        return False
    try:
        with queries.trial(cursor):
            return cursor.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(relation.identifier)).fetchone() is not None
    except psycopg.errors.InsufficientPrivilege:  # a role that only plans: what has no bytes has no rows
        row = cursor.execute(_BYTES, {"relation": str(relation)}).fetchone()
        return row is not None and row["bytes"] > 0


def _by_key(cursor: Cursor, change: Change, wanted: PartitionedRetention | None) -> Change:
    """Of the chunks that begin before the shortest limit some rows go; which ones only the job counts."""
    if wanted is None:
        return change
    found = key_limits.limits(cursor, wanted)
    if not found.problem and found.shortest is None:
        return replace(change, change_class=ChangeClass.IN_PLACE)
    begun = None if found.problem else f"{found.shortest} days"
    rows = _chunks(cursor, wanted.relation, begun=begun)
    if not rows:
        return replace(change, change_class=ChangeClass.IN_PLACE)
    whose = "of keys past their limits" if begun else "by limits that cannot be read yet"
    return replace(change, loss=f"rows {whose}, in {total(cursor, rows)}")


def total(cursor: Cursor, rows: Rows, *, chunks: int | None = None, counted: int = COUNTED_BYTES) -> Loss:
    """What these relations hold together; rows must not be empty. counted: up to so many bytes are read to count."""
    size_of_all = sum(row["bytes"] for row in rows)
    unknown = [row for row in rows if row["rows"] < 0]
    known: int | None = sum(row["rows"] for row in rows if row["rows"] >= 0)
    if unknown and sum(row["bytes"] for row in unknown) <= counted:
        counts = [sql.SQL("SELECT count(*) AS rows FROM {}").format(sql.Identifier(row["schema"], row["name"]))
                  for row in unknown]  # fmt: skip
        try:
            with queries.trial(cursor):
                known = (known or 0) + sum(row["rows"] for row in cursor.execute(sql.SQL(" UNION ALL ").join(counts)))
        except psycopg.errors.InsufficientPrivilege:  # a role that only plans reads no row
            known = None
    elif unknown:
        known = None
    return Loss(len(rows) if chunks is None else chunks, known, size_of_all, rows[0]["first"], rows[-1]["last"])


def size(count: int) -> str:
    """Bytes for people, in powers of 1024."""
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TB"  # pragma: no cover - the loop returns at GB
