"""Schemas (docs: CREATE SCHEMA); ``public`` is there in every new database."""

from __future__ import annotations

from ..kind import Cursor
from .item import Scope, own

QUERY = own("""
SELECT quote_ident(n.nspname) AS name, n.nspname AS plain FROM pg_namespace n
WHERE n.nspname <> 'public' AND {pg_namespace:n} ORDER BY 1
""")


def statements(cursor: Cursor, scope: Scope) -> list[str]:
    """Every schema of the user's that is not there by then. One that an extension or a role's script made meanwhile is
    no error."""
    rows = [row for row in cursor.execute(QUERY) if row["plain"] not in scope.schemas]
    return [f"CREATE SCHEMA IF NOT EXISTS {row['name']}" for row in rows]
