"""Statements for extensions."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Extension


def statements(change: Change, wanted: Extension | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """CREATE, SET SCHEMA, UPDATE or DROP; the update is the first statement of a fresh session.

    TimescaleDB refuses ALTER EXTENSION in a session that already loaded the old library
    (timescaledb #10313; docs, "Upgrade TimescaleDB").
    """
    del found, capabilities
    name = sql.Identifier(change.object)
    if change.action == "remove" or wanted is None:
        return [Step(sql.SQL("DROP EXTENSION {}").format(name), f"drop extension {change.object}")]
    if change.action == "create":
        schema = sql.SQL(" SCHEMA {}").format(sql.Identifier(wanted.schema)) if wanted.schema else sql.SQL("")
        pinned = sql.SQL(" VERSION {}").format(sql.Literal(wanted.version)) if wanted.version else sql.SQL("")
        statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {}{}{}").format(name, schema, pinned)
        return [Step(statement, f"create extension {change.object}")]
    if change.field == "schema":
        move = sql.SQL("ALTER EXTENSION {} SET SCHEMA {}").format(name, sql.Identifier(wanted.schema or ""))
        return [Step(move, f"move extension {change.object} to schema {wanted.schema}")]
    statement = sql.SQL("ALTER EXTENSION {} UPDATE TO {}").format(name, sql.Literal(wanted.version))
    return [Step(statement, f"update extension {change.object} to {wanted.version}", outside_transaction=True)]
