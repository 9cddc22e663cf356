"""What one role may do with one object, or with everything of a kind in a schema.

``to="app", on="table metrics.t", privileges=["SELECT", "INSERT"], grantable=False``. ``on`` is "database", "schema s",
"table s.t" (views and aggregates too), "sequence s.q", "function s.f(integer)", "type s.t" or "all tables in schema s"
(sequences and functions likewise, without those that other declarations name: ``excluding=["audit"]``). The set is
whole: what else the role holds there is revoked. ``migrated`` is filled in by the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arguments import Arguments
from ..kind import Part
from ..kinds.grant.wanted import Grant
from ..names import BadName, reserved
from ..rights import Target, pair, unpair
from . import privileges
from .composition import Composition, Declared, Lookup
from .policies import ABSENT

FORMS = (
    '"database", "schema s", "table s.t", "sequence s.q", "function s.f(integer)", "type s.t" '
    'or "all tables in schema s"'
)


def title(values: Mapping[str, Any]) -> str:
    """The pair, from its raw arguments."""
    to, on = values.get("to"), values.get("on")
    return f"grant {to} on {on}" if isinstance(to, str) and isinstance(on, str) else "grant"


_TABLES = ("hypertable", "continuous_aggregate", "security_barrier_view")  # GRANT knows them all as tables


def identify(arguments: Arguments) -> Declared:
    """The pair of role and object, and what must be there before."""
    role, target = privileges.to(arguments), _target(arguments)
    needs = [("role", role)]
    if target.kind == "schema" or target.schema:
        needs.append(("schema", target.schema or target.name))
    if target.bulk:
        needs += [(kind, "") for kind in _TABLES]
    if target.kind == "table":
        relation = str(target).partition(" ")[2]
        needs += [(kind, relation) for kind in _TABLES]
    absent = arguments.raw("absent") is True
    return Declared("grant", pair(role, target), needs=tuple(needs), absent=absent, target=str(target))


def _target(arguments: Arguments) -> Target:
    text = arguments.required("on", FORMS)
    try:
        target = Target.parse(text)
    except BadName as error:
        raise arguments.wrong("on", f"{FORMS} ({error})") from None
    if reserved(target.schema or target.name):
        expected = "something in a schema of yours; that one is the server's, TimescaleDB's or this library's"
        raise arguments.wrong("on", expected)
    return target


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared, target = identify(arguments), _target(arguments)
    role = privileges.to(arguments)
    if arguments.absent():
        return declared.of(Part("grant", declared.key, None))
    excluding = arguments.names("excluding")
    if excluding is not None and not target.bulk:
        raise arguments.wrong("excluding", "nothing; it goes with everything in a schema")
    value = Grant(
        role,
        target,
        privileges.privileges(arguments, target.kind),
        privileges.grantable(arguments, role),
        tuple(sorted(set(excluding or ()))),
        arguments.text("migrated"),
    )
    arguments.finish()
    return declared.of(Part("grant", declared.key, value))


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values; without any privilege the pair is not there."""
    part = declared.parts[0]
    live: Grant | None = lookup("grant", part.key)
    gone = live is None or not live.privileges
    names = {"to": unpair(declared.key)[0], "on": declared.target}
    if part.value is None:
        return names | (ABSENT if gone else {})
    if gone or live is None:
        return None
    shown = names | privileges.render(live)
    if live.excluding:
        shown["excluding"] = list(live.excluding)
    return shown | ({"migrated": live.migrated} if live.migrated else {})


COMPOSITION = Composition("grant", title, identify, parse, render)
