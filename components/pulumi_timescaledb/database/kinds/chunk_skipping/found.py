"""Chunk skipping as the catalog shows it."""

from __future__ import annotations

from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import ChunkSkipping

# the row of the hypertable itself has no chunk since 2.24 and chunk 0 before
QUERY = """
SELECT h.schema_name::text AS schema, h.table_name::text AS name, array_agg(s.column_name::text) AS columns
FROM _timescaledb_catalog.chunk_column_stats s JOIN _timescaledb_catalog.hypertable h ON h.id = s.hypertable_id
WHERE coalesce(s.chunk_id, 0) = 0 GROUP BY 1, 2
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Columns by hypertable."""
    if capabilities.timescaledb is None:
        return {}
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        found[str(relation)] = Found(ChunkSkipping(tuple(row["columns"])), {"relation": relation})
    return found
