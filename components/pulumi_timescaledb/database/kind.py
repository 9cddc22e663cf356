"""The nouns every kind of object shares: what is wanted, what was found, what changes, and the steps that change it.

A kind is a folder under ``kinds/`` with four files: ``wanted.py`` (the frozen value a user declares), ``found.py``
(one catalog query that returns the same value), ``change.py`` (the difference, as values, with its change class) and
``sql.py`` (a change as statements). Kinds never import each other; what two kinds must agree on is a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any

import psycopg
from psycopg import sql

from .capabilities import Capabilities

Cursor = psycopg.Cursor[dict[str, Any]]
Session = psycopg.Connection[dict[str, Any]]
Statement = sql.SQL | sql.Composed


class ChangeClass(str, Enum):
    """What a change costs. The last four never happen without an acknowledgement or at all."""

    IN_PLACE = "in place"
    FUTURE = "future data only"
    EXPOSES = "opens data"
    REBUILD = "rebuild"
    DESTROYS = "destroys data"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Change:
    """One difference between wanted and found, with both ends.

    kind, object: what it is about. action: "create", "alter" or "remove". field: the attribute that differs, empty
    for the whole object. old, new: both values. change_class: what it costs. note: for people; for IMPOSSIBLE the
    remedy. loss: what a destroying change would take, filled in by :mod:`.plan.loss` where the kind leaves it empty.
    dependents: what stands on the object and keeps it from being dropped. renews: another object bears the name
    afterwards, with policies of its own, so what else differs is looked at again.
    """

    kind: str
    object: str
    action: str
    field: str
    old: Any
    new: Any
    change_class: ChangeClass = ChangeClass.IN_PLACE
    note: str = ""
    loss: str = ""
    dependents: tuple[str, ...] = ()
    renews: bool = False


@dataclass(frozen=True)
class Step:
    """One statement to run: text, parameters, and the sentence that says what it does.

    outside_transaction: the server refuses it inside one, or it must be the first of its session. then: steps that
    depend on the rows this one returns. made, unmade: names under which the ledger remembers what this step makes here
    or takes away, for kinds of which one object falls into several such things. run: what is done with the session in
    place of the statement, where one statement does not say it.
    """

    statement: Statement
    sentence: str
    parameters: Sequence[Any] | Mapping[str, Any] = ()
    outside_transaction: bool = False
    then: Callable[[Sequence[Mapping[str, Any]]], Sequence[Step]] | None = None
    made: tuple[str, ...] = ()
    unmade: tuple[str, ...] = ()
    run: Callable[[Session], None] | None = None


@dataclass(frozen=True)
class Found:
    """A live object: the value in the same form as wanted, and facts that only the server knows (job id, owner)."""

    value: Any
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One wanted value: the kind, the key it is found under, and the value; None means it must be absent."""

    kind: str
    key: str
    value: Any


def as_found(cursor: Cursor, wanted: Any, found: Found) -> Found:
    """The respelling of kinds whose values have only one spelling: nothing to do."""
    del cursor, wanted
    return found


def unopposed(cursor: Cursor, key: str, wanted: Any) -> list[str]:
    """The objections to kinds that have no text in them which only a server can judge: none."""
    del cursor, key, wanted
    return []


def whole(part: Part, found: Found, made: Container[str]) -> Found | None:
    """What was made here, for kinds whose objects are made whole: all of it, or nothing."""
    return found if part.key in made else None


def as_recorded(cursor: Cursor, wanted: Any, found: Found | None) -> Found | None:
    """The presumption of kinds that the catalog answers for in full: there is what was found, and nothing else."""
    del cursor, wanted
    return found


def kept(key: str, value: Any) -> list[Change]:
    """The release of kinds that hold data or rights: they stay when their declaration goes."""
    del key, value
    return []


def as_judged(cursor: Cursor, change: Change, capabilities: Capabilities) -> Change:
    """The judgement of kinds whose changes are plain from both values: nothing to ask."""
    del cursor, capabilities
    return change


@dataclass(frozen=True)
class Kind:
    """What the planner needs of a kind's folder.

    respell: for values with many spellings (a query, an index definition, a password), let the server spell the
    wanted one in a rolled-back transaction; where both mean the same, the found value takes the wanted spelling.
    release: what is taken away when a declaration goes, if it was made here: jobs, policies and privileges, never
    data. ours: how much of a live object that is, by the names the ledger has of its kind. objections: what the server
    has against a wanted text (a query, an expression), asked inside a transaction that is rolled back, before anything
    is written; sentences that follow the name of the object. presume: for kinds whose objects may be there without a
    record (a baseline of migrations), what a wanted value says is there, with ``facts["note"]`` for the preview.
    judge: what only the server can tell of one planned change, such as what stands on an object that is to go.
    look: how a declared object is found where no catalog shows it. alone: each change is a transaction of its own.
    """

    name: str
    read: Callable[[Cursor, Capabilities], Mapping[str, Found]]
    compare: Callable[[str, Any, Found | None], list[Change]]
    statements: Callable[[Change, Any, Found | None, Capabilities], list[Step]]
    respell: Callable[[Cursor, Any, Found], Found] = as_found
    release: Callable[[str, Any], list[Change]] = kept
    ours: Callable[[Part, Found, Container[str]], Found | None] = whole
    objections: Callable[[Cursor, str, Any], list[str]] = unopposed
    presume: Callable[[Cursor, Any, Found | None], Found | None] = as_recorded
    judge: Callable[[Cursor, Change, Capabilities], Change] = as_judged
    look: Callable[[Cursor, str, Any], Found | None] | None = None
    alone: bool = False


def differing(wanted: Any, found: Any) -> list[tuple[str, Any, Any]]:
    """(field, live, wanted) for every managed field that differs; a wanted None means "not managed"."""
    rows = []
    for each in fields(wanted):
        new, old = getattr(wanted, each.name), getattr(found, each.name)
        if new is not None and new != old:
            rows.append((each.name, old, new))
    return rows


def text(value: Any) -> str:
    """A value as a preview prints it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if type(value) in (tuple, list):  # not a NamedTuple, which knows how it reads
        return "[" + ", ".join(text(each) for each in value) + "]"
    return str(value)
