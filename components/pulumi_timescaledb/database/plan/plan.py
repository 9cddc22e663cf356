"""The plan of a whole database: every change, every refusal, every acknowledgement needed, in one reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..capabilities import Capabilities
from ..declared.composition import Declared
from ..holds import in_force
from ..kind import Change, Cursor
from ..kinds import KINDS
from ..snapshot import Reader, Snapshot
from . import effect, gate, key_limits, loss, order, trials
from .editions import skipped
from .held import Held, all_held
from .rules import advice, violations
from .rules.context import Context
from .view import View


@dataclass(frozen=True)
class Plan:
    """changes: by object name, in declared order. refusals: sentences; with one, nothing is touched. notes: for
    people. acknowledged: codes that were given and count, by object name. held: objects with a hold; one in force
    has no changes. accepted: names of what the codes were for."""

    changes: Mapping[str, Sequence[Change]]
    refusals: Sequence[str]
    notes: Sequence[str]
    acknowledged: Mapping[str, str]
    held: Sequence[Held] = ()
    accepted: frozenset[str] = frozenset()


def make(
    reader: Reader,
    objects: Sequence[Declared],
    *,
    apache_fallback: bool,
    acknowledged: Mapping[str, str],
    accepted: frozenset[str] = frozenset(),
    stack: str = "",
    for_people: bool = True,
) -> Plan:
    """Read, compare, judge; accepted: names of what was acknowledged before, in the same run. stack: who declares these
    objects. for_people: whether changes say from when and on how much; nobody reads that while an object is written.

    Raises Unreachable when the database cannot be read.
    """
    order.edges(objects)
    view = View.of(reader, apache_fallback)
    can = view.snapshot.capabilities
    different = {order.name(each): view.changes(each) for each in objects}
    wanted = {(part.kind, part.key): part.value for each in objects for part in each.parts}
    texts = trials.new_texts(view, objects, different)
    with reader.cursor() as cursor:
        limits = key_limits.read(cursor, objects)
        changes = {
            name: [_measured(cursor, each, wanted, can, for_people=for_people) for each in rows]
            for name, rows in different.items()
        }
        said = [each for declared, part in texts for each in trials.objections(cursor, declared, part)]
    held = all_held(view.snapshot.holds, changes)
    changes = {name: [] if in_force(view.snapshot.holds, name) else rows for name, rows in changes.items()}
    flat = [change for rows in changes.values() for change in rows]
    context = Context(objects, view.snapshot, flat, view.edition.fallback, said, limits)
    refusals = violations(context)
    given: dict[str, str] = {}
    now: set[str] = set()
    every = _taken(view.snapshot, different, stack)
    for name, rows in changes.items():
        demands = gate.demands(name, rows, can, view.snapshot.uses)
        needed = [demand for demand in demands if demand.name not in accepted]
        missing = gate.missing(needed, acknowledged)
        every += needed
        now |= {demand.name for demand in needed} - {demand.name for demand in missing}
        if needed and not missing:
            given[name] = needed[0].code
    refusals += gate.asked(every, acknowledged)
    notes = [can.pair_warning] if can.pair_warning else []
    for each in objects:
        seen = (view.found(part, each) for part in each.parts)
        notes += [found.facts["note"] for found in seen if found is not None and "note" in found.facts]
    notes += skipped(objects) if view.edition.fallback else []
    notes += advice(context)
    return Plan(changes, refusals, notes, given, held, frozenset(now))


def _measured(
    cursor: Cursor, change: Change, wanted: Mapping[tuple[str, str], Any], can: Capabilities, *, for_people: bool
) -> Change:
    value = wanted.get((change.kind, change.object))
    change = loss.measure(cursor, KINDS[change.kind].judge(cursor, change, can), value, can)
    return effect.measure(cursor, change, value, can) if for_people else change


def _taken(snapshot: Snapshot, names: Iterable[str], stack: str) -> list[gate.Demand]:
    """Objects that another stack manages: it has to be said that this one takes them over."""
    if not stack:
        return []
    owned = {name: snapshot.owners[name] for name in names if snapshot.owners.get(name, stack) != stack}
    return [gate.ownership(name, owner, stack, snapshot.capabilities) for name, owner in owned.items()]
