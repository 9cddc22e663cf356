"""A role: ``name, login, createdb, createrole, inherit, connection_limit, member_of, password_ref``."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from .. import secret
from ..arguments import Arguments
from ..kind import Part
from ..kinds.role.wanted import Role
from .composition import Composition, Declared, Lookup, managed, titled
from .policies import ABSENT


def identify(arguments: Arguments) -> Declared:
    """The role's name, and the roles it is a member of."""
    name = arguments.name("name")
    if name.startswith("pg_"):
        raise arguments.wrong("name", "a name that does not start with pg_, which PostgreSQL keeps for itself")
    return Declared("role", name, needs=tuple(("role", each) for each in arguments.names("member_of") or ()))


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent():
        return declared.of(Part("role", declared.key, None))
    reference = arguments.text("password_ref")
    if reference is not None:
        secret.validate(reference, f"{arguments.where}, password_ref")
    members = arguments.names("member_of")
    value = Role(
        arguments.boolean("login"),
        arguments.boolean("createdb"),
        arguments.boolean("createrole"),
        arguments.boolean("inherit"),
        arguments.count("connection_limit", -1, 262143),
        None if members is None else tuple(sorted(members)),
        reference,
    )
    arguments.finish()
    return declared.of(Part("role", declared.key, value))


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live = lookup("role", part.key)
    if part.value is None:
        return {"name": declared.key} | ABSENT if live is None else {"name": declared.key}
    if live is None:
        return None
    shown: dict[str, Any] = {"name": declared.key}
    for each in fields(Role):
        if getattr(part.value, each.name) is not None:
            value = getattr(live, each.name)
            shown[each.name] = list(value) if isinstance(value, tuple) else value
    return managed(shown)


COMPOSITION = Composition("role", titled("role", "name"), identify, parse, render)
