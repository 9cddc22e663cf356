"""Statements for roles (PostgreSQL manual: CREATE ROLE, ALTER ROLE, GRANT)."""

from __future__ import annotations

from psycopg import sql

from ... import secret
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from . import scram
from .wanted import Role

_ATTRIBUTES = {"login": "LOGIN", "createdb": "CREATEDB", "createrole": "CREATEROLE", "inherit": "INHERIT"}


def statements(change: Change, wanted: Role | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Create with everything declared, or alter one attribute."""
    del capabilities
    role = sql.Identifier(change.object)
    if change.action == "remove" or wanted is None:
        return [Step(sql.SQL("DROP ROLE {}").format(role), f"drop the role {change.object}")]
    if found is None:
        create = [Step(sql.SQL("CREATE ROLE {}").format(role), f"create the role {change.object}")]
        declared = [
            name
            for name in (*_ATTRIBUTES, "connection_limit", "password_ref", "member_of")
            if getattr(wanted, name) is not None
        ]
        return create + [step for name in declared for step in _alter(change.object, name, wanted, ())]
    return _alter(change.object, change.field, wanted, found.value.member_of)


def _alter(name: str, field: str, wanted: Role, member_of: tuple[str, ...]) -> list[Step]:
    role = sql.Identifier(name)
    if field == "member_of":
        wanted_roles = set(wanted.member_of or ())
        grants = [("GRANT {} TO {}", each) for each in sorted(wanted_roles - set(member_of))]
        revokes = [("REVOKE {} FROM {}", each) for each in sorted(set(member_of) - wanted_roles)]
        return [
            Step(sql.SQL(text).format(sql.Identifier(each), role), text.format(each, name))
            for text, each in grants + revokes
        ]
    if field == "password_ref":
        stored = scram.verifier(secret.resolve(wanted.password_ref or ""))
        # a verifier is a literal of the statement: ALTER ROLE takes no parameters
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(stored))
        return [Step(statement, f"set the password of {name} from its reference")]
    if field == "connection_limit":
        limit = sql.Literal(wanted.connection_limit)
        statement = sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(role, limit)
        return [Step(statement, f"limit {name} to {wanted.connection_limit} connections")]
    word = ("" if getattr(wanted, field) else "NO") + _ATTRIBUTES[field]
    return [Step(sql.SQL("ALTER ROLE {} {}").format(role, sql.SQL(word)), f"set {word} on {name}")]
