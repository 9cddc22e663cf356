"""The whole text: the objects in order, what hangs on them, owners, rights and comments, and what is not in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..kind import Cursor
from ..names import Relation
from . import comments, functions, hanging, order, owners, rights, schemas, sequences, types, uncovered, views
from .item import Item, Key, Left, Scope, lines
from .tables import Tables

RELATIONS = """
SELECT c.oid, n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm')
"""


@dataclass(frozen=True)
class Script:
    """text: statements, empty where there is nothing plain. left: what is there and not in it, each with its reason.
    missing: those of the scope's grants whose object is not in it."""

    text: str
    left: tuple[Left, ...]
    missing: frozenset[str] = frozenset()


def read(cursor: Cursor, scope: Scope) -> Script:
    """Read everything in the caller's transaction, which may be read-only."""
    tables = Tables(cursor)
    items = [
        *types.read(cursor),
        *sequences.read(cursor),
        *tables.items(),
        *functions.read(cursor),
        *views.read(cursor, scope),
    ]
    later = _later(cursor, scope)
    waits = order.needs(cursor, [item.key for item in items], later)
    items, behind = _behind(items, waits, later)
    sorted_items, circle = order.sort(items, waits)
    left = [*uncovered.read(cursor), *behind]
    left += [
        Left(each.name, "it and another object need each other; add the two to the file by hand") for each in circle
    ]
    made = frozenset([*_names(cursor, sorted_items), *tables.sequences()])
    missing: set[str] = set()
    parts = [
        lines(schemas.statements(cursor, scope)),
        *(item.text for item in sorted_items),
        lines(sequences.owned(cursor)),
        lines(tables.following()),
        lines(list(hanging.statements(cursor, scope, left))),
        lines(owners.statements(cursor, scope, made, left)),
        lines(rights.statements(cursor, scope, made, left, missing)),
        lines(rights.defaults(cursor, scope, left)),
        lines(comments.statements(cursor, scope, made, left)),
    ]
    return Script("\n".join(part for part in parts if part), tuple(left), frozenset(missing))


def _later(cursor: Cursor, scope: Scope) -> dict[Key, str]:
    found = {}
    for row in cursor.execute(RELATIONS):
        relation = str(Relation(row["schema"], row["name"]))
        if relation in scope.later:
            found["pg_class", int(row["oid"])] = f"the {scope.later[relation]} {relation}"
    return found


def _behind(items: list[Item], waits: dict[Key, set[Key]], later: dict[Key, str]) -> tuple[list[Item], list[Left]]:
    """Apart: what can be made now, and what stands on something made later, directly or through something else."""
    left: list[Left] = []
    gone = dict(later)
    while True:
        found = [(item, need) for item in items for need in sorted(waits.get(item.key, ())) if need in gone]
        if not found:
            return items, left
        item, need = found[0]
        left.append(Left(item.name, f"it stands on {gone[need]}, which is made after the migrations"))
        gone[item.key] = item.name
        items = [each for each in items if each.key != item.key]


def _names(cursor: Cursor, items: Iterable[Item]) -> list[str]:
    """The names under which owners, rights and comments find what was made: its own, and its schema's."""
    schemed = [row["name"] for row in cursor.execute(schemas.QUERY)]
    return [item.name.removeprefix("materialized ").partition(" ")[2] for item in items] + schemed
