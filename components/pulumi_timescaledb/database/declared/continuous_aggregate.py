"""A continuous aggregate with its refresh policies, columnstore and retention.

``schema="public", name, source, query, real_time=False, owner, chunk_interval, group_indexes, indexes=[...],
refresh=[{start_offset, end_offset, schedule, enabled, buckets_per_batch, max_batches_per_execution,
refresh_newest_first, include_tiered_data}], columnstore, retention, swap_in``; an unbounded offset is the word
``"unbounded"``. source names the table or aggregate that the query reads, so that it is made first.
"""

from __future__ import annotations

import difflib
from typing import Any

from ...units import Interval
from ..arguments import UNBOUNDED, Arguments
from ..kind import Part
from ..kinds.aggregate.wanted import Aggregate
from ..kinds.refresh.wanted import Policy, Refresh
from ..names import BadName, Relation
from . import hypertable, policies
from .composition import Composition, Declared, Lookup, managed, titled

_MOST = 2**31 - 1  # the server takes the counts as integer
_OFFSET = f'an age in quotes such as "3 days", or "{UNBOUNDED}"'


def identify(arguments: Arguments) -> Declared:
    """The aggregate, what it reads, and what must exist before it."""
    relation = Relation(arguments.name("schema", "public"), arguments.name("name"))
    source, owner = arguments.text("source"), arguments.text("owner")
    needs: list[tuple[str, str]] = [("role", owner)] if owner else []
    key = _other(arguments, "source", source, relation) if source else ""
    needs += [("hypertable", key), ("continuous_aggregate", key)] if key else []
    absent = arguments.raw("absent") is True
    return Declared("continuous_aggregate", str(relation), needs=tuple(needs), source=key, absent=absent)


def _other(arguments: Arguments, name: str, text: str, own: Relation) -> str:
    try:
        other = Relation.parse(text, own.schema if name == "swap_in" else "public")
    except BadName:
        raise arguments.wrong(name, "name or schema.name") from None
    if other == own:
        meant = "relation that the query reads" if name == "source" else "aggregate filled beside this one"
        raise arguments.wrong(name, f"the {meant}, which is not the aggregate itself")
    return str(other)


def parse(arguments: Arguments) -> Declared:
    """Read the arguments into parts; the aggregate itself first."""
    declared = identify(arguments)
    key = declared.key
    if arguments.absent():
        return declared.of(Part("aggregate", key, None))
    arguments.required("source", "the table or aggregate that the query reads")
    relation, owner, swap_in = Relation.parse(key), arguments.text("owner"), arguments.text("swap_in")
    interval = arguments.lag("chunk_interval")
    value = Aggregate(
        arguments.required("query", "the SELECT with its time_bucket").strip(),
        arguments.boolean("real_time", False) is True,
        owner,
        interval.fixed if isinstance(interval, Interval) else interval,
        arguments.boolean("group_indexes"),
        None if swap_in is None else _other(arguments, "swap_in", swap_in, relation),
    )
    parts = [Part("aggregate", key, value)]
    for each in arguments.each("indexes") or ():
        part = hypertable.index(each, relation)
        if part.value is not None and part.value.unique:
            raise each.wrong("unique", "False: the server has no unique indexes on aggregates")
        parts.append(part)
    windows = arguments.each("refresh")
    if windows is not None:
        parts.append(Part("refresh", key, Refresh(tuple(_policy(each) for each in windows))))
    parts += policies.columnstore(arguments, key, chunks=False)
    parts += policies.retention(arguments, key, chunks=False)
    arguments.finish()
    return declared.of(*parts)


def _policy(arguments: Arguments) -> Policy:
    start, end = _offset(arguments, "start_offset"), _offset(arguments, "end_offset")
    schedule = arguments.duration("schedule", arguments.required("schedule", 'how often it runs, such as "1 hour"'))
    enabled = arguments.boolean("enabled", True)
    options = (
        arguments.count("buckets_per_batch", 0, _MOST),
        arguments.count("max_batches_per_execution", 0, _MOST),
        arguments.boolean("refresh_newest_first"),
        arguments.boolean("include_tiered_data"),
    )
    arguments.finish()
    if start is not None and end is not None:
        if isinstance(start, int) != isinstance(end, int):
            raise arguments.wrong("end_offset", "it in the same form as start_offset")
        if _length(start) <= _length(end):
            raise arguments.wrong("start_offset", f"a longer time than end_offset ({end})")
    return Policy(start, end, schedule or Interval(), enabled is True, *options)


def _length(lag: Interval | int) -> int:
    return lag if isinstance(lag, int) else lag.total_microseconds


def _offset(arguments: Arguments, name: str) -> Interval | int | None:
    text = arguments.required(name, _OFFSET)
    if text == UNBOUNDED:
        return None
    if text.strip() == "0":
        return 0  # integer time may be refreshed up to now
    if difflib.get_close_matches(text.strip().lower(), [UNBOUNDED]):
        raise arguments.wrong(name, f'"{UNBOUNDED}"')
    return arguments.lag(name)


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live = lookup("aggregate", part.key)
    relation = Relation.parse(declared.key)
    names = {"schema": relation.schema, "name": relation.name}
    if part.value is None:
        return names | policies.ABSENT if live is None else names
    if live is None:
        return None
    shown: dict[str, Any] = names | {
        "source": declared.source,
        "query": live.query,
        "real_time": live.real_time,
        "owner": None if part.value.owner is None else live.owner,
        "chunk_interval": None if part.value.chunk_interval is None else str(live.chunk_interval),
        "group_indexes": None if part.value.group_indexes is None else live.group_indexes,
        "swap_in": part.value.swap_in,
    }
    if any(each.kind == "refresh" for each in declared.parts):
        refresh = lookup("refresh", part.key)
        shown["refresh"] = [_window(each) for each in refresh.policies] if refresh else []
    return managed(shown) | hypertable.indexes(declared, lookup) | policies.render(declared, lookup)


def _window(policy: Policy) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "start_offset": UNBOUNDED if policy.start_offset is None else str(policy.start_offset),
        "end_offset": UNBOUNDED if policy.end_offset is None else str(policy.end_offset),
        "schedule": str(policy.schedule),
    }
    return shown | policy.options if policy.enabled else shown | {"enabled": False} | policy.options


COMPOSITION = Composition(
    "continuous_aggregate", titled("continuous aggregate", "schema", "name"), identify, parse, render
)
