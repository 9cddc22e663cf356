"""Rights: what differs from those that an object is born with (docs: GRANT, "Privileges", acldefault).

A right that a superuser was given, or one on an aggregate, which is made later, is left out and named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..kind import Cursor
from ..kinds.default_privileges.wanted import key as default_key
from ..names import Relation
from ..rights import PUBLIC, Target, pair
from .item import LATER, Left, Scope, own

_KINDS = {
    "SCHEMA": "schema",
    "TABLE": "table",
    "SEQUENCE": "sequence",
    "FUNCTION": "function",
    "PROCEDURE": "function",
    "TYPE": "type",
}
# in every database by then. Rights on the second are what row security of a hypertable stands on, because its chunks
# are there (plan/rules/row_security_chunks.py)
_THERE = ("public", "_timescaledb_internal")

# each row: what it is, its rights now, and those of a new one; two schemas are born with rights of their own, which
# another owner takes over
_OBJECTS = own("""
SELECT 'SCHEMA' AS word, quote_ident(n.nspname) AS name, '' AS schema, n.nspname::text AS plain, '' AS arguments,
       NULL::text AS "column", coalesce(n.nspacl, acldefault('n', n.nspowner)) AS now,
       CASE WHEN n.nspname IN ('public', '_timescaledb_internal') AND p.initprivs IS NOT NULL
            THEN (SELECT array_agg(makeaclitem(CASE WHEN a.grantee = a.grantor THEN n.nspowner ELSE a.grantee END,
                                               n.nspowner, a.privilege_type, a.is_grantable))
                  FROM aclexplode(p.initprivs) a)
            ELSE acldefault('n', n.nspowner) END AS born
FROM pg_namespace n
LEFT JOIN pg_init_privs p ON p.classoid = 'pg_namespace'::regclass AND p.objoid = n.oid
WHERE {pg_namespace:n} OR n.nspname = '_timescaledb_internal'
UNION ALL
SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, format('%I.%I', n.nspname, c.relname), n.nspname,
       c.relname, '', NULL, c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relacl IS NOT NULL AND c.relpersistence <> 't'
  AND {pg_class:c}
UNION ALL
SELECT 'TABLE', format('%I.%I', n.nspname, c.relname), n.nspname, c.relname, '', quote_ident(a.attname), a.attacl,
       acldefault('c', c.relowner)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relpersistence <> 't' AND {pg_class:c}
UNION ALL
SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure::text, n.nspname, p.proname,
       oidvectortypes(p.proargtypes), NULL, p.proacl, acldefault('f', p.proowner)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'w') AND p.proacl IS NOT NULL AND {pg_proc:p}
UNION ALL
SELECT 'TYPE', format('%I.%I', n.nspname, t.typname), n.nspname, t.typname, '', NULL, t.typacl,
       acldefault('T', t.typowner)
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typacl IS NOT NULL AND t.typtype IN ('e', 'd', 'r', 'c') AND {pg_type:t}
""")
_EXPLODED = """
SELECT o.word, o.name, o.schema, o.plain, o.arguments, o."column", to_jsonb(o) ->> 'owner' AS owner, x.given, x.grantee,
       x.grantable, coalesce(quote_ident(r.rolname), 'PUBLIC') AS quoted, coalesce(r.rolname, 'PUBLIC') AS role,
       array_agg(x.privilege_type ORDER BY x.privilege_type) AS privileges
FROM ({objects}) o CROSS JOIN LATERAL (
  (SELECT true AS given, grantee, privilege_type, is_grantable AS grantable FROM aclexplode(o.now)
   EXCEPT SELECT true, grantee, privilege_type, is_grantable FROM aclexplode(o.born))
  UNION ALL
  (SELECT false, grantee, privilege_type, is_grantable FROM aclexplode(o.born)
   EXCEPT SELECT false, grantee, privilege_type, is_grantable FROM aclexplode(o.now))) x
LEFT JOIN pg_roles r ON r.oid = x.grantee
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ORDER BY 1, 2, o."column" NULLS FIRST, x.given, 12, x.grantable
"""
# globally, what is given stands beside what a new object of its owner has anyway; in one schema it stands alone
# (a column is born with no rights, and its acldefault is the empty list in the form that aclexplode takes)
_DEFAULTS = """
SELECT CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
            WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END AS word,
       'FOR ROLE ' || quote_ident(o.rolname) || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') AS name,
       n.nspname::text AS schema, '' AS plain, '' AS arguments, NULL::text AS "column", d.defaclacl AS now,
       CASE WHEN d.defaclnamespace = 0
            THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END::"char", d.defaclrole)
            ELSE acldefault('c', d.defaclrole) END AS born, o.rolname AS owner
FROM pg_default_acl d JOIN pg_roles o ON o.oid = d.defaclrole LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
"""


def statements(
    cursor: Cursor, scope: Scope, made: frozenset[str], left: list[Left], missing: set[str]
) -> Iterator[str]:
    """A GRANT or REVOKE for each difference, one a role, that is not declared; missing: declared ones on what is not
    made."""
    for row in cursor.execute(_EXPLODED.replace("{objects}", _OBJECTS)).fetchall():
        what = f"{row['word'].lower()} {row['name']}"
        later = row["word"] == "TABLE" and str(Relation(row["schema"], row["plain"])) in scope.later
        there = row["name"] in made or row["name"] in _THERE
        key = pair(_role(row), Target(_KINDS[row["word"]], row["schema"], row["plain"], row["arguments"]))
        if key in scope.grants and row["column"] is None:
            if row["given"] and not (there or later):
                missing.add(key)
        elif later:
            left.append(Left(f"rights of {row['role']} on {what}", LATER))
        elif not scope.knows(row["role"]):
            left.append(Left(f"rights of {row['role']} on {what}", "the role is not made by this program"))
        elif there:
            yield _grant(row, f"{row['word']} {row['name']}")


def defaults(cursor: Cursor, scope: Scope, left: list[Left]) -> Iterator[str]:
    """Rights of objects to come; said last, so that they do not touch what this text makes."""
    for row in cursor.execute(_EXPLODED.replace("{objects}", _DEFAULTS)).fetchall():
        if default_key(row["owner"], row["schema"], row["word"].lower(), _role(row)) in scope.defaults:
            continue
        if scope.knows(row["role"]) and scope.knows(row["owner"]):
            yield f"ALTER DEFAULT PRIVILEGES {row['name']} {_grant(row, row['word'])}"
        else:
            what = f"default rights of {row['role']} on {row['word'].lower()} {row['name'].lower()}"
            left.append(Left(what, "a role in it is not made by this program"))


def _role(row: Mapping[str, Any]) -> str:
    return PUBLIC if row["role"] == "PUBLIC" else str(row["role"])


def _grant(row: Mapping[str, Any], target: str) -> str:
    column = f" ({row['column']})" if row["column"] else ""
    privileges = ", ".join(f"{each}{column}" for each in row["privileges"])
    if not row["given"]:
        return f"REVOKE {privileges} ON {target} FROM {row['quoted']}"
    return f"GRANT {privileges} ON {target} TO {row['quoted']}{' WITH GRANT OPTION' if row['grantable'] else ''}"
