"""Indexes as the catalog shows them."""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation, quoted, unquoted
from .wanted import Index

# chunks and TimescaleDB's own tables carry copies of every index; those schemas are left out
QUERY = r"""
SELECT n.nspname AS schema, c.relname AS table, i.relname AS name, x.indisunique AS unique, x.indisvalid AS valid,
       pg_get_indexdef(x.indexrelid) AS definition, con.conname IS NOT NULL AS constraint
FROM pg_index x
JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_constraint con ON con.conindid = x.indexrelid AND con.contype IN ('p', 'u', 'x')
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND n.nspname !~ '^(pg_|_timescaledb|information_schema|timescaledb_|pulumi_timescaledb)'
"""


def key(relation: Relation, name: str) -> str:
    """How an index is found: by its table and name."""
    return f"{relation} {quoted(name)}"


def name_of(key: str, relation: object) -> str:
    """The index's name in a key, whose table is known."""
    return unquoted(key.removeprefix(f"{relation} "))


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Indexes by table and name."""
    del capabilities
    found = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["table"])
        value = Index(relation, _clause(row["definition"]), row["unique"])
        facts = {"valid": row["valid"], "constraint": row["constraint"], "name": row["name"]}
        found[key(relation, row["name"])] = Found(value, facts)
    return found


def respell(cursor: Cursor, wanted: Index, found: Found) -> Found:
    """Where the texts differ, build the wanted index on an empty copy of the table and compare the server's spelling.

    The caller rolls back. A definition that the server refuses stays a difference; creating it will tell why.
    """
    live = found.value
    if wanted.definition == live.definition:
        return found
    copy = sql.Identifier("tsdb_copy")
    try:
        cursor.execute(sql.SQL("CREATE TEMP TABLE {} (LIKE {})").format(copy, live.relation.identifier))
        cursor.execute(sql.SQL("CREATE INDEX tsdb_copy_index ON {} USING ").format(copy) + sql.SQL(wanted.definition))
        row = cursor.execute("SELECT pg_get_indexdef('pg_temp.tsdb_copy_index'::regclass) AS definition").fetchone()
    except psycopg.errors.Error:
        return found
    if row and _clause(row["definition"]) == live.definition:
        return Found(replace(live, definition=wanted.definition), found.facts)
    return found


def _clause(definition: str) -> str:
    return definition.split(" USING ", 1)[1]
