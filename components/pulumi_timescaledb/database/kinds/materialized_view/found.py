"""Materialized views as the catalog shows them."""

from __future__ import annotations

from dataclasses import replace

from ... import queries
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import MaterializedView

QUERY = r"""
SELECT n.nspname AS schema, c.relname AS name, pg_get_viewdef(c.oid) AS definition,
       pg_get_userbyid(c.relowner) AS owner,
       EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisunique AND x.indpred IS NULL) AS unique
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND n.nspname !~ '^(pg_|_timescaledb|timescaledb_|information_schema)'
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Materialized views by relation."""
    del capabilities
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        value = MaterializedView(queries.normal(row["definition"]), row["owner"])
        found[str(relation)] = Found(value, {"relation": relation, "unique": row["unique"]})
    return found


def respell(cursor: Cursor, wanted: MaterializedView, found: Found) -> Found:
    """Where the server spells the wanted query like the live one, they are the same query."""
    if queries.canonical(cursor, wanted.query) == found.value.query:
        return Found(replace(found.value, query=wanted.query), found.facts)
    return found
