"""Hypertables as the information views show them; aggregates' own tables are not among them.

The function that says what now is stands in the catalog alone with its schema (``_timescaledb_catalog.dimension``).
"""

from __future__ import annotations

from typing import Any

from ....units import Interval
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import HashDimension, Hypertable

QUERY = """
SELECT h.hypertable_schema::text AS schema, h.hypertable_name::text AS name, h.owner::text AS owner,
       d.column_name::text AS column, d.dimension_type AS type, d.time_interval::text AS time_interval,
       d.integer_interval, d.num_partitions, c.integer_now_func_schema::text AS now_schema,
       c.integer_now_func::text AS now_name
FROM timescaledb_information.hypertables h
JOIN timescaledb_information.dimensions d USING (hypertable_schema, hypertable_name)
JOIN _timescaledb_catalog.hypertable t ON t.schema_name = h.hypertable_schema AND t.table_name = h.hypertable_name
JOIN _timescaledb_catalog.dimension c ON c.hypertable_id = t.id AND c.column_name = d.column_name
ORDER BY 1, 2, d.dimension_number
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Hypertables by relation."""
    if capabilities.timescaledb is None:
        return {}
    rows: dict[Relation, list[dict[str, Any]]] = {}
    for row in cursor.execute(QUERY):
        rows.setdefault(Relation(row["schema"], row["name"]), []).append(row)
    return {str(relation): _hypertable(relation, dimensions) for relation, dimensions in rows.items()}


def _hypertable(relation: Relation, dimensions: list[dict[str, Any]]) -> Found:
    time = next(row for row in dimensions if row["type"] == "Time")
    interval = time["integer_interval"]
    if interval is None:
        interval = Interval.parse(str(time["time_interval"]))
    hashes = tuple(
        HashDimension(str(row["column"]), int(str(row["num_partitions"])))
        for row in dimensions
        if row["type"] == "Space"
    )
    # the schema of the function that tells integer time is in no view
    now = str(Relation(str(time["now_schema"]), str(time["now_name"]))) if time["now_name"] else None
    value = Hypertable(str(time["column"]), interval, hashes, str(time["owner"]), now)
    return Found(value, {"relation": relation})
