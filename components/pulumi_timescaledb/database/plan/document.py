"""A plan as data: what the plan resource writes for `tsdb plan`, and the digest by which one plan is told from another.

The digest covers what a run would do: which server, which changes with both ends and their class, which holds, which
acknowledgements. It leaves out what moves while nothing changes: times, counts of rows, bytes and chunks, and notes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ..kind import Change, ChangeClass, text
from . import origin
from .held import Held

DIGITS = 12
_LINE = re.compile(r"(.* type): (pulumi config set .*)\Z", re.DOTALL)
NO_DATABASE = "none"
WHOLE = re.compile(rf"(?:{NO_DATABASE}|[0-9a-f]{{{DIGITS}}}(?:\.[0-9a-f]{{{DIGITS}}})*)-[0-9a-f]{{{DIGITS}}}\Z")


@dataclass(frozen=True)
class Row:
    """One change. object: the declared object, such as ``hypertable:public.t``. kind, key, attribute: what of it
    differs. live, declared: both ends as text. origin: ``declared``, ``drift`` or both."""

    object: str
    kind: str
    key: str
    action: str
    attribute: str
    live: str
    declared: str
    change_class: str
    origin: str
    loss: str = ""
    note: str = ""


@dataclass(frozen=True)
class HeldRow:
    """One object with a hold. until, reason, by: of the hold. differences: as previews print them."""

    object: str
    until: str
    reason: str
    by: str
    in_force: bool
    differences: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class RefusedRow:
    """One refusal. what: the sentence up to the line to type. line: what acknowledges it, empty for nothing."""

    what: str
    line: str = ""

    @property
    def sentence(self) -> str:
        """As the preview prints it."""
        return f"{self.what}: {self.line}" if self.line else self.what


@dataclass(frozen=True)
class Entry:
    """The plan of one ``DatabaseObjects`` component. read: whether the database was read; unread says why not.
    released: objects that are no longer declared. acknowledged: names of the acknowledgements that count."""

    component: str
    objects: tuple[str, ...] = ()
    read: bool = False
    unread: str = ""
    database: str = ""
    server: str = ""
    changes: tuple[Row, ...] = ()
    held: tuple[HeldRow, ...] = ()
    released: tuple[str, ...] = ()
    refusals: tuple[RefusedRow, ...] = ()
    notes: tuple[str, ...] = ()
    acknowledged: tuple[str, ...] = ()
    identity: str = ""
    digest: str = field(default="")

    def sealed(self) -> Entry:
        """The entry with its digest."""
        return replace(self, digest=_digest(_covered(self)) if self.read else self.unread_digest)

    @property
    def unread_digest(self) -> str:
        """The digest of the same component where its database could not be read: its objects by name."""
        return _digest(["not read", self.component, sorted(self.objects)])

    @property
    def only_creates(self) -> bool:
        """Whether nothing that is there already would be altered, removed or lost."""
        safe = (ChangeClass.IN_PLACE.value, ChangeClass.FUTURE.value)
        return not self.released and all(row.action == "create" and row.change_class in safe for row in self.changes)


def refused(component: str, sentence: str) -> Entry:
    """A plan that could not be made."""
    return Entry(component, unread="refused before it was compared", refusals=(refusal(sentence),)).sealed()


def rows(changes: Mapping[str, Sequence[Change]], before: origin.Parts, now: origin.Parts) -> tuple[Row, ...]:
    """Every change of a plan."""
    return tuple(
        Row(
            name,
            each.kind,
            each.object,
            each.action,
            each.field,
            text(each.old),
            text(each.new),
            each.change_class.value,
            origin.of(each, before, now),
            each.loss,
            each.note,
        )
        for name, several in changes.items()
        for each in several
    )


def held_rows(held: Iterable[Held]) -> tuple[HeldRow, ...]:
    """Every hold of a plan, expired ones too."""
    return tuple(
        HeldRow(
            each.hold.name,
            each.hold.until.isoformat(),
            each.hold.reason,
            each.hold.by,
            each.hold.in_force,
            each.differences,
            each.sentence,
        )
        for each in held
    )


def refusal(sentence: str) -> RefusedRow:
    """A refusal, with the line that acknowledges it apart where there is one, because it is copied."""
    match = _LINE.match(sentence)
    return RefusedRow(match[1], match[2]) if match else RefusedRow(sentence)


def whole(entries: Iterable[Entry], rest: Sequence[Any]) -> str:
    """The digest that people see: of each database's plan, and of everything else that the engine would do."""
    databases = ".".join(each.digest for each in sorted(entries, key=lambda each: each.component))
    return f"{databases or NO_DATABASE}-{_digest(rest)}"


def another(entry: Entry, expected: str) -> str:
    """The refusal of a plan that is not the expected one; empty when it is.

    A plan that was made before its database could be read allows creations alone.
    """
    if not WHOLE.match(expected):
        return (
            "TSDB_EXPECT_PLAN is not a digest; write the one that tsdb plan prints, such as 0123456789ab-0123456789ab"
        )
    databases = expected.partition("-")[0].split(".")
    if entry.digest in databases or (entry.unread_digest in databases and entry.only_creates):
        return ""
    where = entry.database or "the database"
    return (
        f"the plan of {where} is {entry.digest} and not one of those expected ({', '.join(databases)}); "
        f"run tsdb plan, have its plan approved and set TSDB_EXPECT_PLAN to its digest"
    )


def to_json(entry: Entry) -> dict[str, Any]:
    """As it stands in a file."""
    return asdict(entry)


def from_json(values: Mapping[str, Any]) -> Entry:
    """The entry behind :func:`to_json`; raises TypeError or KeyError for anything else."""
    rest = {key: value for key, value in values.items() if key not in ("changes", "held", "refusals")}
    for key in ("objects", "released", "notes", "acknowledged"):
        rest[key] = tuple(rest[key])
    return Entry(
        **rest,
        changes=tuple(Row(**each) for each in values["changes"]),
        held=tuple(HeldRow(**{**each, "differences": tuple(each["differences"])}) for each in values["held"]),
        refusals=tuple(RefusedRow(**each) for each in values["refusals"]),
    )


def _covered(entry: Entry) -> list[Any]:
    moving = ("origin", "loss", "note")
    changes = [[value for key, value in asdict(row).items() if key not in moving] for row in entry.changes]
    holds = [row.object for row in entry.held if row.in_force]
    return [
        entry.component,
        entry.identity,
        sorted(entry.objects),
        sorted(changes),
        sorted(holds),
        sorted(entry.released),
        sorted(entry.acknowledged),
    ]


def _digest(value: Any) -> str:
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
