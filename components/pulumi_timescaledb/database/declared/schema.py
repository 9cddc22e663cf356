"""A schema: ``name, owner``. Absent, it is dropped when it is empty, and never with what it holds."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..kind import Part
from ..kinds.schema.wanted import Schema
from ..names import identifier, reserved
from .composition import Composition, Declared, Lookup, managed, titled
from .policies import ABSENT


def identify(arguments: Arguments) -> Declared:
    """The schema's name, and its owner before it."""
    name = arguments.name("name")
    if reserved(name):
        raise arguments.wrong("name", "a schema of yours; that one is the server's, TimescaleDB's or this library's")
    owner = _owner(arguments)
    needs = (("role", owner),) if owner else ()
    return Declared("schema", name, needs=needs, absent=arguments.raw("absent") is True)


def _owner(arguments: Arguments) -> str | None:
    owner = arguments.text("owner")
    return None if owner is None else identifier(owner, f"{arguments.where}, owner")


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent("owner"):
        return declared.of(Part("schema", declared.key, None))
    value = Schema(_owner(arguments))
    arguments.finish()
    return declared.of(Part("schema", declared.key, value))


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live: Schema | None = lookup("schema", part.key)
    if part.value is None:
        return {"name": declared.key} | (ABSENT if live is None else {})
    if live is None:
        return None
    return managed({"name": declared.key, "owner": None if part.value.owner is None else live.owner})


COMPOSITION = Composition("schema", titled("schema", "name"), identify, parse, render)
