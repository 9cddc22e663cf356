"""Plain facts about relations that rules need: columns, keys, row security, owners, publications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .kind import Cursor
from .names import USER_RELATIONS, Relation

# a key is what create_hypertable asks of: unique and exclusion indexes, with INCLUDE columns (src/indexing.c); a type
# without an order of its own cannot order a columnstore, and one that is binary the same as an ordered one can
QUERY = r"""
WITH unordered AS MATERIALIZED (
  SELECT t.oid FROM pg_type t WHERE t.typtype = 'b' AND t.typcategory <> 'A' AND NOT EXISTS (
    SELECT FROM pg_opclass o WHERE o.opcmethod = 403 AND o.opcdefault AND (o.opcintype = t.oid OR EXISTS (
      SELECT FROM pg_cast k WHERE k.castsource = t.oid AND k.casttarget = o.opcintype AND k.castmethod = 'b'))))
SELECT n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relrowsecurity AS row_security,
       o.rolname AS owner, o.rolcanlogin AS owner_login,
       CASE WHEN c.reltuples >= 0 OR c.relkind <> 'r' THEN greatest(c.reltuples, 0)::bigint
            ELSE pg_relation_size(c.oid) / 64 END AS rows,
       (SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT json_agg(json_build_array(i.relname, (
            SELECT json_agg(a.attname) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY (x.indkey))))
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
        WHERE x.indrelid = c.oid AND (x.indisunique OR x.indisexclusion)) AS unique_keys,
       (SELECT json_object_agg(a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.atttypid IN (SELECT oid FROM unordered)) AS unordered,
       (SELECT json_agg(json_build_array(k.conname, fn.nspname, f.relname)) FROM pg_constraint k
        JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid <> c.oid) AS foreign_keys,
       (SELECT json_agg(p.pubname) FROM pg_publication p WHERE p.puballtables OR EXISTS (
          SELECT FROM pg_publication_rel l WHERE l.prpubid = p.oid AND l.prrelid = c.oid)) AS publications,
       (SELECT has_schema_privilege('public', i.oid, 'USAGE') FROM pg_namespace i
        WHERE i.nspname = '_timescaledb_internal') AS chunks_open
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles o ON o.oid = c.relowner
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't'
  AND c.oid = ANY ({relations})
"""


@dataclass(frozen=True)
class Table:
    """One relation. unique_keys: (index name, columns). rows: estimated from its bytes where it was never analysed.
    unordered: columns whose type has no order, with the type. foreign_keys: (constraint, the table it refers to),
    without those to itself. publications: those that publish it. chunks_open: whether everybody may use the schema in
    which the chunks of hypertables are."""

    relation: Relation
    kind: str
    columns: frozenset[str]
    unique_keys: tuple[tuple[str, frozenset[str]], ...]
    row_security: bool
    owner: str
    owner_login: bool
    rows: int
    unordered: Mapping[str, str] = field(default_factory=dict)
    foreign_keys: tuple[tuple[str, str], ...] = ()
    publications: tuple[str, ...] = ()
    chunks_open: bool = False


def read(cursor: Cursor) -> dict[str, Table]:
    """Relations of the user's own schemas, by name."""
    tables = {}
    for row in cursor.execute(QUERY.format(relations=USER_RELATIONS)):
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
            row["unordered"] or {},
            tuple((name, str(Relation(*other))) for name, *other in row["foreign_keys"] or ()),
            tuple(row["publications"] or ()),
            row["chunks_open"] is True,
        )
    return tables
