"""Statements for schemas (PostgreSQL manual: CREATE SCHEMA, ALTER SCHEMA, DROP SCHEMA); never with CASCADE."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Schema


def statements(change: Change, wanted: Schema | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Create with its owner, give to another one, or drop."""
    del capabilities
    name = sql.Identifier(change.object)
    if wanted is None:
        return [Step(sql.SQL("DROP SCHEMA {}").format(name), f"drop the empty schema {change.object}")]
    if found is None:
        create = sql.SQL("CREATE SCHEMA {}").format(name)
        if wanted.owner is not None:
            create += sql.SQL(" AUTHORIZATION {}").format(sql.Identifier(wanted.owner))
        return [Step(create, f"create the schema {change.object}")]
    owner = sql.Identifier(wanted.owner or "")
    return [
        Step(
            sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(name, owner),
            f"give the schema {change.object} to {wanted.owner}",
        )
    ]
