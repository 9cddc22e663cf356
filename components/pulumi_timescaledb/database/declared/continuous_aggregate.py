"""A continuous aggregate with its refresh policies, columnstore and retention.

``schema="public", name, source, query, real_time=False, owner, refresh=[{start_offset, end_offset, schedule}],
columnstore, retention``; an unbounded offset is the word ``"unbounded"``. source names the table or aggregate that
the query reads, so that it is made first.
"""

from __future__ import annotations

from typing import Any

from ...units import Interval
from ..arguments import UNBOUNDED, Arguments
from ..kind import Part
from ..kinds.aggregate.wanted import Aggregate
from ..kinds.refresh.wanted import Policy, Refresh
from ..names import BadName, Relation
from . import policies
from .composition import Composition, Declared, Lookup, managed, titled


def identify(arguments: Arguments) -> Declared:
    """The aggregate, what it reads, and what must exist before it."""
    relation = Relation(arguments.name("schema", "public"), arguments.name("name"))
    source, owner = arguments.text("source"), arguments.text("owner")
    needs: list[tuple[str, str]] = [("role", owner)] if owner else []
    key = _source(arguments, source, relation) if source else ""
    needs += [("hypertable", key), ("continuous_aggregate", key)] if key else []
    return Declared("continuous_aggregate", str(relation), needs=tuple(needs), source=key)


def _source(arguments: Arguments, text: str, own: Relation) -> str:
    try:
        source = Relation.parse(text)
    except BadName:
        raise arguments.wrong("source", "name or schema.name") from None
    if source == own:
        raise arguments.wrong("source", "the relation that the query reads, which is not the aggregate itself")
    return str(source)


def parse(arguments: Arguments) -> Declared:
    """Read the arguments into parts; the aggregate itself first."""
    declared = identify(arguments)
    key = declared.key
    if arguments.absent():
        return declared.of(Part("aggregate", key, None))
    arguments.required("source")
    owner = arguments.text("owner")
    value = Aggregate(arguments.required("query").strip(), arguments.boolean("real_time", False) is True, owner)
    parts = [Part("aggregate", key, value)]
    windows = arguments.each("refresh")
    if windows is not None:
        parts.append(Part("refresh", key, Refresh(tuple(_policy(each) for each in windows))))
    parts += policies.columnstore(arguments, key) + policies.retention(arguments, key)
    arguments.finish()
    return declared.of(*parts)


def _policy(arguments: Arguments) -> Policy:
    start, end = _offset(arguments, "start_offset"), _offset(arguments, "end_offset")
    schedule = arguments.duration("schedule", arguments.required("schedule"))
    enabled = arguments.boolean("enabled", True)
    arguments.finish()
    if start is not None and end is not None:
        if isinstance(start, int) != isinstance(end, int):
            raise arguments.wrong("end_offset", "it in the same form as start_offset")
        if _length(start) <= _length(end):
            raise arguments.wrong("start_offset", f"a longer time than end_offset ({end})")
    return Policy(start, end, schedule or Interval(), enabled is True)


def _length(lag: Interval | int) -> int:
    return lag if isinstance(lag, int) else lag.total_microseconds


def _offset(arguments: Arguments, name: str) -> Interval | int | None:
    text = arguments.required(name)
    if text == UNBOUNDED:
        return None
    return 0 if text.strip() == "0" else arguments.lag(name)  # integer time may be refreshed up to now


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
    }
    if any(each.kind == "refresh" for each in declared.parts):
        refresh = lookup("refresh", part.key)
        shown["refresh"] = [_window(each) for each in refresh.policies] if refresh else []
    return managed(shown) | policies.render(declared, lookup)


def _window(policy: Policy) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "start_offset": UNBOUNDED if policy.start_offset is None else str(policy.start_offset),
        "end_offset": UNBOUNDED if policy.end_offset is None else str(policy.end_offset),
        "schedule": str(policy.schedule),
    }
    return shown if policy.enabled else shown | {"enabled": False}


COMPOSITION = Composition(
    "continuous_aggregate", titled("continuous aggregate", "schema", "name"), identify, parse, render
)
