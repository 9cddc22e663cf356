"""An extension: ``name, version`` (pinned), or without version whatever is installed."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..kind import Part
from ..kinds.extension.wanted import Extension
from .composition import Composition, Declared, Lookup, managed, titled
from .policies import ABSENT


def identify(arguments: Arguments) -> Declared:
    """The extension's name."""
    return Declared("extension", arguments.name("name"))


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent():
        return declared.of(Part("extension", declared.key, None))
    value = Extension(declared.key, arguments.text("version"))
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
    return managed({"name": declared.key, "version": None if part.value.version is None else live.version})


COMPOSITION = Composition("extension", titled("extension", "name"), identify, parse, render)
