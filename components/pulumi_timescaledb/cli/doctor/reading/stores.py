"""The chunks of every hypertable and aggregate: their ages, sizes, whether converted, and how their indexes are used.

Sizes are pages as the last VACUUM or ANALYZE counted them, which costs nothing; only the one or two newest chunks of a
hypertable are measured, because that takes a file system call a file and a lock a chunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from psycopg import sql

from ....database.names import Relation
from .section import Sections

# an aggregate's chunks hang on its materialization table; the primary dimension is the first
_STORES = """
SELECT d.hypertable_schema::text AS own_schema, d.hypertable_name::text AS own_name, c.oid,
       coalesce(a.view_schema, d.hypertable_schema)::text AS schema,
       coalesce(a.view_name, d.hypertable_name)::text AS name,
       a.view_name IS NOT NULL AS aggregate, d.column_name::text AS column, d.column_type::text AS type,
       extract(epoch FROM d.time_interval)::float8 AS time_interval, d.integer_interval::float8 AS integer_interval,
       EXISTS (SELECT FROM pg_index x JOIN pg_attribute f ON f.attrelid = x.indrelid AND f.attnum = x.indkey[0]
               WHERE x.indrelid = c.oid AND x.indisvalid AND x.indpred IS NULL
                 AND f.attname = d.column_name) AS indexed,
       extract(epoch FROM now())::float8 AS now
FROM timescaledb_information.dimensions d
JOIN pg_namespace n ON n.nspname = d.hypertable_schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = d.hypertable_name
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = d.hypertable_schema AND a.materialization_hypertable_name = d.hypertable_name
WHERE d.dimension_number = 1
"""
# scans are counted on rows that are not converted, because a converted chunk's rows lie in another table
_CHUNKS = """
SELECT k.hypertable_schema::text AS own_schema, k.hypertable_name::text AS own_name, c.oid,
       k.is_compressed AS converted,
       coalesce(extract(epoch FROM k.range_start)::float8, k.range_start_integer::float8) AS start,
       coalesce(extract(epoch FROM k.range_end)::float8, k.range_end_integer::float8) AS end,
       extract(epoch FROM k.chunk_creation_time)::float8 AS made, pg_stat_get_numscans(c.oid) AS scans,
       (c.relpages + coalesce(t.relpages, 0) + coalesce(x.pages, 0)) * current_setting('block_size')::bigint AS bytes,
       coalesce(x.indexes, 0) AS indexes, coalesce(x.scans, 0)::bigint AS index_scans,
       coalesce(x.time_scans, 0)::bigint AS time_scans
FROM timescaledb_information.chunks k
JOIN pg_namespace n ON n.nspname = k.chunk_schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = k.chunk_name
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN LATERAL (
  SELECT count(*) AS indexes, sum(i.relpages) AS pages, sum(pg_stat_get_numscans(i.oid)) AS scans,
         sum(pg_stat_get_numscans(i.oid)) FILTER (WHERE f.attname = k.primary_dimension) AS time_scans
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
  LEFT JOIN pg_attribute f ON f.attrelid = x.indrelid AND f.attnum = x.indkey[0]
  WHERE x.indrelid = c.oid
) x ON true
"""
_SIZES = "SELECT o AS oid, pg_total_relation_size(o) AS bytes FROM unnest(%s::oid[]) o"
_STATS = """
SELECT o::oid AS oid, s.before_compression_total_bytes::bigint AS before,
       s.after_compression_total_bytes::bigint AS after
FROM unnest(%s::oid[]) o, LATERAL {}(o::regclass) s
"""
# what "now" is for integer time is a user's function. A superuser runs it only where another superuser wrote it: its
# body would run with all of the caller's rights, and looking at a database must not hand them out
_INTEGER_NOW = """
SELECT h.schema_name::text AS own_schema, h.table_name::text AS own_name,
       d.integer_now_func_schema::text AS schema, d.integer_now_func::text AS name,
       has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(p.pronamespace, 'USAGE')
       AND (o.rolsuper OR o.rolname = current_user OR NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
       AS callable
FROM _timescaledb_catalog.dimension d JOIN _timescaledb_catalog.hypertable h ON h.id = d.hypertable_id
JOIN pg_namespace n ON n.nspname = d.integer_now_func_schema
JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = d.integer_now_func AND p.pronargs = 0
JOIN pg_roles o ON o.oid = p.proowner
"""


class Chunk(NamedTuple):
    """start, end: seconds since 1970, or the numbers of integer time. made: when, in seconds. bytes: as last counted.

    indexes: how many. scans, index_scans, time_scans: reads of all rows, through an index, through one on time.
    """

    oid: int
    start: float
    end: float
    converted: bool = False
    made: float | None = None
    bytes: int = 0
    indexes: int = 0
    scans: int = 0
    index_scans: int = 0
    time_scans: int = 0


@dataclass(frozen=True)
class Store:
    """A hypertable, or an aggregate with its materialization table, and its chunks.

    own: the table that the chunks hang on, for an aggregate the materialization table. interval: of a chunk, in
    seconds or as a number. now: the same, None where nobody says what now is. indexed: whether an index begins with the
    time column. active: bytes of the newest chunk or of the one before, whichever is larger, with indexes; None where
    not measured. before, after: bytes of what is converted.
    """

    name: str
    own: str = ""
    aggregate: bool = False
    column: str = "time"
    type: str = "timestamp with time zone"
    interval: float = 86400.0
    now: float | None = None
    indexed: bool = True
    chunks: Sequence[Chunk] = ()
    active: int | None = None
    before: int | None = None
    after: int | None = None

    @property
    def integer(self) -> bool:
        """Whether its time is a number."""
        return self.type in ("bigint", "integer", "smallint")

    @property
    def slack(self) -> float:
        """Seconds, or numbers, by which "now" is uncertain."""
        if self.integer:
            return self.interval
        return 60.0 if self.type == "timestamp with time zone" else 15 * 3600.0

    @property
    def bytes(self) -> int:
        """About, as last counted, what is converted included."""
        return sum(each.bytes for each in self.chunks) + (self.after or 0)

    def newest(self) -> list[list[Chunk]]:
        """The two newest spans of time that began already, each with its chunks (several under hash dimensions)."""
        spans: dict[float, list[Chunk]] = {}
        for chunk in self.chunks:
            if self.now is None or chunk.start <= self.now + self.slack:
                spans.setdefault(chunk.start, []).append(chunk)
        return [spans[start] for start in sorted(spans, reverse=True)[:2]]


@dataclass
class _Raw:
    row: Mapping[str, Any]
    now: float | None
    chunks: list[Chunk] = field(default_factory=list)


def read(sections: Sections, schema: str) -> dict[str, Store]:
    """Every hypertable and aggregate by name; schema: where the extension's functions are."""
    cursor = sections.cursor
    raw: dict[tuple[str, str], _Raw] = {}
    for row in cursor.execute(_STORES):
        now = None if row["type"] in ("bigint", "integer", "smallint") else row["now"]
        raw[(row["own_schema"], row["own_name"])] = _Raw(row, now)
    for row in cursor.execute(_CHUNKS):
        store = raw.get((row["own_schema"], row["own_name"]))
        if store is not None:
            store.chunks.append(_chunk(row))
    nothing: dict[tuple[str, str], float] = {}
    for own, now in sections.read("integer time", lambda: dict(_integer_now(sections)), nothing).items():
        if own in raw:
            raw[own].now = now
    converted = [each.row["oid"] for each in raw.values() if any(chunk.converted for chunk in each.chunks)]
    unknown: dict[int, tuple[int, int]] = {}
    ratios = sections.read("compression ratios", lambda: _ratios(sections, schema, converted), unknown)
    stores = {str(Relation(each.row["schema"], each.row["name"])): each for each in raw.values()}
    built = {name: _store(name, each, ratios.get(each.row["oid"])) for name, each in stores.items()}
    return _measured(sections, built)


def _chunk(row: Mapping[str, Any]) -> Chunk:
    return Chunk(row["oid"], row["start"], row["end"], row["converted"], row["made"], row["bytes"], row["indexes"],
                 row["scans"], row["index_scans"], row["time_scans"])  # fmt: skip


def _store(name: str, raw: _Raw, ratio: tuple[int, int] | None) -> Store:
    row = raw.row
    interval = row["integer_interval"] if row["integer_interval"] is not None else row["time_interval"]
    before, after = ratio or (None, None)
    own = str(Relation(row["own_schema"], row["own_name"]))
    return Store(name, own, row["aggregate"], row["column"], row["type"], interval or 0.0, raw.now, row["indexed"],
                 tuple(sorted(raw.chunks)), None, before, after)  # fmt: skip


def _ratios(sections: Sections, schema: str, oids: Sequence[int]) -> dict[int, tuple[int, int]]:
    if not oids:
        return {}
    function = sql.Identifier(schema, "hypertable_compression_stats")  # the name that every version has
    rows = sections.cursor.execute(sql.SQL(_STATS).format(function), (list(oids),))
    return {row["oid"]: (row["before"], row["after"]) for row in rows if row["before"] and row["after"]}


def _integer_now(sections: Sections) -> Iterator[tuple[tuple[str, str], float]]:
    for row in sections.cursor.execute(_INTEGER_NOW).fetchall():
        name = str(Relation(row["own_schema"], row["own_name"]))
        if not row["callable"]:
            function = Relation(row["schema"], row["name"])
            sections.miss(f"ages of {name}", f"{function}, which says what now is, is not called as this role",
                          f"run the command as the owner of {name}")  # fmt: skip
            continue
        call = sql.SQL("SELECT {}()::float8 AS now").format(sql.Identifier(row["schema"], row["name"]))
        found = sections.read(f"ages of {name}", lambda query=call: sections.cursor.execute(query).fetchone(), None)  # type: ignore[misc]
        if found is not None:
            yield (row["own_schema"], row["own_name"]), found["now"]


def _measured(sections: Sections, stores: Mapping[str, Store]) -> dict[str, Store]:
    """With the sizes of the newest chunks, where rows still arrive."""
    spans = {name: _active(store) for name, store in stores.items()}
    oids = [chunk.oid for each in spans.values() for span in each for chunk in span]
    sizes = sections.read("sizes of the newest chunks", lambda: _sizes(sections, oids), None)
    if sizes is None:
        return dict(stores)

    def largest(name: str) -> int:
        return max((sum(sizes.get(chunk.oid, 0) for chunk in span) for span in spans[name]), default=0)

    return {name: replace(store, active=largest(name)) for name, store in stores.items()}


def _active(store: Store) -> list[list[Chunk]]:
    spans = store.newest()
    ended = spans and store.now is not None and spans[0][0].end < store.now - store.interval
    return [] if ended else [[chunk for chunk in span if not chunk.converted] for span in spans]


def _sizes(sections: Sections, oids: Sequence[int]) -> dict[int, int]:
    return {row["oid"]: row["bytes"] or 0 for row in sections.cursor.execute(_SIZES, (list(oids),))}
