"""Statements for row security (PostgreSQL manual: ALTER TABLE, CREATE POLICY)."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from .wanted import EVERYBODY, Policy, RowSecurity


def statements(
    change: Change, wanted: RowSecurity | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Policies before the switches, so that nobody is shut out or let in between; all in one transaction."""
    del capabilities
    relation = Relation.parse(change.object)
    if change.action == "remove" and not change.field:
        live = found.value if found else RowSecurity(False, False, ())
        steps = [_switch(relation, "NO FORCE"), _switch(relation, "DISABLE")]
        return steps + [_drop(relation, each.name) for each in live.policies or ()]
    if wanted is None:
        return []
    if change.field == "enabled":
        return [_switch(relation, "ENABLE" if wanted.enabled else "DISABLE")]
    if change.field == "forced":
        return [_switch(relation, "FORCE" if wanted.forced else "NO FORCE")]
    if change.field:
        steps = [] if change.old is None else [_drop(relation, change.old.name)]
        return steps if change.new is None else [*steps, _create(relation, change.new)]
    steps = [_create(relation, each) for each in wanted.policies or ()]
    steps += [_switch(relation, "ENABLE")] if wanted.enabled else []
    return [*steps, _switch(relation, "FORCE")] if wanted.forced else steps


def create_policy(table: sql.Identifier, policy: Policy) -> sql.Composed:
    """CREATE POLICY on a table; the expressions stand as they were declared."""
    roles = [sql.SQL("PUBLIC") if each in EVERYBODY else sql.Identifier(each) for each in policy.roles]
    statement = sql.SQL("CREATE POLICY {} ON {} AS {} FOR {} TO {}").format(
        sql.Identifier(policy.name),
        table,
        sql.SQL("PERMISSIVE" if policy.permissive else "RESTRICTIVE"),
        sql.SQL(policy.command),
        sql.SQL(", ").join(roles),
    )
    if policy.using is not None:
        statement += sql.SQL(" USING ({})").format(sql.SQL(policy.using))
    if policy.check is not None:
        statement += sql.SQL(" WITH CHECK ({})").format(sql.SQL(policy.check))
    return statement


def _create(relation: Relation, policy: Policy) -> Step:
    return Step(create_policy(relation.identifier, policy), f"create the policy {policy.name} on {relation}")


def _drop(relation: Relation, name: str) -> Step:
    statement = sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(name), relation.identifier)
    return Step(statement, f"drop the policy {name} of {relation}")


def _switch(relation: Relation, word: str) -> Step:
    statement = sql.SQL("ALTER TABLE {} {} ROW LEVEL SECURITY").format(relation.identifier, sql.SQL(word))
    return Step(statement, f"{word.lower()} row level security of {relation}")
