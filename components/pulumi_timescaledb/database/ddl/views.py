"""Views and materialized views; an aggregate's view is TimescaleDB's own and is declared, and so are views that hold
tenants apart (docs: CREATE VIEW)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..kind import Cursor
from ..names import Relation
from .item import Item, Scope, lines, own

QUERY = own("""
SELECT c.oid, n.nspname AS schema, c.relname AS plain, format('%I.%I', n.nspname, c.relname) AS name,
       c.relkind AS kind, pg_get_viewdef(c.oid) AS definition, c.relispopulated AS populated,
       array_to_string(c.reloptions, ', ') AS options
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND {pg_class:c}
""")


def read(cursor: Cursor, scope: Scope) -> Iterator[Item]:
    """Every view that is not made later."""
    for row in cursor.execute(QUERY):
        if str(Relation(row["schema"], row["plain"])) in scope.later:
            continue
        word = "materialized view" if row["kind"] == "m" else "view"
        yield Item(("pg_class", row["oid"]), f"{word} {row['name']}", lines([_text(row, word.upper())]))


def _text(row: Mapping[str, Any], word: str) -> str:
    options = f" WITH ({row['options']})" if row["options"] else ""
    empty = "\n  WITH NO DATA" if row["kind"] == "m" and not row["populated"] else ""
    return f"CREATE {word} {row['name']}{options} AS\n{row['definition'].rstrip().rstrip(';')}{empty}"
