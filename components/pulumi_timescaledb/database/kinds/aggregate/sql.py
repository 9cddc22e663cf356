"""Statements for continuous aggregates (docs: CREATE MATERIALIZED VIEW, ALTER MATERIALIZED VIEW).

One option stands in each ALTER: where materialized_only already has its value the server skips the others of the same
statement (tsl/src/continuous_aggs/options.c of 2.28.3).
"""

from __future__ import annotations

from dataclasses import replace

from psycopg import sql

from ....units import Interval
from ... import ledger, queries
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
        if found.facts.get("added"):
            return [_add_columns(relation, found)]
        if wanted.swap_in is not None:
            return _swap(relation, Relation.parse(wanted.swap_in))
        return [drop, *_again(relation, wanted, found)]
    if change.field == "owner":
        return [_owner(relation, wanted)]
    if change.field == "chunk_interval":
        return [_chunk_interval(relation, wanted.chunk_interval)]
    if change.field == "group_indexes":
        return _group_indexes(relation, wanted, found)
    option = sql.SQL("ALTER MATERIALIZED VIEW {} SET (timescaledb.materialized_only = {})")
    statement = option.format(view, sql.Literal(not wanted.real_time))
    return [Step(statement, f"set real_time of {relation} to {wanted.real_time}")]


def _create(relation: Relation, wanted: Aggregate) -> list[Step]:
    indexes = sql.SQL(", timescaledb.create_group_indexes = false" if wanted.group_indexes is False else "")
    head = sql.SQL(
        "CREATE MATERIALIZED VIEW {} WITH (timescaledb.continuous, timescaledb.materialized_only = {}{}) AS "
    ).format(relation.identifier, sql.Literal(not wanted.real_time), indexes)
    query = sql.SQL(queries.body(wanted.query))
    steps = [Step(head + query + sql.SQL(" WITH NO DATA"), f"create the aggregate {relation}")]
    if wanted.chunk_interval is not None:
        steps.append(_chunk_interval(relation, wanted.chunk_interval))
    return steps if wanted.owner is None else [*steps, _owner(relation, wanted)]


def _again(relation: Relation, wanted: Aggregate, found: Found) -> list[Step]:
    """As it was in everything that is not declared: owner, chunk interval, group indexes, grants, comment."""
    live = found.value
    steps = _create(
        relation,
        replace(
            wanted,
            owner=wanted.owner or live.owner,
            chunk_interval=wanted.chunk_interval or live.chunk_interval,
            group_indexes=live.group_indexes if wanted.group_indexes is None else wanted.group_indexes,
        ),
    )
    for role, privilege, grantable, public in found.facts.get("grants", ()):
        grantee = sql.SQL("PUBLIC") if public else sql.Identifier(role)
        statement = sql.SQL("GRANT {} ON {} TO {}{}").format(
            sql.SQL(privilege), relation.identifier, grantee, sql.SQL(" WITH GRANT OPTION" if grantable else "")
        )
        steps.append(Step(statement, f"grant {privilege} on {relation} to {role} again"))
    if found.facts.get("comment"):
        comment = sql.SQL("COMMENT ON VIEW {} IS {}").format(relation.identifier, sql.Literal(found.facts["comment"]))
        steps.append(Step(comment, f"comment on {relation} again"))
    return steps


def _add_columns(relation: Relation, found: Found) -> Step:
    columns = [
        sql.SQL("ADD COLUMN {} {} GENERATED ALWAYS AS ({}) STORED").format(
            sql.Identifier(name), sql.SQL(type_), sql.SQL(expression)
        )
        for name, type_, expression in found.facts["added"]
    ]
    statement = sql.SQL("ALTER MATERIALIZED VIEW {} {}").format(relation.identifier, sql.SQL(", ").join(columns))
    names = ", ".join(name for name, _, _ in found.facts["added"])
    return Step(statement, f"add {names} to {relation}")


def _swap(relation: Relation, beside: Relation) -> list[Step]:
    """Two renamings in one transaction; the policies go with their aggregates, and so does that we made them."""
    old = Relation(relation.schema, f"{relation.name}_old")
    steps = [_rename(relation, old)]
    if beside.schema != relation.schema:
        move = sql.SQL("ALTER MATERIALIZED VIEW {} SET SCHEMA {}").format(
            beside.identifier, sql.Identifier(relation.schema)
        )
        steps.append(Step(move, f"move {beside} to schema {relation.schema}"))
    steps.append(_rename(Relation(relation.schema, beside.name), relation))
    for before, after in ((relation, old), (beside, relation)):
        steps.append(Step(ledger.RENAMED, f"know {before} as {after}", {"before": str(before), "after": str(after)}))
    return steps


def _rename(relation: Relation, to: Relation) -> Step:
    statement = sql.SQL("ALTER MATERIALIZED VIEW {} RENAME TO {}").format(relation.identifier, sql.Identifier(to.name))
    return Step(statement, f"rename {relation} to {to}")


def _owner(relation: Relation, wanted: Aggregate) -> Step:
    owner = sql.Identifier(wanted.owner or "")
    statement = sql.SQL("ALTER MATERIALIZED VIEW {} OWNER TO {}").format(relation.identifier, owner)
    return Step(statement, f"give {relation} to {wanted.owner}")


def _chunk_interval(relation: Relation, interval: Interval | int | None) -> Step:
    text = sql.SQL("{}::bigint") if isinstance(interval, int) else sql.SQL("{}::interval")
    value = text.format(sql.Literal(interval if isinstance(interval, int) else str(interval)))
    statement = sql.SQL("SELECT set_chunk_time_interval({}::regclass, {})").format(sql.Literal(str(relation)), value)
    return Step(statement, f"set chunk_interval of {relation} to {interval}")


def _group_indexes(relation: Relation, wanted: Aggregate, found: Found) -> list[Step]:
    """The indexes that the server makes at creation (tsl/src/continuous_aggs/create.c): (column, bucket descending)."""
    indexes, own = found.facts["group_indexes"], found.facts["materialization"]
    steps = []
    for column in found.facts["group_columns"]:
        if wanted.group_indexes and column not in indexes:
            statement = sql.SQL("CREATE INDEX ON {} ({}, {} DESC)").format(
                own.identifier, sql.Identifier(column), sql.Identifier(found.facts["time_column"])
            )
            steps.append(Step(statement, f"index {column} of {relation}"))
        elif not wanted.group_indexes and column in indexes:
            index = sql.Identifier(own.schema, indexes[column])
            steps.append(Step(sql.SQL("DROP INDEX {}").format(index), f"drop the index of {column} of {relation}"))
    return steps
