"""Everything in a database that privileges can be granted on: what it is, whose it is, who holds what.

Left out are chunks, which follow their hypertable's privileges (process_grant_and_revoke in src/process_utility.c of
TimescaleDB), and what belongs to the server, to TimescaleDB's internals or to this library.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .capabilities import Capabilities
from .kind import Cursor
from .names import NO_CHUNK, RESERVED_SCHEMAS, USER_RELATIONS
from .read_as import WRITER
from .rights import Target

_RESERVED = {"reserved": RESERVED_SCHEMAS}
# an acl that is NULL stands for acldefault(), which gives the owner everything and PUBLIC what PUBLIC has by default;
# most of an owner's objects have the same list, so it is taken apart once for them and not for each
_SOURCE = """
WITH place AS (SELECT oid, nspname, nspowner, nspacl FROM pg_namespace WHERE nspname !~ %(reserved)s), part AS (
  SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
), object AS (
  SELECT 'database' AS kind, '' AS schema, '' AS name, '' AS arguments, datdba AS owner,
         datacl AS acl, 'd'::"char" AS letter, false AS extension
  FROM pg_database WHERE datname = current_database()
  UNION ALL
  SELECT 'schema', '', nspname, '', nspowner, nspacl, 'n', false FROM place
  UNION ALL
  SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname, c.relname, '', c.relowner,
         c.relacl, CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END,
         EXISTS (SELECT FROM part d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid)
  FROM pg_class c JOIN place n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND c.oid = ANY ({relations})
    AND {no_chunk}
  UNION ALL
  SELECT 'function', n.nspname, p.proname, oidvectortypes(p.proargtypes), p.proowner,
         p.proacl, 'f',
         EXISTS (SELECT FROM part d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid)
  FROM pg_proc p JOIN place n ON n.oid = p.pronamespace
  UNION ALL
  SELECT 'type', n.nspname, t.typname, '', t.typowner, t.typacl, 'T',
         EXISTS (SELECT FROM part d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid)
  FROM pg_type t JOIN place n ON n.oid = t.typnamespace
  WHERE t.typelem = 0 AND t.typtype IN ('b', 'd', 'e', 'r', 'c')
    AND t.typnamespace = ANY (ARRAY (SELECT oid FROM place))
    AND (t.typrelid = 0 OR (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c')
)
"""
_HOLDERS = f"""
, list AS MATERIALIZED (
  SELECT l.owner, l.acl, (
  SELECT json_agg(json_build_array(coalesce(g.rolname, 'public'), b.rolname, a.privilege_type, a.is_grantable)
                  ORDER BY g.rolname, a.privilege_type, b.rolname)
  FROM aclexplode(l.acl) a LEFT JOIN pg_roles g ON g.oid = a.grantee JOIN pg_roles b ON b.oid = a.grantor
  WHERE a.grantee = 0 OR g.rolname IS NOT NULL
) AS held, pg_has_role({WRITER}, l.owner, 'USAGE') AS acts
  FROM (SELECT DISTINCT owner, coalesce(acl, acldefault(letter, owner)) AS acl FROM object) l
)
SELECT o.kind, o.schema, o.name, o.arguments, r.rolname AS owner, o.extension, l.acts, l.held
FROM object o JOIN pg_roles r ON r.oid = o.owner
JOIN list l ON l.owner = o.owner AND l.acl = coalesce(o.acl, acldefault(o.letter, o.owner))
ORDER BY 1, 2, 3, 4
"""  # noqa: S608 - made of the texts above alone


@dataclass(frozen=True)
class Object:
    """One object. acts: whether this session may do as its owner may."""

    target: Target
    owner: str
    extension: bool
    acts: bool


def holders(cursor: Cursor, capabilities: Capabilities) -> list[dict[str, Any]]:
    """A row an object, with ``held``: [role or "public", who granted it, privilege, with grant option]."""
    return cursor.execute(_source(capabilities) + _HOLDERS, _RESERVED).fetchall()


def of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Object]:
    """Objects by the text of their target, without their privileges; rows: of :func:`holders`."""
    found = {}
    for row in rows:
        target = named(row)
        found[str(target)] = Object(target, row["owner"], row["extension"], row["acts"])
    return found


def named(row: Mapping[str, Any]) -> Target:
    """The target of a row."""
    return Target(row["kind"], row["schema"], row["name"], row["arguments"])


def _source(capabilities: Capabilities) -> str:
    return _SOURCE.format(
        relations=USER_RELATIONS, no_chunk=NO_CHUNK.format(c="c") if capabilities.timescaledb else "true"
    )
