"""Default privileges as pg_default_acl holds them, and the built-in ones where it holds nothing."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

from ... import holding, rights
from ...capabilities import Capabilities
from ...kind import Cursor, Found, Part
from ...rights import ALL, Target
from .wanted import DefaultPrivileges, key

# without a row of its own a role's objects have acldefault(), which gives PUBLIC something on functions and types only;
# a row for a schema is added to that and never takes away (manual, ALTER DEFAULT PRIVILEGES, notes)
QUERY = """
WITH entry AS (
  SELECT d.defaclrole AS owner, n.nspname AS schema, d.defaclobjtype AS type, d.defaclacl AS acl
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
  UNION ALL
  SELECT r.oid, NULL, t.type, acldefault(t.type, r.oid) FROM pg_roles r, unnest('{f,T}'::"char"[]) t(type)
  WHERE r.rolname !~ '^pg_' AND NOT EXISTS (
    SELECT FROM pg_default_acl d WHERE d.defaclrole = r.oid AND d.defaclnamespace = 0 AND d.defaclobjtype = t.type)
)
SELECT o.rolname AS owner, e.schema, e.type::text AS type, coalesce(g.rolname, 'public') AS grantee,
       json_agg(json_build_array(a.privilege_type, a.is_grantable)) AS held
FROM entry e JOIN pg_roles o ON o.oid = e.owner, aclexplode(e.acl) a LEFT JOIN pg_roles g ON g.oid = a.grantee
WHERE a.grantee <> e.owner GROUP BY 1, 2, 3, 4
"""
_TYPES = {"r": "tables", "S": "sequences", "f": "functions", "T": "types", "n": "schemas"}


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Default privileges by owner, place, type and role; what an owner keeps for itself is not among them."""
    found = {}
    for row in cursor.execute(QUERY):
        on = _TYPES.get(row["type"])
        if on is not None:
            found[key(row["owner"], row["schema"], on, row["grantee"])] = _found(row, on, capabilities.maintain)
    return found


def _found(row: dict[str, Any], on: str, maintain: bool) -> Found:
    # the target serves to read the list alone
    acl = [(row["grantee"], row["owner"], privilege, option) for privilege, option in row["held"]]
    held = holding.of(row["grantee"], Target(on), row["owner"], acl)
    privileges, options = tuple(sorted(held.privileges)), holding.options([held])
    value = DefaultPrivileges(row["owner"], row["schema"], on, row["grantee"], privileges, options)
    return Found(value, {"grantable": held.grantable, "all": rights.expand(on, (ALL,), maintain=maintain)})


def respell(cursor: Cursor, wanted: DefaultPrivileges, found: Found) -> Found:
    """The live set as ALL where it is all that this server has."""
    del cursor
    if wanted.privileges == (ALL,) and found.value.privileges == found.facts["all"]:
        return Found(replace(found.value, privileges=(ALL,)), found.facts)
    return found


def ours(part: Part, found: Found, made: Container[str]) -> Found | None:
    """Those privileges that were granted here."""
    granted = tuple(each for each in found.value.privileges if f"{part.key}: {each}" in made)
    return Found(replace(found.value, privileges=granted), found.facts) if granted else None
