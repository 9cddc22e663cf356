"""Migrations: ``directory="migrations"``, and ``files`` with checksums, which the program fills in by itself."""

from __future__ import annotations

from typing import Any

from ..arguments import Arguments
from ..kind import Part
from ..kinds.migrations.wanted import Migrations, checksums
from .composition import Composition, Declared, Lookup, titled


def identify(arguments: Arguments) -> Declared:
    """The folder."""
    return Declared("migrations", arguments.text("directory", "migrations") or "migrations")


def parse(arguments: Arguments) -> Declared:
    """Read the arguments; without files, the folder is read now."""
    declared = identify(arguments)
    files = arguments.raw("files") or checksums(declared.key)
    if not isinstance(files, dict) or not all(isinstance(each, str) for each in files.values()):
        raise arguments.wrong("files", "nothing; the checksums are read from the folder")
    arguments.finish()
    value = Migrations(declared.key, tuple(sorted(files.items())))
    return declared.of(Part("migrations", declared.key, value))


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The applied files; none applied means the resource is not there."""
    live = lookup("migrations", declared.key)
    return None if live is None else {"directory": declared.key, "files": dict(live.files)}


COMPOSITION = Composition("migrations", titled("migrations", "directory"), identify, parse, render)
