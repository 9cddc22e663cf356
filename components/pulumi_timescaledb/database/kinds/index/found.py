"""Indexes as the catalog shows them."""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from ... import queries
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import USER_RELATIONS, Relation, quoted, unquoted
from ...refused import words
from .wanted import Index

# Chunks and TimescaleDB's own tables carry copies of every index; those schemas are left out. An aggregate's indexes
# lie on its materialization table, and those that the server made are named after it.
QUERY = r"""
SELECT coalesce(a.view_schema, n.nspname)::text AS schema, coalesce(a.view_name, c.relname)::text AS table,
       n.nspname AS own_schema, i.relname AS name, x.indisunique AS unique, x.indisvalid AS valid,
       pg_get_indexdef(x.indexrelid) AS definition,
       (x.indisunique OR x.indisexclusion) AND EXISTS (
         SELECT FROM pg_constraint WHERE conrelid = c.oid AND conindid = i.oid AND contype IN ('p', 'u', 'x')
       ) AS constraint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_index x ON x.indrelid = c.oid JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN {aggregates} a ON a.own = c.oid AND NOT starts_with(i.relname::text, c.relname::text || '_')
WHERE c.relkind IN ('r', 'p', 'm') AND c.relpersistence <> 't'
  AND (c.oid = ANY ({relations}) OR (c.oid = ANY (ARRAY (SELECT own FROM {aggregates} o)) AND a.own IS NOT NULL))
"""
# the view of aggregates would render every definition: 58 ms for 40 of them, so 2 ms (measured on 2.28.3)
_AGGREGATES = """(SELECT c.user_view_schema AS view_schema, c.user_view_name AS view_name,
  to_regclass(format('%I.%I', h.schema_name, h.table_name))::oid AS own
  FROM _timescaledb_catalog.continuous_agg c JOIN _timescaledb_catalog.hypertable h ON h.id = c.mat_hypertable_id)"""
_NONE = "(SELECT NULL::name AS view_schema, NULL::name AS view_name, NULL::oid AS own WHERE false)"


def key(relation: Relation, name: str) -> str:
    """How an index is found: by its table and name."""
    return f"{relation} {quoted(name)}"


def name_of(key: str, relation: object) -> str:
    """The index's name in a key, whose table is known."""
    return unquoted(key.removeprefix(f"{relation} "))


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Indexes by table and name."""
    found = {}
    aggregates = _AGGREGATES if capabilities.tsl else _NONE
    query = QUERY.format(relations=USER_RELATIONS, aggregates=aggregates)
    for row in cursor.execute(query):
        relation = Relation(row["schema"], row["table"])
        value = Index(relation, _clause(row["definition"]), row["unique"], valid=row["valid"])
        facts = {"valid": row["valid"], "constraint": row["constraint"], "name": row["name"]}
        facts["schema"] = row["own_schema"]
        found[key(relation, row["name"])] = Found(value, facts)
    return found


def respell(cursor: Cursor, wanted: Index, found: Found) -> Found:
    """Where the texts differ, build the wanted index on an empty copy of the table and compare the server's spelling.

    The caller rolls back. A definition that the server refuses stays a difference; creating it will tell why.
    """
    live = found.value
    if wanted.definition == live.definition:
        return found
    try:
        with queries.trial(cursor):
            spelled = _spelled(cursor, live.relation, wanted)
    except psycopg.errors.Error:
        return found
    return Found(replace(live, definition=wanted.definition), found.facts) if spelled == live.definition else found


def objections(cursor: Cursor, key: str, wanted: Index) -> list[str]:
    """What the server says of the definition, on an empty copy of the table."""
    try:
        with queries.trial(cursor):
            _spelled(cursor, wanted.relation, wanted)
    except psycopg.errors.Error as error:
        return [f"its index {name_of(key, wanted.relation)} is refused by the server ({words(error)})"]
    return []


def _spelled(cursor: Cursor, relation: Relation, wanted: Index) -> str:
    columns, copy = sql.Identifier("tsdb_columns"), sql.Identifier("tsdb_copy")
    # by way of a view of one's own, because LIKE asks for SELECT on the table, which a role that only plans has not
    cursor.execute(sql.SQL("CREATE TEMP VIEW {} AS SELECT * FROM {}").format(columns, relation.identifier))
    cursor.execute(sql.SQL("CREATE TEMP TABLE {} (LIKE {})").format(copy, columns))
    create = sql.SQL("CREATE {}INDEX tsdb_copy_index ON {} USING ").format(
        sql.SQL("UNIQUE " if wanted.unique else ""), copy
    )
    cursor.execute(create + sql.SQL(wanted.definition), binary=True)  # one statement, whatever the definition holds
    row = cursor.execute("SELECT pg_get_indexdef('pg_temp.tsdb_copy_index'::regclass) AS definition").fetchone()
    return "" if row is None else _clause(row["definition"])


def _clause(definition: str) -> str:
    return definition.split(" USING ", 1)[1]
