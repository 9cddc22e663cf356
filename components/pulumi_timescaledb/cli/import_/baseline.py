"""The first migration of an imported database: what is plain in it, as a file that counts as applied where it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...database.ddl import script, uncovered
from ...database.ddl.item import Left, Scope
from ...database.declared import Declared, identify
from ...database.declared.migrations import DIRECTORY
from ...database.kind import Cursor
from ...database.kinds.migrations.baseline import tables
from ...database.rights import unpair
from . import views
from .fit import title
from .survey import Survey

FILE = "001_baseline.sql"
UNMADE = "nothing here makes what it is on"
HEAD = """\
-- The plain objects of the database {database} as they were when it was imported: types, functions, tables, views, and
-- what hangs on them. Where these tables exist this file counts as applied and is never run; an empty database gets
-- them from it. Declared in __main__.py and not here: schemas, hypertables with their indexes and policies, aggregates,
-- row security, views that hold tenants apart, and rights.
-- Not looked for: {never}.
SET LOCAL check_function_bodies = off;

"""


@dataclass(frozen=True)
class Baseline:
    """directory, text: of the file; both empty where there is nothing to write. left: what is not in it. missing: keys
    of declared grants on what it does not make."""

    directory: str
    text: str
    left: tuple[Left, ...]
    missing: frozenset[str] = frozenset()

    @property
    def declaration(self) -> dict[str, Any]:
        """As the program writes it."""
        directory = {} if self.directory == DIRECTORY else {"directory": self.directory}
        return {"kind": "migrations", **directory, "baseline": FILE}

    @property
    def filled(self) -> dict[str, Any]:
        """As the program sends it: with the checksum and the tables."""
        checksum = hashlib.sha256(self.text.encode()).hexdigest()
        return {**self.declaration, "files": {FILE: checksum}, "makes": list(tables(self.text))}


def write(cursor: Cursor, survey: Survey, objects: Sequence[Mapping[str, Any]]) -> Baseline:
    """Read the plain objects; ``objects`` are the declarations, whose roles are there before any migration."""
    found = survey.snapshot
    roles = frozenset(str(each["name"]) for each in objects if each["kind"] == "role")
    scope = Scope(
        found.capabilities.role,
        roles,
        frozenset(found.found["hypertable"]),
        _later(survey, objects),
        _keys(objects, "schema"),
        grants=_keys(objects, "grant"),
        defaults=_keys(objects, "default_privileges"),
        **_secured(survey, objects),
    )
    made = script.read(cursor, scope)
    if not tables(made.text):
        plain = [Left("the plain objects", "without a table nothing would tell whether a baseline was applied")]
        return Baseline("", "", (*made.left, *(plain if made.text else ())), _plain(objects))
    head = HEAD.format(database=_one_line(found.capabilities.database), never=uncovered.NEVER)
    rest = "".join(f"-- not in this file: {_one_line(each.name)} ({_one_line(each.reason)})\n" for each in made.left)
    text = head + made.text + (f"\n{rest}" if rest else "")
    return Baseline(_directory(found.found["migrations"]), text, made.left, made.missing)


def _keys(objects: Sequence[Mapping[str, Any]], kind: str) -> frozenset[str]:
    return frozenset(identify(each).key for each in objects if each["kind"] == kind)


def _later(survey: Survey, objects: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What is made after this file, with what it is."""
    aggregates = frozenset(survey.keys("aggregate"))
    if survey.edition.fallback:  # a materialized view that is not declared after all is a plain one
        aggregates = _keys(objects, "continuous_aggregate")
    later = dict.fromkeys(views.later(survey.snapshot, survey.others, objects), "view")
    return later | dict.fromkeys(aggregates, "continuous aggregate")


def _secured(survey: Survey, objects: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """Tables whose row security, and whose policies, are left to their declarations."""
    own = [each for each in objects if each["kind"] == "row_level_security"]
    given = {identify(each).key: "policies" in each for each in own}
    left = frozenset(key for key in given if not walked_around(survey, key))
    return {"secured": left, "policies": frozenset(key for key in left if given[key])}


def walked_around(survey: Survey, key: str) -> bool:
    """Whether it is a hypertable whose chunks everybody may reach: a plan refuses to set up such row security, so the
    baseline makes it as well, and it is found as declared."""
    table, live = survey.snapshot.tables.get(key), survey.snapshot.get("row_security", key)
    enabled = live is not None and live.value.enabled
    return key in survey.snapshot.found["hypertable"] and enabled and table is not None and table.chunks_open


def placed(survey: Survey, baseline: Baseline, found: Sequence[Mapping[str, Any]], left: Left) -> Left:
    """What is not declared, with the word that the baseline makes it, where it does."""
    for each in found:
        declared = identify(each)
        if (
            baseline.text
            and left.reason != UNMADE
            and left.name.endswith(title(declared))
            and _held(survey, declared, baseline)
        ):
            return Left(left.name, f"{left.reason}; the baseline makes it instead")
    return left


def _held(survey: Survey, declared: Declared, baseline: Baseline) -> bool:
    if declared.kind == "grant":
        thing = survey.snapshot.objects.get(declared.target)
        return thing is not None and not thing.extension and declared.target != "database"
    if declared.kind == "security_barrier_view":
        return not any(each.name.endswith(f" {declared.key}") for each in baseline.left)
    return declared.kind in ("schema", "default_privileges", "row_level_security")


def _plain(objects: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Grants on what no file makes."""
    kinds = ("sequence", "function", "type")
    return frozenset(key for key in _keys(objects, "grant") if unpair(key)[1].startswith(kinds))


def _directory(known: Mapping[str, Any]) -> str:
    """A folder that the ledger does not know: another program may have applied files of its own here."""
    names = [DIRECTORY, "baseline", *(f"baseline_{number}" for number in range(2, len(known) + 2))]
    return next(name for name in names if name not in known)


def _one_line(text: str) -> str:
    return " ".join(text.split())
