"""Policies that work against each other: what one makes or needs, another has dropped."""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from ..facts import Facts
from ..finding import ERROR, WARNING, Finding


def findings(facts: Facts) -> Iterator[Finding]:
    """Raw data that expires inside the refresh window, an aggregate that expires inside its own, and a columnstore
    that comes too late for anything to be converted. The server refuses none of them (measured)."""
    yield from _refreshed_away(facts)
    yield from _made_again(facts)
    yield from _never_converted(facts)


def _refreshed_away(facts: Facts) -> Iterator[Finding]:
    """Compare each refresh start with the retention of its source; an aggregate's source may be an aggregate."""
    snapshot = facts.snapshot
    by_table = {str(each.facts["materialization"]): name for name, each in snapshot.found["aggregate"].items()}
    for name, found in snapshot.found["aggregate"].items():
        source = str(found.facts["source"])
        source = by_table.get(source, source)
        refresh, retention = snapshot.get("refresh", name), snapshot.get("retention", source)
        if refresh is None or retention is None:
            continue
        for policy in refresh.value.policies:
            start = "the beginning" if policy.start_offset is None else str(policy.start_offset)
            if policy.start_offset is None or _reaches(policy.start_offset, retention.value.drop_after):
                yield Finding(
                    ERROR,
                    name,
                    f"is refreshed from {start}, but {source} keeps only {retention.value.drop_after}, so refreshes "
                    f"delete buckets",
                    f"set the policy's start_offset below {retention.value.drop_after}",
                )


def _made_again(facts: Facts) -> Iterator[Finding]:
    snapshot = facts.snapshot
    for name in snapshot.found["aggregate"]:
        refresh, retention = snapshot.get("refresh", name), snapshot.get("retention", name)
        if refresh is None or retention is None:
            continue
        lag = retention.value.drop_after
        # an unbounded refresh computes only what changed, so what was dropped stays dropped
        if any(each.start_offset is not None and _reaches(each.start_offset, lag) for each in refresh.value.policies):
            yield Finding(
                WARNING,
                name,
                f"is dropped after {lag}, inside the window that it is refreshed over",
                f"set the policy's start_offset below {lag}, or keep the aggregate longer",
            )


def _never_converted(facts: Facts) -> Iterator[Finding]:
    snapshot = facts.snapshot
    for name, found in snapshot.found["columnstore"].items():
        retention, after = snapshot.get("retention", name), found.value.after
        if retention is not None and after is not None and _reaches(after, retention.value.drop_after):
            yield Finding(
                WARNING,
                name,
                f"is converted to the columnstore after {after} but dropped after {retention.value.drop_after} already",
                f"set the columnstore's after below {retention.value.drop_after}",
            )


def _reaches(start: Interval | int, lag: Interval | int | str) -> bool:
    if isinstance(start, Interval) and isinstance(lag, Interval):
        return start >= lag
    return isinstance(start, int) and isinstance(lag, int) and start >= lag
