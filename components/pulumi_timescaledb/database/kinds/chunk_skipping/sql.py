"""Statements for chunk skipping (docs: enable_chunk_skipping, disable_chunk_skipping)."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import ChunkSkipping

# both functions fail unless it is on, and it is off by default (chunk_column_stats.c of 2.28.3)
ON = sql.SQL("SET LOCAL timescaledb.enable_chunk_skipping = on; ")


def statements(
    change: Change, wanted: ChunkSkipping | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """One column after the other."""
    del capabilities
    new = wanted.columns if wanted else ()
    old = found.value.columns if found else ()
    table = sql.Literal(change.object)
    steps = []
    for column in old:
        if column not in new:
            call = sql.SQL("SELECT disable_chunk_skipping({}::regclass, {})").format(table, sql.Literal(column))
            steps.append(Step(ON + call, f"keep no ranges of {column} for the chunks of {change.object}"))
    for column in new:
        if column not in old:
            call = sql.SQL("SELECT enable_chunk_skipping({}::regclass, {})").format(table, sql.Literal(column))
            steps.append(Step(ON + call, f"keep the range of {column} for chunks of {change.object}"))
    return steps
