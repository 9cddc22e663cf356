"""Cases as data: what `tests/cases/<kind>.yaml` may say, read into values.

A file starts from `setup` (hand-written SQL) and `declared` (objects, converged once an edition). Then, one by one:
`drift`: an operator's SQL, which must show at exactly one place and be repaired; `changes`: other arguments for one
object, which must be planned as said, applied, planned again to nothing, taken back and applied again; `refusals`:
other arguments, or whole objects, which must be refused with these words in the sentence and nothing touched.
`files` are written into the program's folder: the file's own before anything, a case's for as long as it runs (null
takes one away). Unknown keys fail the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .fix_database import Database

FOLDER = Path(__file__).parents[1] / "cases"
EDITIONS = ("apache", "community")
Objects = Sequence[Mapping[str, Any]]
Files = Mapping[str, "str | None"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Where it holds: on which editions, and from which version of TimescaleDB to before which."""

    editions: Sequence[str] = EDITIONS
    since: str = "2.19"
    before: str = "3"

    def holds_on(self, database: Database) -> bool:
        """Whether it is to be taken there."""
        return database.is_among(self.editions, self.since, self.before)


@dataclass(frozen=True)
class Drift(Case):
    """attribute: kind.field of a wanted value. object: as the plan names it. path: where it shows, "" for all of it."""

    attribute: str
    sql: str
    object: str
    path: str = ""
    files: Files = field(default_factory=dict)


@dataclass(frozen=True)
class Changed(Case):
    """set: arguments of one object that are replaced (null takes one away). add, remove: whole objects. plan: lines
    "<action> <kind> <object> [<field>]: <change class>", in any order. acknowledge: the names of what must be
    acknowledged on the way. sql: run before. back: "applied" (default), or "acknowledged" where the way back loses
    something too, or "never" where the server has no way back; undo, run in its place, then leads to where the case
    began. check: a query that must say true once the change was applied."""

    name: str
    plan: Sequence[str]
    object: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Objects = ()
    remove: Sequence[str] = ()
    acknowledge: Sequence[str] = ()
    sql: str = ""
    back: str = "applied"
    undo: str = ""
    check: str = ""
    files: Files = field(default_factory=dict)


@dataclass(frozen=True)
class Refused(Case):
    """set, add: as above. words: all must stand in the refusals. sql, undo: run before and after."""

    name: str
    words: Sequence[str]
    object: str = ""
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Objects = ()
    remove: Sequence[str] = ()
    sql: str = ""
    undo: str = ""
    fallback: bool = True
    files: Files = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """One file of cases. editions: where it can run at all."""

    name: str
    setup: str
    declared: Objects
    drift: Sequence[Drift]
    changes: Sequence[Changed]
    refusals: Sequence[Refused]
    files: Files = field(default_factory=dict)
    editions: Sequence[str] = EDITIONS
    attributes: Sequence[str] = ()


def load(path: Path) -> File:
    """One file; a key that is not known is an error of the case."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return File(
        path.stem,
        content.pop("setup", ""),
        content.pop("declared"),
        [Drift(**each) for each in content.pop("drift", ())],
        [Changed(**each) for each in content.pop("changes", ())],
        [Refused(**each) for each in content.pop("refusals", ())],
        **content,
    )


def files() -> list[File]:
    """Every file of cases."""
    return [load(path) for path in sorted(FOLDER.glob("*.yaml"))]


def named(objects: Objects, name: str) -> Mapping[str, Any]:
    """The declaration that a case calls "kind:key", where the key is what the declaration's names say."""
    for each in objects:
        if name in names(each):
            return each
    raise KeyError(f"{name} is not among the declared objects")


def names(declaration: Mapping[str, Any]) -> set[str]:
    """The ways a case may name a declaration: by its plan name, or by its bare table, name or directory."""
    from pulumi_timescaledb.database.declared import identify

    found = identify(declaration)
    return {f"{found.kind}:{found.key}"}


def changed(objects: Objects, case: Changed | Refused) -> list[dict[str, Any]]:
    """The declarations of a case: with arguments replaced, objects added and objects removed."""
    target = named(objects, case.object) if case.object else None
    found = []
    for each in objects:
        if names(each) & set(case.remove):
            continue
        found.append(merged(each, case.set) if each is target else dict(each))
    return [*found, *map(dict, case.add)]


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments replaced one level deep and, within dictionaries, key by key; null takes an argument away."""
    found = dict(old)
    for key, value in new.items():
        if value is None:
            found.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(found.get(key), Mapping) and "absent" not in value:
            found[key] = merged(found[key], value)
        else:
            found[key] = value
    return found
