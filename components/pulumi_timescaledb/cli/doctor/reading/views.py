"""Who reads a stored result, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....database.names import USER_SCHEMAS, Relation
from .section import Sections

# who reads a stored result without being subject to the row security of the tables it was made from
_READERS = r"""
SELECT n.nspname AS schema, c.relname AS name, array_agg(r.rolname::text ORDER BY r.rolname) AS readers
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON NOT r.rolsuper AND NOT r.rolbypassrls AND r.oid <> c.relowner AND r.rolname !~ '^pg_'
  AND has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ANY ({schemas})
GROUP BY 1, 2
"""
# a materialized view's tables, also those behind the views that it reads
_SOURCES = r"""
WITH RECURSIVE reads (view, relation) AS (
  SELECT w.ev_class, d.refobjid FROM pg_rewrite w
  JOIN pg_class v ON v.oid = w.ev_class AND v.relkind = 'm'
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  WHERE d.refobjid <> w.ev_class
  UNION
  SELECT r.view, d.refobjid FROM reads r JOIN pg_rewrite w ON w.ev_class = r.relation
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  WHERE d.refobjid <> w.ev_class
)
SELECT vn.nspname AS schema, v.relname AS name, tn.nspname AS source_schema, t.relname AS source_name
FROM reads r JOIN pg_class v ON v.oid = r.view JOIN pg_namespace vn ON vn.oid = v.relnamespace
JOIN pg_class t ON t.oid = r.relation JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p') ORDER BY 1, 2, 3, 4
"""

# chunks carry a copy of the hypertable's grants and none of its policies
_CHUNK_READERS = """
SELECT n.nspname AS schema, c.relname AS name, array_agg(r.rolname::text ORDER BY r.rolname) AS readers
FROM _timescaledb_catalog.hypertable h
JOIN pg_namespace n ON n.nspname = h.schema_name
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name AND c.relrowsecurity
JOIN pg_namespace s ON s.nspname = h.associated_schema_name
JOIN pg_roles r ON NOT r.rolsuper AND NOT r.rolbypassrls AND r.oid <> c.relowner AND r.rolname !~ '^pg_'
  AND has_schema_privilege(r.oid, s.oid, 'USAGE') AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
GROUP BY 1, 2
"""


def readers(sections: Sections) -> Mapping[str, Sequence[str]]:
    """The roles that may read a view, without superusers, its owner and those whom row security does not bind."""
    rows = sections.cursor.execute(_READERS.format(schemas=USER_SCHEMAS))
    return {str(Relation(row["schema"], row["name"])): tuple(row["readers"]) for row in rows}


def chunk_readers(sections: Sections) -> Mapping[str, Sequence[str]]:
    """The roles that may read the chunks of a hypertable with row security, past its policies."""
    rows = sections.cursor.execute(_CHUNK_READERS)
    return {str(Relation(row["schema"], row["name"])): tuple(row["readers"]) for row in rows}


def sources(sections: Sections) -> Mapping[str, Sequence[str]]:
    """The tables that each materialized view reads."""
    found: dict[str, list[str]] = {}
    for row in sections.cursor.execute(_SOURCES):
        source = str(Relation(row["source_schema"], row["source_name"]))
        found.setdefault(str(Relation(row["schema"], row["name"])), []).append(source)
    return found
