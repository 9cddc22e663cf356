"""Who owns what: said where it is not the role that runs the text."""

from __future__ import annotations

from collections.abc import Iterator

from ..kind import Cursor
from ..names import Relation
from .item import Left, Scope, own

# a sequence that serves a column goes with its table, a row type with its table, an array with its element
QUERY = own("""
SELECT 'SCHEMA' AS word, quote_ident(n.nspname) AS name, n.nspowner AS owner, NULL AS schema, n.nspname AS plain
FROM pg_namespace n WHERE n.nspname <> 'public' AND {pg_namespace:n}
UNION ALL
SELECT CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, format('%I.%I', n.nspname, t.typname), t.typowner,
       NULL, NULL
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c') AND {pg_type:t}
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure::text, p.proowner, NULL, NULL
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'w') AND {pg_proc:p}
UNION ALL
SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
       format('%I.%I', n.nspname, c.relname), c.relowner, n.nspname, c.relname
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't' AND {pg_class:c}
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass
                  AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
""")
NAMED = """
SELECT q.word, q.name, q.schema, q.plain, r.rolname AS owner, quote_ident(r.rolname) AS quoted
FROM ({objects}) q JOIN pg_roles r ON r.oid = q.owner ORDER BY 1, 2
"""


def statements(cursor: Cursor, scope: Scope, made: frozenset[str], left: list[Left]) -> Iterator[str]:
    """An ALTER ... OWNER for each object that was made; of what is made elsewhere the owner is declared with it."""
    for row in cursor.execute(NAMED.replace("{objects}", QUERY)).fetchall():
        relation = str(Relation(row["schema"], row["plain"])) if row["schema"] else ""
        elsewhere = relation in scope.hypertables or relation in scope.later
        elsewhere = elsewhere or (row["word"] == "SCHEMA" and row["plain"] in scope.schemas)
        if row["owner"] == scope.role or not (elsewhere or row["name"] in made):
            continue
        name = f"{row['word'].lower()} {row['name']}"
        if elsewhere and scope.knows(row["owner"]):
            continue
        if scope.knows(row["owner"]):
            yield f"ALTER {row['word']} {row['name']} OWNER TO {row['quoted']}"
        else:
            left.append(Left(f"owner of {name}", f"{row['owner']} is a superuser, which this program does not make"))
