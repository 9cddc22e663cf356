"""What a role's future objects come with: ``owner, on="tables", to, privileges, schema, grantable``.

owner: whose objects. schema: where they are made, omitted for everywhere. on: tables, sequences, functions, types or
schemas. The set of one owner, place, kind and role is whole. Objects that exist already keep what they have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..arguments import Arguments
from ..kind import Part
from ..kinds.default_privileges.wanted import DefaultPrivileges, key, unkey
from ..names import quoted, reserved
from ..rights import PUBLIC, SINGULAR
from . import privileges
from .composition import Composition, Declared, Lookup, managed
from .policies import ABSENT

_ON = tuple(SINGULAR)


def title(values: Mapping[str, Any]) -> str:
    """To whom and on what, from the raw arguments."""
    to, on = values.get("to"), values.get("on")
    return f"default_privileges {to} on {on}" if isinstance(to, str) and isinstance(on, str) else "default_privileges"


def identify(arguments: Arguments) -> Declared:
    """The entry, and the roles and schema that must be there before."""
    owner, schema, on, to = _names(arguments)
    needs = [("role", owner), ("role", to), *([("schema", schema)] if schema else [])]
    absent = arguments.raw("absent") is True
    place = f"schema {quoted(schema)}" if schema else ""
    name = key(owner, schema, on, to)
    return Declared("default_privileges", name, needs=tuple(needs), absent=absent, target=place)


def _names(arguments: Arguments) -> tuple[str, str | None, str, str]:
    owner, to = arguments.name("owner"), privileges.to(arguments)
    schema = arguments.name("schema") if arguments.has("schema") else None
    on = arguments.required("on", f"one of {', '.join(_ON)}").strip().lower()
    if on not in _ON:
        raise arguments.wrong("on", f"one of {', '.join(_ON)}")
    if schema is not None and on == "schemas":
        raise arguments.wrong("schema", "nothing; schemas do not stand in schemas")
    if schema is not None and reserved(schema):
        raise arguments.wrong("schema", "a schema of yours")
    if owner == to:
        raise arguments.wrong("to", "another role; an owner has every privilege on what it makes")
    if owner == PUBLIC:
        raise arguments.wrong("owner", "a role; everybody owns nothing")
    return owner, schema, on, to


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    owner, schema, on, to = _names(arguments)
    if arguments.absent():
        if schema is not None and to == PUBLIC and on in ("functions", "types"):
            # entries of a schema add to the others and never take away (manual, ALTER DEFAULT PRIVILEGES, notes)
            expected = f"nothing; what PUBLIC has on {on} by default is taken away everywhere or not at all"
            raise arguments.wrong("schema", expected)
        return declared.of(Part("default_privileges", declared.key, None))
    held = privileges.privileges(arguments, on)
    value = DefaultPrivileges(owner, schema, on, to, held, privileges.grantable(arguments, to))
    arguments.finish()
    return declared.of(Part("default_privileges", declared.key, value))


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live: DefaultPrivileges | None = lookup("default_privileges", part.key)
    wanted: DefaultPrivileges | None = part.value
    if live is None and wanted is not None:
        return None
    owner, schema, on, to = unkey(part.key)
    names = managed({"owner": owner, "schema": schema, "on": on, "to": to})
    if wanted is None or live is None:
        return names | (ABSENT if live is None else {})
    return names | privileges.render(live)


COMPOSITION = Composition("default_privileges", title, identify, parse, render)
