"""An extension: ``name, version`` (pinned, or without it whatever is installed), ``schema``."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..kind import Part
from ..kinds.extension.wanted import Extension
from .composition import Composition, Declared, Lookup, managed, titled
from .policies import ABSENT


def identify(arguments: Arguments) -> Declared:
    """The extension's name, and the schema it goes into."""
    schema = arguments.text("schema")
    needs = (("schema", schema),) if schema else ()
    return Declared("extension", arguments.name("name"), needs=needs, absent=arguments.raw("absent") is True)


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent():
        return declared.of(Part("extension", declared.key, None))
    schema = arguments.name("schema") if arguments.has("schema") else None
    value = Extension(declared.key, arguments.text("version"), schema)
    arguments.finish()
    return declared.of(Part("extension", declared.key, value))


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live = lookup("extension", part.key)
    if part.value is None:
        return {"name": declared.key} | ABSENT if live is None else {"name": declared.key}
    if live is None:
        return None
    version = None if part.value.version is None else live.version
    return managed({"name": declared.key, "version": version, "schema": part.value.schema and live.schema})


COMPOSITION = Composition("extension", titled("extension", "name"), identify, parse, render)
