"""Functions and procedures, as ``pg_get_functiondef`` prints them; aggregates have no such text."""

from __future__ import annotations

from collections.abc import Iterator

from ..kind import Cursor
from .item import Item, own

QUERY = own("""
SELECT p.oid, p.oid::regprocedure::text AS name, pg_get_functiondef(p.oid) AS definition
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'w') AND {pg_proc:p}
""")


def read(cursor: Cursor) -> Iterator[Item]:
    """Every function and procedure."""
    for row in cursor.execute(QUERY):
        yield Item(("pg_proc", row["oid"]), f"function {row['name']}", f"{row['definition'].rstrip()};\n")
