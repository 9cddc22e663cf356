"""Statements for extensions."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Extension


def statements(change: Change, wanted: Extension | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """CREATE, UPDATE or DROP; the update is the first statement of a fresh session.

    TimescaleDB refuses ALTER EXTENSION in a session that already loaded the old library
    (timescaledb #10313; docs, "Upgrade TimescaleDB").
    """
    del found, capabilities
    name = sql.Identifier(change.object)
    if change.action == "remove" or wanted is None:
        return [Step(sql.SQL("DROP EXTENSION {}").format(name), f"drop extension {change.object}")]
    pinned = sql.SQL(" VERSION {}").format(sql.Literal(wanted.version)) if wanted.version else sql.SQL("")
    if change.action == "create":
        statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}{}").format(name, pinned)
        return [Step(statement, f"create extension {change.object}")]
    statement = sql.SQL("ALTER EXTENSION {} UPDATE TO {}").format(name, sql.Literal(wanted.version))
    return [Step(statement, f"update extension {change.object} to {wanted.version}", outside_transaction=True)]
