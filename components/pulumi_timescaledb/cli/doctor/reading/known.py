"""What our ledger knows of, and which roles have anything to do with this database."""

from __future__ import annotations

from .section import Sections

KNOWN = """
SELECT DISTINCT kind, object FROM pulumi_timescaledb.history UNION SELECT kind, object FROM pulumi_timescaledb.made
"""
EXISTS = """
SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'pulumi_timescaledb' AND c.relname = 'made') AS exists
"""
# roles that own something here, or were granted something here; they exist on the whole server
_ROLES = """
SELECT DISTINCT r.rolname::text AS name FROM pg_shdepend s
JOIN pg_database d ON d.datname = current_database()
JOIN pg_roles r ON r.oid = s.refobjid
WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname !~ '^pg_' AND NOT r.rolsuper AND r.oid <> d.datdba
  AND (s.dbid = d.oid OR s.classid = 'pg_database'::regclass AND s.objid = d.oid)
ORDER BY 1
"""


def objects(sections: Sections) -> frozenset[tuple[str, str]]:
    """(kind, object) of all that was ever written by declaration."""
    return frozenset((row["kind"], row["object"]) for row in sections.cursor.execute(KNOWN))


def exists(sections: Sections) -> bool:
    """Whether there is a ledger, readable or not."""
    row = sections.cursor.execute(EXISTS).fetchone()
    return bool(row and row["exists"])


def roles(sections: Sections) -> tuple[str, ...]:
    """The roles in use here, without superusers, the database's owner and the server's own."""
    return tuple(row["name"] for row in sections.cursor.execute(_ROLES))
