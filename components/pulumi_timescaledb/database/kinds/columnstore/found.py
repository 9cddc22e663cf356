"""Columnstore settings and policies as the catalog shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ....units import Interval
from ... import jobs
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import Columnstore, Order

# the array form is the exact one; the views print only what is not default. An aggregate's settings hang on its
# materialization table. Counting converted chunks (bit 1 of their status, as the chunks view reads it) tells whether
# the columnstore could be switched off; all are counted at once and from the catalog, because the view numbers every
# chunk of the database whichever table is asked for: once a table, it took 13 s at 4,000 chunks (2.28.3). Each table is
# looked up by its name; joined freely, all relations are read.
QUERY = """
WITH h AS MATERIALIZED (
  SELECT id, schema_name, table_name, (
    SELECT c.oid FROM pg_class c WHERE c.relname = table_name
      AND c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = schema_name)) AS relid
  FROM _timescaledb_catalog.hypertable),
k AS MATERIALIZED (SELECT hypertable_id, count(*) AS converted FROM _timescaledb_catalog.chunk
                        WHERE status & 1 = 1 AND NOT osm_chunk GROUP BY 1),
d AS MATERIALIZED (
  SELECT DISTINCT ON (hypertable_id) hypertable_id,
         CASE WHEN column_type = ANY (ARRAY['int2', 'int4', 'int8']::regtype[]) THEN compress_interval_length::text
              ELSE _timescaledb_functions.to_interval(compress_interval_length)::text END AS interval
  FROM _timescaledb_catalog.dimension ORDER BY hypertable_id, id)
SELECT coalesce(a.user_view_schema, h.schema_name)::text AS schema,
       coalesce(a.user_view_name, h.table_name)::text AS name,
       s.segmentby, s.orderby, s.orderby_desc, s.orderby_nullsfirst, coalesce(k.converted, 0) AS converted,
       d.interval
FROM h JOIN _timescaledb_catalog.compression_settings s ON s.relid = h.relid
LEFT JOIN _timescaledb_catalog.continuous_agg a ON a.mat_hypertable_id = h.id
LEFT JOIN k ON k.hypertable_id = h.id
LEFT JOIN d ON d.hypertable_id = h.id
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Columnstore by relation."""
    if not capabilities.tsl:
        return {}
    policies = {str(job.relation): job for job in jobs.read(cursor, "policy_compression")}
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        job = policies.get(str(relation))
        facts = {"relation": relation, "converted": row["converted"], "job_id": job.id if job else None}
        found[str(relation)] = Found(
            Columnstore(
                after=job.lag("compress_after", "compress_created_before") if job else None,
                segment_by=None if row["segmentby"] is None else tuple(row["segmentby"]),
                order_by=_order(row),
                schedule=job.schedule if job else None,
                enabled=job.enabled if job else True,
                by_creation="compress_created_before" in job.config if job else False,
                chunk_interval=_span(row["interval"]),
            ),
            facts,
        )
    return found


def _span(text: str | None) -> Interval | int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else Interval.parse(text)


def _order(row: dict[str, Any]) -> tuple[Order, ...] | None:
    if row["orderby"] is None:
        return None
    return tuple(map(Order, row["orderby"], row["orderby_desc"], row["orderby_nullsfirst"]))


def respell(cursor: Cursor, wanted: Columnstore, found: Found) -> Found:
    """The server appends the time column to an order that lacks it (columnstore docs); that is no difference."""
    del cursor
    live = found.value
    if wanted.order_by and live.order_by and live.order_by[:-1] == wanted.order_by:
        return Found(replace(live, order_by=wanted.order_by), found.facts)
    return found
