"""Views as the catalog shows them; continuous aggregates and the views of extensions are not among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import psycopg
from psycopg import sql

from ... import queries
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import USER_RELATIONS, Relation
from ...refused import words
from .sql import options
from .wanted import View

# a view depends on what it reads through its rule; what depends on it does so through its own rule, or is an object
# of another kind, which the server describes. Grants are read because a view that is made anew would lose them.
QUERY = r"""
SELECT n.nspname AS schema, c.relname AS name, pg_get_viewdef(c.oid) AS definition,
       pg_get_userbyid(c.relowner) AS owner, c.reloptions AS options,
       (SELECT json_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT json_agg(DISTINCT CASE WHEN w.oid IS NULL THEN pg_describe_object(d.classid, d.objid, d.objsubid)
                                      ELSE format('%I.%I', vn.nspname, v.relname) END)
        FROM pg_depend d LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
        LEFT JOIN pg_class v ON v.oid = w.ev_class LEFT JOIN pg_namespace vn ON vn.oid = v.relnamespace
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype = 'n'
          AND w.ev_class IS DISTINCT FROM c.oid) AS dependents,
       (SELECT json_agg(DISTINCT jsonb_build_array(rn.nspname, r.relname))
        FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        JOIN pg_class r ON r.oid = d.refobjid AND d.refclassid = 'pg_class'::regclass
        JOIN pg_namespace rn ON rn.oid = r.relnamespace
        WHERE w.ev_class = c.oid AND r.oid <> c.oid) AS reads,
       (SELECT json_agg(what ORDER BY what) FROM (
          SELECT 'trigger ' || quote_ident(t.tgname) FROM pg_trigger t
          WHERE t.tgrelid = c.oid AND NOT t.tgisinternal
          UNION ALL SELECT 'the grants on column ' || quote_ident(a.attname) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL) AS x (what)) AS attached,
       (SELECT json_agg(json_build_array(g.rolname, x.privilege_type, x.is_grantable))
        FROM aclexplode(c.relacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee
        WHERE x.grantee <> c.relowner) AS grants
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v' AND c.relpersistence <> 't'
  AND c.oid = ANY ({relations})
  AND NOT EXISTS (
    SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
"""
# the catalog and not the information view, which takes ten times as long and of which only the names are needed
AGGREGATES = (
    "SELECT user_view_schema::text AS schema, user_view_name::text AS name FROM _timescaledb_catalog.continuous_agg"
)
# the same of a wanted one
_COPY = """
SELECT json_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) AS columns
FROM pg_attribute a WHERE a.attrelid = 'pg_temp.tsdb_view'::regclass AND a.attnum > 0
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Views by relation."""
    aggregates = set()
    if capabilities.timescaledb is not None:
        aggregates = {Relation(row["schema"], row["name"]) for row in cursor.execute(AGGREGATES)}
    found = {}
    for row in cursor.execute(QUERY.format(relations=USER_RELATIONS)):
        relation = Relation(row["schema"], row["name"])
        if relation in aggregates:
            continue
        given = dict(each.split("=", 1) for each in row["options"] or ())
        value = View(
            queries.normal(row["definition"]),
            _on(given.get("security_barrier")),
            _on(given.get("security_invoker")),
            given.get("check_option", "none"),
            row["owner"],
        )
        facts = {
            "relation": relation,
            "columns": row["columns"] or [],
            "dependents": sorted(row["dependents"] or ()),
            "reads": sorted(str(Relation(*each)) for each in row["reads"] or ()),
            "attached": row["attached"] or [],
            "grants": [tuple(each) for each in row["grants"] or ()],
        }
        found[str(relation)] = Found(value, facts)
    return found


def respell(cursor: Cursor, wanted: View, found: Found) -> Found:
    """Where the server spells the wanted query like the live one, they are the same; where not, what it would show."""
    live = found.value
    if wanted.query == live.query:
        return found
    with queries.trial(cursor):
        text = queries.canonical(cursor, wanted.query)
    if text == live.query:
        return Found(replace(live, query=wanted.query), found.facts)
    try:
        with queries.trial(cursor):
            columns = _columns(cursor, wanted)
    except psycopg.errors.Error:
        return found  # the judgement tells why
    return Found(live, {**found.facts, "new_query": text, "new_columns": columns})


def objections(cursor: Cursor, key: str, wanted: View) -> list[str]:
    """What the server says of the query, with the options that are wanted."""
    del key
    try:
        with queries.trial(cursor):
            _columns(cursor, wanted)
    except psycopg.errors.Error as error:
        return [f"its query is refused by the server ({words(error)})"]
    return []


def _columns(cursor: Cursor, wanted: View) -> Sequence[str]:
    copy = sql.SQL("CREATE TEMP VIEW tsdb_view{} AS ").format(options(wanted, None))
    cursor.execute(copy + sql.SQL(queries.body(wanted.query)), binary=True)
    row = cursor.execute(_COPY).fetchone()
    return [] if row is None else list(row["columns"] or ())


def _on(option: str | None) -> bool:
    return option is not None and option.lower() in ("true", "on", "yes", "1")
