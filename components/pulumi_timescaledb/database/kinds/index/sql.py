"""Statements for indexes. Never CONCURRENTLY: hypertables refuse it (docs, CREATE INDEX)."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from ...queries import outside
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
        identifier = sql.Identifier(found.facts.get("schema", found.value.relation.schema), name)
        steps.append(Step(sql.SQL("DROP INDEX {}").format(identifier), f"drop the index {name} of {table}"))
    if wanted is not None:
        statement = sql.SQL("CREATE {}INDEX IF NOT EXISTS {} ON {} USING ").format(
            sql.SQL("UNIQUE " if wanted.unique else ""), sql.Identifier(name), wanted.relation.identifier
        ) + sql.SQL(_per_chunk(wanted.definition) if wanted.per_chunk else wanted.definition)
        sentence = f"build the index {name} on {table}"
        # an interrupted build leaves an invalid index, which the next look finds and builds anew
        steps.append(Step(statement, sentence, outside_transaction=wanted.per_chunk is True))
    return steps


def _per_chunk(definition: str) -> str:
    """The definition with the option, which stands before the predicate."""
    end = outside(definition, " WHERE ")
    end = len(definition) if end < 0 else end
    return f"{definition[:end]} WITH (timescaledb.transaction_per_chunk){definition[end:]}"
