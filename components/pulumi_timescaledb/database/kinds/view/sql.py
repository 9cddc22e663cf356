"""Statements for views (PostgreSQL manual: CREATE VIEW, ALTER VIEW)."""

from __future__ import annotations

from psycopg import sql

from ... import queries
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from .change import replaceable
from .wanted import View


def statements(change: Change, wanted: View | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Create, replace, or drop and create with owner and grants; options one by one."""
    del capabilities
    relation = Relation.parse(change.object)
    drop = Step(sql.SQL("DROP VIEW {}").format(relation.identifier), f"drop the view {relation}")
    if change.action == "remove" or wanted is None:
        return [drop]
    if found is None:
        return [_create(relation, wanted, None, "CREATE"), *_owner(relation, wanted.owner)]
    if change.field == "query":
        if replaceable(found):
            return [_create(relation, wanted, found.value, "CREATE OR REPLACE")]
        owner = _owner(relation, wanted.owner or found.value.owner)
        return [drop, _create(relation, wanted, found.value, "CREATE"), *owner, *_grants(relation, found)]
    if change.field == "owner":
        return _owner(relation, wanted.owner)
    return [_option(relation, change.field, change.new)]


def options(wanted: View, live: View | None) -> sql.Composable:
    """The WITH clause; CREATE OR REPLACE forgets options that are not in it, so those not managed are kept."""
    invoker = wanted.security_invoker if wanted.security_invoker is not None else live and live.security_invoker
    check = wanted.check_option or (live.check_option if live else None)
    given = {"security_barrier": "true"} if wanted.security_barrier else {}
    given |= {"security_invoker": "true"} if invoker else {}
    given |= {"check_option": check} if check not in (None, "none") else {}
    if not given:
        return sql.SQL("")
    pairs = [sql.SQL("{} = {}").format(sql.SQL(name), sql.Literal(value)) for name, value in given.items()]
    return sql.SQL(" WITH ({})").format(sql.SQL(", ").join(pairs))


def _create(relation: Relation, wanted: View, live: View | None, verb: str) -> Step:
    head = sql.SQL("{} VIEW {}{} AS ").format(sql.SQL(verb), relation.identifier, options(wanted, live))
    return Step(head + sql.SQL(queries.body(wanted.query)), f"{verb.lower()} the view {relation}")


def _option(relation: Relation, name: str, value: object) -> Step:
    if value == "none":
        statement = sql.SQL("ALTER VIEW {} RESET (check_option)").format(relation.identifier)
    else:
        word = str(value).lower()
        statement = sql.SQL("ALTER VIEW {} SET ({} = {})").format(relation.identifier, sql.SQL(name), sql.Literal(word))
    return Step(statement, f"set {name} of the view {relation} to {value}")


def _owner(relation: Relation, owner: str | None) -> list[Step]:
    if owner is None:
        return []
    statement = sql.SQL("ALTER VIEW {} OWNER TO {}").format(relation.identifier, sql.Identifier(owner))
    return [Step(statement, f"give {relation} to {owner}")]


def _grants(relation: Relation, found: Found) -> list[Step]:
    steps = []
    for grantee, privilege, grantable in found.facts["grants"]:
        role = sql.SQL("PUBLIC") if grantee is None else sql.Identifier(grantee)
        statement = sql.SQL("GRANT {} ON {} TO {}{}").format(
            sql.SQL(privilege), relation.identifier, role, sql.SQL(" WITH GRANT OPTION" if grantable else "")
        )
        steps.append(Step(statement, f"grant {privilege} on {relation} to {grantee or 'everybody'} again"))
    return steps
