"""Roles as the catalog shows them; the stored verifier is read only where the session may."""

from __future__ import annotations

from dataclasses import replace

from ... import secret
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from . import scram
from .wanted import Role

QUERY = """
SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolcreatedb AS createdb, r.rolcreaterole AS createrole,
       r.rolinherit AS inherit, r.rolconnlimit AS connection_limit, {verifier} AS verifier,
       coalesce(array_agg(g.rolname::text ORDER BY g.rolname) FILTER (WHERE g.rolname IS NOT NULL), '{{}}') AS member_of
FROM {source} r
LEFT JOIN pg_auth_members m ON m.member = r.oid LEFT JOIN pg_roles g ON g.oid = m.roleid
WHERE r.rolname !~ '^pg_' GROUP BY r.rolname, 2, 3, 4, 5, 6, 7
"""
ANOTHER = "(another password)"


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Roles by name."""
    if capabilities.superuser:
        query = QUERY.format(source="pg_authid", verifier="r.rolpassword")
    else:
        query = QUERY.format(source="pg_roles", verifier="NULL::text")
    found = {}
    for row in cursor.execute(query):
        value = Role(
            row["login"],
            row["createdb"],
            row["createrole"],
            row["inherit"],
            row["connection_limit"],
            tuple(row["member_of"]),
        )
        found[row["name"]] = Found(value, {"verifier": row["verifier"], "readable": capabilities.superuser})
    return found


def respell(cursor: Cursor, wanted: Role, found: Found) -> Found:
    """Whether the password behind the reference is the stored one; where that cannot be read, it is taken as so."""
    del cursor
    if wanted.password_ref is None:
        return found
    same = not found.facts["readable"] or scram.matches(found.facts["verifier"], secret.resolve(wanted.password_ref))
    return Found(replace(found.value, password_ref=wanted.password_ref if same else ANOTHER), found.facts)
