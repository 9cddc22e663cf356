"""Columnstore settings and policies as the catalog shows them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import Columnstore, Order

# the array form is the exact one; the views print only what is not default. An aggregate's settings hang on its
# materialization table. Counting converted chunks tells whether the columnstore could be switched off.
QUERY = """
SELECT coalesce(a.view_schema, n.nspname)::text AS schema, coalesce(a.view_name, c.relname)::text AS name,
       s.segmentby, s.orderby, s.orderby_desc, s.orderby_nullsfirst,
       (SELECT count(*) FROM timescaledb_information.chunks k
        WHERE k.hypertable_schema = n.nspname AND k.hypertable_name = c.relname AND k.is_compressed) AS converted
FROM timescaledb_information.hypertable_columnstore_settings h
JOIN _timescaledb_catalog.compression_settings s ON s.relid = h.hypertable
JOIN pg_class c ON c.oid = h.hypertable JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = n.nspname AND a.materialization_hypertable_name = c.relname
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
            ),
            facts,
        )
    return found


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
