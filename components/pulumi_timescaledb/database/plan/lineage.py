"""What stands on what after a plan: aggregates, materialized views and views, declared and live, down to the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import queries

if TYPE_CHECKING:
    from .rules.context import Context


@dataclass(frozen=True)
class Stored:
    """A result that is kept: an aggregate or a materialized view. reads: what its query names. declared: by whom."""

    key: str
    title: str
    reads: frozenset[str]
    declared: bool


def sources(context: Context) -> dict[str, str]:
    """The source of every aggregate that will be there."""
    live = context.snapshot.found["aggregate"]
    by_table = {str(found.facts.get("materialization")): key for key, found in live.items()}
    read = {key: str(found.facts.get("source")) for key, found in live.items()}
    found = {key: by_table.get(source, source) for key, source in read.items()}
    for each in context.objects:
        if each.kind == "continuous_aggregate":
            found.pop(each.key, None)
            if each.parts[0].value is not None:
                found[each.key] = each.source
    return found


def stored(context: Context) -> Iterator[Stored]:
    """Every aggregate and materialized view that will be there."""
    declared = {each.key: each for each in context.objects if each.kind == "continuous_aggregate"}
    live = sources(context)
    for key, source in live.items():
        if key in declared:
            query = declared[key].parts[0].value.query
        else:
            query = context.snapshot.found["aggregate"][key].value.query
        reads = frozenset({source, *queries.relations(query)} - {key})
        yield Stored(key, "continuous aggregate", reads, key in declared)
    for key, found in context.snapshot.found["materialized_view"].items():
        if key not in declared:
            yield Stored(key, "materialized view", frozenset(found.facts.get("reads", ())), False)


def tables(context: Context, key: str) -> set[str]:
    """The tables below an aggregate or view, followed through the aggregates and views in between."""
    steps = {each.key: set(each.reads) for each in stored(context)}
    for name, found in context.snapshot.found["view"].items():
        steps.setdefault(name, set(found.facts.get("reads", ())))
    for each in context.declared("security_barrier_view"):
        steps[each.key] = set(queries.relations(each.parts[0].value.query)) - {each.key}
    below: set[str] = set()
    left = list(steps.get(key, ()))
    while left:
        name = left.pop()
        if name not in below:
            below.add(name)
            left += steps.get(name, ())
    return below - set(steps)
