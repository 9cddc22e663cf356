"""Migrations: a folder of ours, or the command of another tool.

``directory="migrations", owner, baseline, version, half_run={"003_x.sql": "complete" or "again"}``. With an owner the
files run under SET ROLE of that role, so that what they make belongs to it. baseline: the first file, which holds what
was there before this library came; it counts as applied in a database that has its tables, and runs like any other file
in one that has none of them. The program fills in by itself ``files`` with their checksums, and ``makes``, the tables
of the baseline.

Or ``migrate_command=[...], check_command=[...], directory=".", timeout="10 minutes"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...units import Interval
from ..arguments import Arguments
from ..kind import Part
from ..kinds.migrate_command.wanted import MigrateCommand
from ..kinds.migrations.baseline import tables
from ..kinds.migrations.wanted import (
    AGAIN,
    COMPLETE,
    BadMigrations,
    Migrations,
    checksums,
    content,
    is_numbered,
    is_repeatable,
)
from ..names import identifier
from .composition import Composition, Declared, Lookup, managed, titled

DIRECTORY = "migrations"
COMMAND_TIMEOUT = "10 minutes"
_OURS = ("files", "version", "half_run", "owner", "baseline")


def filled(declaration: Mapping[str, Any]) -> dict[str, Any]:
    """A declaration with the checksums of its files and the tables of its baseline, read from the folder now."""
    found: dict[str, Any] = dict(declaration)
    if "migrate_command" in found:
        return found
    directory = declaration.get("directory") or DIRECTORY
    if not isinstance(directory, str):
        return found  # refused by name where it is parsed
    if found.get("files") is None:
        found["files"] = checksums(directory)
    baseline = found.get("baseline")
    if isinstance(baseline, str) and found.get("makes") is None and (Path(directory) / baseline).is_file():
        try:
            found["makes"] = list(tables(content(Path(directory) / baseline).decode("utf-8")))
        except UnicodeDecodeError:
            raise BadMigrations(f"migrations: {baseline} is not UTF-8 text; save it as such") from None
    return found


def identify(arguments: Arguments) -> Declared:
    """The folder, and the role that its files run as; another tool's folder is where its command runs."""
    here = "." if arguments.has("migrate_command") else DIRECTORY
    owner = _owner(arguments)
    needs = (("role", owner),) if owner else ()
    return Declared("migrations", arguments.text("directory", here) or here, needs=needs)


def _owner(arguments: Arguments) -> str | None:
    owner = arguments.text("owner")
    return None if owner is None else identifier(owner, f"{arguments.where}, owner")


def parse(arguments: Arguments) -> Declared:
    """Read the arguments; without files, the folder is read now."""
    declared = identify(arguments)
    if arguments.has("migrate_command"):
        return declared.of(Part("migrate_command", declared.key, _command(arguments)))
    baseline = arguments.text("baseline")
    given = {"directory": declared.key, "baseline": baseline}
    read = filled(given | {"files": arguments.raw("files"), "makes": arguments.raw("makes")})
    files = read["files"]
    if not isinstance(files, dict) or not all(isinstance(each, str) for each in files.values()):
        raise arguments.wrong("files", "nothing; the checksums are read from the folder")
    makes = _makes(arguments, baseline, files, read["makes"])
    version, half_run = arguments.text("version"), arguments.raw("half_run") or {}
    if not isinstance(half_run, dict) or not all(each in (COMPLETE, AGAIN) for each in half_run.values()):
        raise arguments.wrong("half_run", f'a dictionary of file names with "{COMPLETE}" or "{AGAIN}"')
    owner = _owner(arguments)
    arguments.finish()
    value = Migrations(
        declared.key, tuple(sorted(files.items())), owner, baseline, makes, version, tuple(sorted(half_run.items()))
    )
    if version is not None and value.last is None:  # asking refuses a version that names no file
        raise arguments.wrong("version", "the number of a file")
    return declared.of(Part("migrations", declared.key, value))


def _makes(arguments: Arguments, baseline: str | None, files: Mapping[str, str], makes: Any) -> tuple[str, ...]:
    if baseline is None:
        return ()
    if baseline != min(filter(is_numbered, files), default=""):
        raise arguments.wrong("baseline", "the name of the folder's first file, because the others stand on it")
    if not isinstance(makes, list) or not all(isinstance(each, str) for each in makes):
        raise arguments.wrong("makes", "nothing; the tables are read from the baseline")
    if not makes:
        raise arguments.wrong("baseline", "a file with a CREATE TABLE: its tables tell whether it was applied")
    return tuple(makes)


def _command(arguments: Arguments) -> MigrateCommand:
    for name in _OURS:
        if arguments.has(name):
            raise arguments.wrong("migrate_command", f"it in a declaration of its own, without {name}")
    timeout = arguments.duration("timeout", COMMAND_TIMEOUT)
    value = MigrateCommand(
        _words(arguments, "migrate_command"), _words(arguments, "check_command"), timeout or Interval()
    )
    arguments.finish()
    return value


def _words(arguments: Arguments, name: str) -> tuple[str, ...]:
    words = arguments.raw(name)
    if not isinstance(words, (list, tuple)) or not words or not all(isinstance(each, str) and each for each in words):
        meant = ", whose exit code 0 says that nothing is to be done" if name == "check_command" else ""
        raise arguments.wrong(name, f'a program and its arguments such as ["alembic", "upgrade", "head"]{meant}')
    return tuple(words)


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The applied files; none applied means the resource is not there."""
    part = declared.parts[0]
    live = lookup(part.kind, part.key)
    if part.kind == "migrate_command":
        return None if live is None else _render_command(part, live)
    if live is None or not live.files:
        return None
    wanted: Migrations = part.value
    return managed(
        {
            "directory": declared.key,
            "files": _files(wanted, live),
            "owner": wanted.owner,
            "baseline": wanted.baseline,
            "makes": list(wanted.makes) or None,
            "version": wanted.version,
            "half_run": dict(wanted.half_run) or None,
        }
    )


def _files(wanted: Migrations, live: Migrations) -> dict[str, str]:
    """The declared files with the checksums that were applied; those that are not to be applied stand as declared."""
    applied = dict(live.files)
    shown = {}
    for name, checksum in wanted.files:
        runs = is_repeatable(name) or (is_numbered(name) and not wanted.beyond(name))
        if runs and name in applied:
            shown[name] = applied[name]
        elif not runs and (name not in applied or live is wanted):
            shown[name] = checksum
    return shown | {name: applied[name] for name in applied if is_numbered(name) and name not in dict(wanted.files)}


def _render_command(part: Part, live: MigrateCommand) -> dict[str, Any]:
    wanted: MigrateCommand = part.value
    return managed(
        {
            "directory": part.key,
            "migrate_command": list(wanted.command),
            "check_command": list(wanted.check_command),
            "timeout": None if str(wanted.timeout) == COMMAND_TIMEOUT else str(wanted.timeout),
            "pending": True if live.pending else None,
        }
    )


COMPOSITION = Composition("migrations", titled("migrations", "directory"), identify, parse, render)
