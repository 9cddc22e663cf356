"""Plain facts about relations that rules need: columns, unique keys, row security, owners."""

from __future__ import annotations

from dataclasses import dataclass

from .kind import Cursor
from .names import Relation

QUERY = r"""
SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relrowsecurity AS row_security,
       o.rolname AS owner, o.rolcanlogin AS owner_login, greatest(c.reltuples, 0)::bigint AS rows,
       (SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT json_agg(json_build_array(i.relname, (
            SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (x.indkey))))
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indrelid = c.oid AND x.indisunique) AS unique_keys
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't'
  AND n.nspname !~ '^(pg_|_timescaledb|timescaledb_|information_schema|pulumi_timescaledb)'
"""


@dataclass(frozen=True)
class Table:
    """One relation. unique_keys: (index name, columns)."""

    relation: Relation
    kind: str
    columns: frozenset[str]
    unique_keys: tuple[tuple[str, frozenset[str]], ...]
    row_security: bool
    owner: str
    owner_login: bool
    rows: int


def read(cursor: Cursor) -> dict[str, Table]:
    """Relations of the user's own schemas, by name."""
    tables = {}
    for row in cursor.execute(QUERY):
        relation = Relation(row["schema"], row["name"])
        tables[str(relation)] = Table(
            relation,
            row["kind"],
            frozenset(row["columns"] or ()),
            tuple((name, frozenset(columns or ())) for name, columns in row["unique_keys"] or ()),
            row["row_security"],
            row["owner"],
            row["owner_login"],
            row["rows"],
        )
    return tables
