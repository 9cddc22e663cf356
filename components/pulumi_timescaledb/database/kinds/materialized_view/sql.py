"""Statements for materialized views (PostgreSQL manual: CREATE MATERIALIZED VIEW)."""

from __future__ import annotations

from psycopg import sql

from ....errors import Refusal
from ... import queries
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from .wanted import MaterializedView


def statements(
    change: Change, wanted: MaterializedView | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Create with data, then the unique key that a concurrent refresh needs."""
    del capabilities
    relation = Relation.parse(change.object)
    view = relation.identifier
    drop = Step(sql.SQL("DROP MATERIALIZED VIEW {}").format(view), f"drop the view {relation}")
    if change.action == "remove" or wanted is None:
        return [drop]
    if found is not None and change.field == "owner":
        owner = sql.Identifier(wanted.owner or "")
        return [Step(sql.SQL("ALTER MATERIALIZED VIEW {} OWNER TO {}").format(view, owner), f"give {relation} away")]
    create = sql.SQL("CREATE MATERIALIZED VIEW {} AS ").format(view) + sql.SQL(queries.body(wanted.query))
    read_back = sql.SQL("SELECT pg_get_viewdef({}::regclass) AS definition").format(sql.Literal(change.object))
    steps = [
        Step(create, f"compute the view {relation}"),
        Step(read_back, f"read back the view {relation}", then=lambda rows: _key(relation, rows[0]["definition"])),
    ]
    return [drop, *steps] if found is not None else steps


def _key(relation: Relation, definition: str) -> list[Step]:
    """The unique index over the grouping columns, without which a refresh cannot be concurrent."""
    columns = queries.grouping_columns(queries.normal(definition))
    if not columns:
        raise Refusal(
            f"{relation}: its query has no plain grouping columns, which a refresh beside its readers needs; "
            f"select what it groups by under names of their own, or use the Community edition"
        )
    statement = sql.SQL("CREATE UNIQUE INDEX ON {} ({})").format(
        relation.identifier, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    return [Step(statement, f"make the key of {relation}: {', '.join(columns)}")]
