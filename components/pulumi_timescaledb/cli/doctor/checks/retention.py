"""Raw data that expires inside the window which an aggregate refreshes: the refresh then deletes buckets."""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from ..facts import Facts
from ..finding import ERROR, Finding


def findings(facts: Facts) -> Iterator[Finding]:
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


def _reaches(start: Interval | int, lag: Interval | int | str) -> bool:
    if isinstance(start, Interval) and isinstance(lag, Interval):
        return start >= lag
    return isinstance(start, int) and isinstance(lag, int) and start >= lag
