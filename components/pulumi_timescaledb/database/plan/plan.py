"""The plan of a whole database: every change, every refusal, every acknowledgement needed, in one reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..declared.composition import Declared
from ..kind import Change
from ..snapshot import Reader, Snapshot
from . import gate, loss, order
from .editions import skipped
from .rules import violations
from .rules.context import Context
from .view import View


@dataclass(frozen=True)
class Plan:
    """changes: by object name, in declared order. refusals: sentences; with one, nothing is touched. notes: for
    people. acknowledged: codes that were given and count, by object name."""

    changes: Mapping[str, Sequence[Change]]
    refusals: Sequence[str]
    notes: Sequence[str]
    acknowledged: Mapping[str, str]


def make(
    reader: Reader,
    objects: Sequence[Declared],
    *,
    apache_fallback: bool,
    acknowledged: Mapping[str, str],
    stack: str = "",
) -> Plan:
    """Read, compare, judge; stack: who declares these objects. Raises Unreachable when the database cannot be read."""
    order.edges(objects)
    view = View.of(reader, apache_fallback)
    can = view.snapshot.capabilities
    different = {order.name(each): view.changes(each) for each in objects}
    with reader.cursor() as cursor:
        changes = {name: [loss.measure(cursor, each, can) for each in rows] for name, rows in different.items()}
    flat = [change for rows in changes.values() for change in rows]
    refusals = violations(Context(objects, view.snapshot, flat, view.edition.fallback))
    given: dict[str, str] = {}
    for name, rows in changes.items():
        needed = gate.demands(name.partition(":")[2], rows, can, view.snapshot.uses)
        refusals += [demand.sentence for demand in gate.missing(needed, acknowledged)]
        if needed and not gate.missing(needed, acknowledged):
            given[name] = needed[0].code
    refusals += _taken(view.snapshot, different, acknowledged, stack)
    notes = [can.pair_warning] if can.pair_warning else []
    notes += skipped(objects) if view.edition.fallback else []
    return Plan(changes, refusals, notes, given)


def _taken(snapshot: Snapshot, names: Iterable[str], acknowledged: Mapping[str, str], stack: str) -> Iterator[str]:
    """Objects that another stack manages, unless it was said that this one takes them over."""
    for name in names:
        owner = snapshot.owners.get(name, stack)
        if not stack or owner == stack:
            continue
        needed = gate.ownership(name, owner, stack, snapshot.capabilities)
        if gate.missing([needed], acknowledged):
            yield (
                f"{name} is managed by the stack {owner}, and two stacks would undo each other; take it out of one, "
                f"or to manage it here from now on type: {gate.line(needed)}"
            )
