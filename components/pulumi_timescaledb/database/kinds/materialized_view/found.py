"""Materialized views as the catalog shows them."""

from __future__ import annotations

from dataclasses import replace

from ... import queries
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import USER_RELATIONS, Relation
from .wanted import MaterializedView

QUERY = """
SELECT n.nspname AS schema, c.relname AS name, pg_get_viewdef(c.oid) AS definition,
       pg_get_userbyid(c.relowner) AS owner,
       EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.oid AND x.indisunique AND x.indpred IS NULL) AS unique,
       (SELECT json_agg(DISTINCT jsonb_build_array(rn.nspname, r.relname))
        FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        JOIN pg_class r ON r.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
        JOIN pg_namespace rn ON rn.oid = r.relnamespace
        WHERE w.ev_class = c.oid AND r.oid <> c.oid) AS reads
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.oid = ANY ({relations})
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Materialized views by relation."""
    del capabilities
    found = {}
    for row in cursor.execute(QUERY.format(relations=USER_RELATIONS)):
        relation = Relation(row["schema"], row["name"])
        value = MaterializedView(queries.normal(row["definition"]), row["owner"])
        reads = sorted(str(Relation(*each)) for each in row["reads"] or ())
        found[str(relation)] = Found(value, {"relation": relation, "unique": row["unique"], "reads": reads})
    return found


def respell(cursor: Cursor, wanted: MaterializedView, found: Found) -> Found:
    """Where the server spells the wanted query like the live one, they are the same query."""
    if queries.canonical(cursor, wanted.query) == found.value.query:
        return Found(replace(found.value, query=wanted.query), found.facts)
    return found


def objections(cursor: Cursor, key: str, wanted: MaterializedView) -> list[str]:
    """What the server says of the query."""
    del key
    words = queries.objection(cursor, wanted.query)
    return [f"its query is refused by the server ({words}); change query"] if words else []
