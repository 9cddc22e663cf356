"""Statements for roles (PostgreSQL manual: CREATE ROLE, ALTER ROLE, GRANT)."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from ... import secret
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from . import membership, scram, settings
from .wanted import FOREVER, Membership, Role

_ATTRIBUTES = {
    "login": "LOGIN",
    "createdb": "CREATEDB",
    "createrole": "CREATEROLE",
    "inherit": "INHERIT",
    "superuser": "SUPERUSER",
    "replication": "REPLICATION",
    "bypassrls": "BYPASSRLS",
}
# what CREATE ROLE gives by itself; stating it would need rights that making the role does not
_DEFAULTS = Role(False, False, False, True, -1, (), None, False, False, False, FOREVER, ())


def statements(change: Change, wanted: Role | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Create with everything declared, or alter one attribute."""
    role = sql.Identifier(change.object)
    if change.action == "remove" or wanted is None:
        return [Step(sql.SQL("DROP ROLE {}").format(role), f"drop the role {change.object}")]
    if found is None:
        create = [Step(sql.SQL("CREATE ROLE {}").format(role), f"create the role {change.object}")]
        order = (*_ATTRIBUTES, "connection_limit", "valid_until", "password_ref", "member_of", "settings")
        declared = [name for name in order if getattr(wanted, name) not in (None, getattr(_DEFAULTS, name))]
        return create + [step for name in declared for step in _alter(change.object, name, wanted, None, capabilities)]
    return _alter(change.object, change.field, wanted, found, capabilities)


def _alter(name: str, field: str, wanted: Role, found: Found | None, can: Capabilities) -> list[Step]:
    role = sql.Identifier(name)
    if field == "member_of":
        return _memberships(name, wanted.member_of or (), found, can)
    if field == "settings":
        return settings.steps(name, wanted.settings or (), found.value.settings if found else (), can.database)
    if field == "password_ref":
        password = secret.resolve(wanted.password_ref or "", f"role {name}, password_ref", can.region)
        stored = scram.verifier(password)
        # a verifier is a literal of the statement: ALTER ROLE takes no parameters
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(stored))
        return [Step(statement, f"set the password of {name} from its reference")]
    if field == "connection_limit":
        limit = sql.Literal(wanted.connection_limit)
        statement = sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(role, limit)
        return [Step(statement, f"limit {name} to {wanted.connection_limit} connections")]
    if field == "valid_until":
        statement = sql.SQL("ALTER ROLE {} VALID UNTIL {}").format(role, sql.Literal(wanted.valid_until))
        return [Step(statement, f"let the password of {name} work until {wanted.valid_until}")]
    word = ("" if getattr(wanted, field) else "NO") + _ATTRIBUTES[field]
    return [Step(sql.SQL("ALTER ROLE {} {}").format(role, sql.SQL(word)), f"set {word} on {name}")]


def _memberships(name: str, wanted: Sequence[Membership], found: Found | None, can: Capabilities) -> list[Step]:
    """Grant what is missing or has other options, revoke what is too much."""
    rows = found.facts["memberships"] if found else {}
    live = {each.role: each for each in membership.respelled(rows, wanted)}
    names = {each.role for each in wanted}
    steps = []
    for each in wanted:
        before = live.get(each.role)
        if before == each:
            continue
        if before is not None and (can.membership_options or not each.admin):
            steps += _revoke(name, each.role, rows, can, option=True)
        if before is None or can.membership_options or each.admin:
            steps.append(_grant(name, each, can))
    for gone in sorted(set(live) - names):
        steps += _revoke(name, gone, rows, can, option=False)
    return steps


def _grant(name: str, each: Membership, can: Capabilities) -> Step:
    options = [("ADMIN", each.admin or None), ("INHERIT", each.inherit), ("SET", each.set)]
    if can.membership_options:
        words = ", ".join(f"{word} {str(value).upper()}" for word, value in options if value is not None)
    else:
        words = "ADMIN OPTION" if each.admin else ""
    tail = f" WITH {words}" if words else ""
    statement = sql.SQL(f"GRANT {{}} TO {{}}{tail}").format(sql.Identifier(each.role), sql.Identifier(name))
    return Step(statement, f"GRANT {each.role} TO {name}{tail}")


def _revoke(name: str, role: str, rows: membership.Rows, can: Capabilities, *, option: bool) -> list[Step]:
    """From 16 on a grant is revoked whole and as its grantor (manual, REVOKE); before, the grantor did not count, and
    option takes ADMIN alone."""
    ends = sql.Identifier(role), sql.Identifier(name)
    if not can.membership_options:
        words = "ADMIN OPTION FOR " if option else ""
        return [Step(sql.SQL(f"REVOKE {words}{{}} FROM {{}}").format(*ends), f"REVOKE {words}{role} FROM {name}")]
    return [
        Step(
            sql.SQL("REVOKE {} FROM {} GRANTED BY {}").format(*ends, sql.Identifier(grantor)),
            f"REVOKE {role} FROM {name} GRANTED BY {grantor}",
        )
        for grantor in membership.grantors(rows, role)
    ]
