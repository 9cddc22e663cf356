"""Statements for hypertables (docs: create_hypertable, add_dimension, set_chunk_time_interval and the like)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from .wanted import HashDimension, Hypertable


def statements(
    change: Change, wanted: Hypertable | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Create, or alter one attribute."""
    del capabilities
    relation = Relation.parse(change.object)
    table = sql.Literal(change.object)
    if change.action == "remove" or wanted is None:
        return [Step(sql.SQL("DROP TABLE {}").format(relation.identifier), f"drop {relation} and its rows")]
    if found is None:
        return [*_owner(relation, wanted), *_create(relation, wanted)]
    if change.field == "owner":
        return _owner(relation, wanted)
    if change.field == "chunk_interval":
        statement = sql.SQL("SELECT set_chunk_time_interval({}::regclass, {})")
        sentence = f"new chunks of {relation} span {wanted.chunk_interval}"
        return [Step(statement.format(table, jobs.lag_sql(wanted.chunk_interval)), sentence)]
    if change.field == "integer_now":
        return _now(relation, wanted)
    known = {each.column: each.partitions for each in found.value.hash_dimensions}
    return [
        _dimension(relation, each, each.column in known)
        for each in wanted.hash_dimensions or ()
        if known.get(each.column) != each.partitions
    ]


def _create(relation: Relation, wanted: Hypertable) -> list[Step]:
    given = wanted.chunk_interval is not None
    interval = sql.SQL(", {}").format(jobs.lag_sql(wanted.chunk_interval)) if given else sql.SQL("")
    statement = sql.SQL(
        "SELECT create_hypertable({}::regclass, by_range({}{}), create_default_indexes => {}, migrate_data => {})"
    ).format(
        sql.Literal(str(relation)),
        sql.Literal(wanted.time_column),
        interval,
        sql.Literal(wanted.default_indexes is not False),
        sql.Literal(wanted.migrate_data is True),
    )
    steps = [Step(statement, f"make {relation} a hypertable by {wanted.time_column}")]
    steps += [_dimension(relation, each, False) for each in wanted.hash_dimensions or ()]
    return steps + _now(relation, wanted)


def _dimension(relation: Relation, dimension: HashDimension, exists: bool) -> Step:
    table, column = sql.Literal(str(relation)), sql.Literal(dimension.column)
    count = sql.Literal(dimension.partitions)
    if exists:
        statement = sql.SQL("SELECT set_number_partitions({}::regclass, {}, {})").format(table, count, column)
    else:
        statement = sql.SQL("SELECT add_dimension({}::regclass, by_hash({}, {}))").format(table, column, count)
    return Step(statement, f"partition new chunks of {relation} by hash: {dimension}")


def _now(relation: Relation, wanted: Hypertable) -> list[Step]:
    if wanted.integer_now is None:
        return []
    statement = sql.SQL(
        "SELECT set_integer_now_func({}::regclass, {}::regprocedure::oid::regproc, replace_if_exists => true)"
    ).format(sql.Literal(str(relation)), sql.Literal(f"{Relation.parse(wanted.integer_now)}()"))
    return [Step(statement, f"{wanted.integer_now} says what time it is for {relation}")]


def _owner(relation: Relation, wanted: Hypertable) -> list[Step]:
    if wanted.owner is None:
        return []
    statement = sql.SQL("ALTER TABLE {} OWNER TO {}").format(relation.identifier, sql.Identifier(wanted.owner))
    return [Step(statement, f"give {relation} to {wanted.owner}")]
