"""Attached tablespaces as the catalog shows them."""

from __future__ import annotations

from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import Tablespaces

QUERY = """
SELECT h.schema_name::text AS schema, h.table_name::text AS name, array_agg(t.tablespace_name::text) AS names
FROM _timescaledb_catalog.tablespace t JOIN _timescaledb_catalog.hypertable h ON h.id = t.hypertable_id
GROUP BY 1, 2
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Tablespaces by hypertable."""
    if capabilities.timescaledb is None:
        return {}
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        found[str(relation)] = Found(Tablespaces(tuple(row["names"])), {"relation": relation})
    return found
