"""Row-level security of a table: ``schema="public", table, enabled=True, forced, policies=[{name, command, to, using,
check, permissive}]``.

policies is the whole set: one that is live and not declared is shown as drift and dropped when the declaration is
converged. Omitted, policies are not managed. A declaration that goes takes nothing away: security stays in force.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..arguments import Arguments
from ..kind import Part, differing
from ..kinds.row_security.wanted import COMMANDS, EVERYBODY, NOTHING, Policy, RowSecurity
from ..names import Relation
from .composition import Composition, Declared, Lookup, managed, titled
from .policies import ABSENT

# which rows can be told apart by which expression (PostgreSQL manual, CREATE POLICY)
_NO_CHECK, _NO_USING = ("SELECT", "DELETE"), ("INSERT",)
_SPECIAL = ("current_user", "current_role", "session_user")


def identify(arguments: Arguments) -> Declared:
    """The table, and the roles that policies are for."""
    key = str(Relation(arguments.name("schema", "public"), arguments.name("table")))
    roles = tuple(("role", each) for each in dict.fromkeys(_roles(arguments.peek("policies"))))
    return Declared("row_level_security", key, needs=(("hypertable", key), *roles))


def _roles(policies: object) -> Iterator[str]:
    """The names that are known already; anything else is looked at when everything is known."""
    for policy in policies if isinstance(policies, (list, tuple)) else ():
        given = policy.get("to") if isinstance(policy, Mapping) else None
        for each in given if isinstance(given, (list, tuple)) else ():
            if isinstance(each, str) and each != "public":
                yield each


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent():
        return declared.of(Part("row_security", declared.key, None))
    enabled, forced = arguments.boolean("enabled", True), arguments.boolean("forced")
    given = arguments.each("policies")
    policies = None if given is None else tuple(_policy(each) for each in given)
    names = [each.name for each in policies or ()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise arguments.wrong("policies", f'each policy once ("{twice[0]}" is there twice)')
    arguments.finish()
    return declared.of(Part("row_security", declared.key, RowSecurity(enabled is True, forced, policies)))


def _policy(arguments: Arguments) -> Policy:
    name = arguments.name("name")
    command = (arguments.text("command", "ALL") or "ALL").upper()
    if command not in COMMANDS:
        raise arguments.wrong("command", f"one of {', '.join(COMMANDS)}")
    roles = arguments.names("to")
    if roles is not None and not roles:
        raise arguments.wrong("to", 'the roles that it is for, or leave it out for everybody ("public")')
    if any(each.lower() in _SPECIAL for each in roles or ()):
        raise arguments.wrong("to", "a role by its name; who asks now is not who asks later")
    using, check = arguments.text("using"), arguments.text("check")
    permissive = arguments.boolean("permissive", True)
    arguments.finish()
    if check is not None and command in _NO_CHECK:
        raise arguments.wrong("check", f"nothing: {command} writes no row; say in using which rows")
    if using is not None and command in _NO_USING:
        raise arguments.wrong("using", "nothing: INSERT reads no row; say in check which rows may be written")
    if using is None and command not in _NO_USING:
        raise arguments.wrong("using", 'the condition for rows it is about, such as "org = current_org()"')
    if check is None and command in _NO_USING:
        raise arguments.wrong("check", "the condition for rows that may be written")
    everybody = roles is None or "public" in roles
    return Policy(
        name,
        command,
        EVERYBODY if everybody else tuple(sorted(set(roles or ()))),
        None if using is None else using.strip(),
        None if check is None else check.strip(),
        permissive is True,
    )


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live: RowSecurity | None = lookup("row_security", part.key)
    relation = Relation.parse(declared.key)
    names = {"schema": relation.schema, "table": relation.name}
    if part.value is None:
        return names | ABSENT if live is None else names
    wanted: RowSecurity = part.value
    if live is None and not differing(wanted, NOTHING):
        live = NOTHING
    if live is None:
        return None
    shown = names | {
        "enabled": live.enabled,
        "forced": None if wanted.forced is None else live.forced,
        "policies": None if wanted.policies is None else [_shown(each) for each in live.policies or ()],
    }
    return managed(shown)


def _shown(policy: Policy) -> dict[str, Any]:
    return managed(
        {
            "name": policy.name,
            "command": None if policy.command == "ALL" else policy.command,
            "to": None if policy.roles == EVERYBODY else list(policy.roles),
            "using": policy.using,
            "check": policy.check,
            "permissive": None if policy.permissive else False,
        }
    )


COMPOSITION = Composition(
    "row_level_security",
    titled("row level security", "schema", "table"),
    identify,
    parse,
    render,
    released="row security and its policies stay in force, because deleting a declaration takes no protection away",
)
