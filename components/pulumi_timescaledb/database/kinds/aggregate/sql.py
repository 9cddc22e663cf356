"""Statements for continuous aggregates (docs: CREATE MATERIALIZED VIEW, ALTER MATERIALIZED VIEW)."""

from __future__ import annotations

from psycopg import sql

from ... import queries
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from .wanted import Aggregate


def statements(change: Change, wanted: Aggregate | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Create without data (allowed inside a transaction), one option per ALTER, rebuild as drop and create."""
    del capabilities
    relation = Relation.parse(change.object)
    view = relation.identifier
    drop = Step(sql.SQL("DROP MATERIALIZED VIEW {}").format(view), f"drop the aggregate {relation}")
    if change.action == "remove" or wanted is None:
        return [drop]
    if found is None:
        return _create(relation, wanted)
    if change.field == "query":
        return [drop, *_create(relation, wanted)]
    if change.field == "owner":
        return [_owner(relation, wanted)]
    option = sql.SQL("ALTER MATERIALIZED VIEW {} SET (timescaledb.materialized_only = {})")
    statement = option.format(view, sql.Literal(not wanted.real_time))
    return [Step(statement, f"set real_time of {relation} to {wanted.real_time}")]


def _create(relation: Relation, wanted: Aggregate) -> list[Step]:
    head = sql.SQL(
        "CREATE MATERIALIZED VIEW {} WITH (timescaledb.continuous, timescaledb.materialized_only = {}) AS "
    ).format(relation.identifier, sql.Literal(not wanted.real_time))
    query = sql.SQL(queries.body(wanted.query))
    steps = [Step(head + query + sql.SQL(" WITH NO DATA"), f"create the aggregate {relation}")]
    return steps if wanted.owner is None else [*steps, _owner(relation, wanted)]


def _owner(relation: Relation, wanted: Aggregate) -> Step:
    owner = sql.Identifier(wanted.owner or "")
    statement = sql.SQL("ALTER MATERIALIZED VIEW {} OWNER TO {}").format(relation.identifier, owner)
    return Step(statement, f"give {relation} to {wanted.owner}")
