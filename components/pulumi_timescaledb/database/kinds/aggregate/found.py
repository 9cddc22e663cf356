"""Continuous aggregates as the information view shows them."""

from __future__ import annotations

from dataclasses import replace

from ... import queries
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import Aggregate

# view_definition is the original query as the server re-rendered it; the view's own definition is internal
QUERY = """
SELECT view_schema::text AS schema, view_name::text AS name, view_owner::text AS owner, materialized_only,
       view_definition AS definition, hypertable_schema::text AS source_schema, hypertable_name::text AS source_name,
       materialization_hypertable_schema::text AS own_schema, materialization_hypertable_name::text AS own_name
FROM timescaledb_information.continuous_aggregates
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Aggregates by relation."""
    if not capabilities.tsl:
        return {}
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        value = Aggregate(queries.normal(row["definition"]), not row["materialized_only"], row["owner"])
        source, own = Relation(row["source_schema"], row["source_name"]), Relation(row["own_schema"], row["own_name"])
        facts = {"relation": relation, "source": source, "materialization": own}
        found[str(relation)] = Found(value, facts)
    return found


def respell(cursor: Cursor, wanted: Aggregate, found: Found) -> Found:
    """Where the server spells the wanted query like the live one, they are the same query."""
    if queries.canonical(cursor, wanted.query) == found.value.query:
        return Found(replace(found.value, query=wanted.query), found.facts)
    return found
