"""Comments on what the text makes (docs: COMMENT)."""

from __future__ import annotations

from collections.abc import Iterator

from ..kind import Cursor
from ..names import Relation
from .item import LATER, Left, Scope, own

# pg_identify_object names constraints, triggers and the like as COMMENT wants them: "name on schema.table"
QUERY = own("""
SELECT upper(CASE i.type WHEN 'table column' THEN 'column' WHEN 'view column' THEN 'column'
                  WHEN 'materialized view column' THEN 'column' WHEN 'table constraint' THEN 'constraint'
                  WHEN 'composite type column' THEN 'column' ELSE i.type END) AS word,
       i.identity AS name, quote_literal(d.description) AS text,
       coalesce(quote_ident(n.nspname) || '.' || quote_ident(c.relname), i.identity) AS owner,
       n.nspname AS schema, c.relname AS plain
FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
LEFT JOIN pg_trigger t ON d.classoid = 'pg_trigger'::regclass AND t.oid = d.objoid
LEFT JOIN pg_constraint k ON d.classoid = 'pg_constraint'::regclass AND k.oid = d.objoid
LEFT JOIN pg_policy p ON d.classoid = 'pg_policy'::regclass AND p.oid = d.objoid
LEFT JOIN pg_index x ON d.classoid = 'pg_class'::regclass AND x.indexrelid = d.objoid
LEFT JOIN pg_class c ON c.oid = coalesce(t.tgrelid, k.conrelid, p.polrelid, x.indrelid,
                                         CASE WHEN d.classoid = 'pg_class'::regclass THEN d.objoid END)
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.type IN ('table', 'table column', 'view', 'view column', 'materialized view', 'materialized view column',
                 'sequence', 'function', 'procedure', 'type', 'domain', 'schema', 'table constraint', 'trigger',
                 'policy', 'index', 'composite type column')
  AND (c.oid IS NULL OR {pg_class:c})
ORDER BY 1, 2
""")


def statements(cursor: Cursor, scope: Scope, made: frozenset[str], left: list[Left]) -> Iterator[str]:
    """A COMMENT for each; one on an object that is made by an extension is not ours to say, and one on an object that
    is made later is left out and named."""
    for row in cursor.execute(QUERY).fetchall():
        relation = str(Relation(row["schema"], row["plain"])) if row["plain"] else ""
        declared = row["word"] == "POLICY" and relation in scope.policies
        if relation in scope.later or declared:
            left.append(Left(f"comment on {row['word'].lower()} {row['name']}", LATER))
        elif row["owner"] in made:
            yield f"COMMENT ON {row['word']} {row['name']} IS {row['text']}"
