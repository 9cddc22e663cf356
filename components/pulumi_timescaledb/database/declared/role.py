"""A role: ``name``, its attributes, ``member_of``, ``password_ref``, ``valid_until`` and ``settings``.

``login, createdb, createrole, inherit, replication, bypassrls`` are true or false, ``superuser`` may only be false.
``member_of=["readers", {"role": "keeper", "admin": True, "inherit": True, "set": False}]`` is the whole set.
``settings={"statement_timeout": "5s"}`` is the whole set of parameters in this database; the cluster's own stay.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

from .. import secret
from ..arguments import Arguments
from ..kind import Part
from ..kinds.role import settings
from ..kinds.role.wanted import Membership, Role, Setting
from ..names import identifier
from .composition import Composition, Declared, Lookup, managed, titled
from .moment import moment
from .policies import ABSENT

_PARAMETER = re.compile(r"[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)*\Z")
_KEPT = ("public", "none")


def identify(arguments: Arguments) -> Declared:
    """The role's name, and the roles it is a member of."""
    name = arguments.name("name")
    if name.startswith("pg_"):
        raise arguments.wrong("name", "a name that does not start with pg_, which PostgreSQL keeps for itself")
    if name in _KEPT:
        raise arguments.wrong("name", "another name; public and none are words of PostgreSQL's own")
    needs = tuple(("role", each.role) for each in _memberships(arguments) or ())
    return Declared("role", name, needs=needs, absent=arguments.raw("absent") is True)


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent("member_of"):
        return declared.of(Part("role", declared.key, None))
    reference = arguments.text("password_ref")
    if reference is not None:
        secret.validate(reference, f"{arguments.where}, password_ref")
    superuser = arguments.boolean("superuser")
    if superuser:
        expected = "false or nothing; a superuser passes every grant and row security, so one is made by hand"
        raise arguments.wrong("superuser", expected)
    value = Role(
        arguments.boolean("login"),
        arguments.boolean("createdb"),
        arguments.boolean("createrole"),
        arguments.boolean("inherit"),
        arguments.count("connection_limit", -1, 262143),
        _memberships(arguments),
        reference,
        superuser,
        arguments.boolean("replication"),
        arguments.boolean("bypassrls"),
        _until(arguments),
        _settings(arguments),
    )
    arguments.finish()
    return declared.of(Part("role", declared.key, value))


def _memberships(arguments: Arguments) -> tuple[Membership, ...] | None:
    given = arguments.raw("member_of")
    if given is None:
        return None
    if not isinstance(given, (list, tuple)):
        raise arguments.other(
            "member_of", 'a list of names, or of {"role": ..., "admin": ..., "inherit": ..., "set": ...}'
        )
    found = []
    for place, each in enumerate(given):
        if not isinstance(each, dict):
            found.append(Membership(identifier(each, f"{arguments.where}, member_of[{place}]")))
            continue
        inner = Arguments(each, f"{arguments.where}, member_of[{place}]")
        admin = inner.boolean("admin", False) is True
        found.append(Membership(inner.name("role"), admin, inner.boolean("inherit"), inner.boolean("set")))
        inner.finish()
    names = [each.role for each in found]
    if len(set(names)) < len(names):
        raise arguments.wrong("member_of", "each role once")
    if arguments.raw("name") in names:
        raise arguments.wrong("member_of", "other roles; none is a member of itself")
    return tuple(sorted(found, key=lambda each: each.role))


def _until(arguments: Arguments) -> str | None:
    text = arguments.text("valid_until")
    try:
        return None if text is None else moment(text)
    except ValueError:
        raise arguments.wrong("valid_until", 'a date such as "2027-01-01T00:00:00Z", or "infinity"') from None


def _settings(arguments: Arguments) -> tuple[Setting, ...] | None:
    given = arguments.raw("settings")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise arguments.wrong("settings", 'a dictionary such as {"statement_timeout": "5s"}')
    found = []
    for name, value in given.items():
        if not isinstance(name, str) or not _PARAMETER.match(name):
            raise arguments.wrong("settings", "names of parameters as its keys")
        text = _value(value)
        if text is None:
            raise arguments.wrong(f"settings.{name}", "text, a number, true or false")
        found.append(settings.normal(name, text))
    if len({each.name for each in found}) < len(found):
        raise arguments.wrong("settings", "each parameter once; capitals make no other one")
    return tuple(sorted(found))


def _value(value: object) -> str | None:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float) and value.is_integer():  # the engine hands numbers over as floats
        return str(int(value))
    return str(value) if isinstance(value, (str, int, float)) and "\x00" not in str(value) else None


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
            shown[each.name] = _shown(each.name, getattr(live, each.name))
    return managed(shown)


def _shown(name: str, value: Any) -> Any:
    if name == "settings":
        return dict(value)
    if name != "member_of":
        return value
    return [each.role if each == Membership(each.role) else _options(each) for each in value]


def _options(each: Membership) -> dict[str, Any]:
    return managed({"role": each.role, "admin": each.admin or None, "inherit": each.inherit, "set": each.set})


COMPOSITION = Composition("role", titled("role", "name"), identify, parse, render)
