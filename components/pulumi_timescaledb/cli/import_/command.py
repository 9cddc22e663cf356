"""``tsdb import``: the wiring."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

from ...database import declared as declarations
from ...database import session as sessions
from ...database.ddl.item import Left
from ...database.kind import Cursor
from ...database.plan import order
from ...database.session import Connection
from ...database.snapshot import Reader
from ...errors import Failed, Refusal
from .. import report
from ..target import Target
from . import baseline, folder, left_out, program, state, survey, views, writers
from .fit import Declaration, Trial, fit, title
from .terse import terse

PASSWORD_REF = "env:DATABASE_PASSWORD"  # noqa: S105 - a reference, not a password
STATE = "state.json"
_PROJECT = re.compile(r"[A-Za-z0-9_.-]{1,100}")  # what Pulumi takes for a project and for a stack


@dataclass(frozen=True)
class Wish:
    """folder: to write. project, stack: of the program to come. password_ref: where it finds the password."""

    folder: Path
    project: str
    stack: str
    password_ref: str


@dataclass(frozen=True)
class Imported:
    """objects: as the program declares them. left: what it does not hold. files: by name. owners: the stack that
    manages an object now, by the object's name."""

    objects: Sequence[Declaration]
    left: Sequence[Left]
    files: Mapping[str, str]
    owners: Mapping[str, str]


def wish(output: str, project: str | None, stack: str, password_ref: str | None, target: Target) -> Wish:
    """What was asked for, checked; the project is called after its folder where nothing else is said."""
    path = Path(output)
    folder.refuse(path)
    name = project or re.sub(r"[^A-Za-z0-9_.-]+", "-", path.absolute().name).strip("-") or "database"
    for word, option in ((name, "--project"), (stack, "--new-stack")):
        if not _PROJECT.fullmatch(word):
            raise Refusal(f"{option} is not a name that Pulumi takes; write letters, digits, dots, dashes, underscores")
    return Wish(path, name, stack, password_ref or _reference(target))


def run(target: Target, wanted: Wish, *, as_json: bool) -> None:
    """Read, write the folder, say what is in it and what is not."""
    arguments = _arguments(target.connection, wanted.password_ref)
    state.check(arguments)
    reader = Reader(target.connection)
    try:
        imported = collect(reader, arguments, wanted)
    finally:
        reader.close()
    folder.write(wanted.folder, imported.files)
    _say(imported, wanted, as_json)


def collect(reader: Reader, arguments: Mapping[str, Any], wanted: Wish) -> Imported:
    """Everything that will be written, by one look at the database, which is not changed."""
    snapshot = reader.snapshot(fresh=True)
    can = snapshot.capabilities
    with sessions.connect(reader.connection, read_only=True, application_name="tsdb import") as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with session.cursor() as cursor:
                survey.refuse(cursor, snapshot, str(reader.connection))
                seen = survey.look(cursor, snapshot)
                found = [terse(each) for each in writers.declarations(seen)]
                trial = Trial(reader, apache_fallback=seen.edition.fallback)
                sound, gone = fit(trial, found)
                sound, plain, more = _with_baseline(cursor, seen, trial, sound)
                gone = [baseline.placed(seen, plain, found, each) for each in [*gone, *more]]
                left = [*gone, *left_out.read(cursor, seen, _keys(sound)), *plain.left]
        except psycopg.Error as error:
            raise Failed(f"{reader.connection} cannot be read: {' '.join(str(error).split())}") from None
    parsed = [declarations.read(each) for each in sound]
    given = {order.name(one): each for one, each in zip(parsed, sound, strict=True)}
    filled = [given[order.name(each)] for each in order.in_order(parsed, order.edges(parsed))]
    objects = [plain.declaration if each["kind"] == "migrations" else each for each in filled]
    sent = [{**each, "files": plain.filled["files"], "makes": plain.filled["makes"]} if each["kind"] == "migrations"
            else each for each in objects]  # fmt: skip
    fallback = seen.edition.fallback
    name = can.database
    files = {
        "__main__.py": program.main(name, _spoken(arguments), objects, left, apache_fallback=fallback),
        "Pulumi.yaml": program.pulumi_yaml(wanted.project, name),
        "requirements.txt": program.REQUIREMENTS,
        STATE: state.write(wanted.project, wanted.stack, name, arguments, sent, can, apache_fallback=fallback),
    }
    if any(each["kind"] == "migrations" for each in objects):
        files[f"{plain.directory}/{baseline.FILE}"] = plain.text
    names = {order.name(declarations.identify(each)) for each in objects}
    owners = {name: stack for name, stack in sorted(snapshot.owners.items()) if name in names}
    return Imported(objects, left, files, owners)


def _with_baseline(
    cursor: Cursor, seen: survey.Survey, trial: Trial, sound: Sequence[Declaration]
) -> tuple[list[Declaration], baseline.Baseline, list[Left]]:
    """The declarations with the file that they stand on, and what had to go: the file holds what is not declared, so it
    is written anew until nothing more goes."""
    gone: list[Left] = []
    while True:
        own = [each for each in views.kept(seen.snapshot, sound) if each["kind"] != "migrations"]
        plain = baseline.write(cursor, seen, own)
        lost = [each for each in own if each["kind"] == "grant"
                and declarations.identify(each).key in plain.missing]  # fmt: skip
        gone += [Left(title(declarations.identify(each)), baseline.UNMADE) for each in lost]
        kept = [each for each in own if each not in lost]
        sound, more = fit(trial, [*kept, *([plain.filled] if plain.text else [])])
        gone += more
        if not lost and not more:
            return sound, plain, gone


def _keys(objects: Sequence[Declaration]) -> dict[str, frozenset[str]]:
    keys: dict[str, set[str]] = {kind: set() for kind in declarations.COMPOSITIONS}
    for each in objects:
        keys[str(each["kind"])].add(declarations.identify(each).key)
    return {kind: frozenset(names) for kind, names in keys.items()}


def _arguments(connection: Connection, password_ref: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "host": connection.host,
        "port": connection.port,
        "database": connection.database,
        "user": connection.user,
        "password_ref": password_ref,
        "tls": connection.tls,
        "via": connection.via,
    }
    return {key: value for key, value in found.items() if value}


def _spoken(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Without what goes without saying."""
    usual = {"port": 5432, "tls": "verify-full"}
    return {key: value for key, value in arguments.items() if usual.get(key) != value}


def _reference(target: Target) -> str:
    """A stack knows where its password is; a relative path in it starts at that stack's folder."""
    reference = target.connection.password_ref if target.stack else ""
    scheme, _, path = reference.partition(":")
    return f"file:{Path(path).absolute()}" if scheme == "file" else reference or PASSWORD_REF


def _say(imported: Imported, wanted: Wish, as_json: bool) -> None:
    if as_json:
        report.document(
            {
                "folder": str(wanted.folder),
                "files": sorted(imported.files),
                "objects": [order.name(declarations.identify(each)) for each in imported.objects],
                "left_out": [asdict(each) for each in imported.left],
                "managed_by": imported.owners,
            }
        )
        return
    rows = [order.name(declarations.identify(each)).partition(":")[::2] for each in imported.objects]
    report.table("declared", ("kind", "object"), rows, as_json=False)
    print(f"{wanted.folder}: {', '.join(sorted(imported.files))}")
    scheme, _, name = wanted.password_ref.partition(":")
    export = f"  export {name}=...            # the password of this program's role\n" if scheme == "env" else ""
    finds = "names what another stack manages" if imported.owners else "finds nothing to do"
    print(
        f"Next:\n  cd {wanted.folder}\n{export}  pulumi install\n  pulumi stack init {wanted.stack}\n"
        f"  pulumi stack import --file {STATE} && rm {STATE}\n  pulumi preview               # {finds}"
    )
    for stack in sorted(set(imported.owners.values())):
        count = sum(owner == stack for owner in imported.owners.values())
        print(
            f"The stack {stack} manages {count} of these objects, and the first preview refuses them: take them out of "
            "its program and run pulumi up there, which drops nothing, or acknowledge what the preview asks."
        )
    if imported.left:
        report.table("not in the program", ("what", "why"), [(each.name, each.reason) for each in imported.left],
                     as_json=False)  # fmt: skip
