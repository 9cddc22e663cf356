"""Statements for indexes. Never CONCURRENTLY: hypertables refuse it (docs, CREATE INDEX)."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from .found import name_of
from .wanted import Index


def statements(change: Change, wanted: Index | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Drop what is there, create what is wanted.

    IF NOT EXISTS, because create_hypertable may have just made a default index of that name; the look that follows
    compares its definition.
    """
    del capabilities
    value = wanted or (found.value if found else None)
    if value is None:
        return []
    table: Relation = value.relation
    name = name_of(change.object, table)
    steps = []
    if found is not None:
        identifier = sql.Identifier(found.value.relation.schema, name)
        steps.append(Step(sql.SQL("DROP INDEX {}").format(identifier), f"drop the index {name} of {table}"))
    if wanted is not None:
        statement = sql.SQL("CREATE {}INDEX IF NOT EXISTS {} ON {} USING ").format(
            sql.SQL("UNIQUE " if wanted.unique else ""), sql.Identifier(name), wanted.relation.identifier
        ) + sql.SQL(wanted.definition)
        steps.append(Step(statement, f"build the index {name} on {table}"))
    return steps
