"""The windows of an aggregate's refresh policies do not overlap.

The server: "refresh interval overlaps with an existing continuous aggregate policy", an error also with
if_not_exists (measured on 2.26.4 and 2.28.3); windows that touch are accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ....units import Interval
from ...kinds.refresh.wanted import Policy
from .context import Context

ID = "overlapping-refresh"


def check(context: Context) -> Iterator[str]:
    """Compare each policy with every other one of its aggregate."""
    if context.fallback:
        return
    for each in context.declared("continuous_aggregate"):
        refresh = next((part.value for part in each.parts if part.kind == "refresh"), None)
        for one, other in combinations(refresh.policies if refresh else (), 2):
            if _before(one.start_offset, other.end_offset) and _before(other.start_offset, one.end_offset):
                yield (
                    f"continuous aggregate {each.key}: its refresh policies {_window(one)} and {_window(other)} "
                    f"overlap; let the start_offset of one be the end_offset of the other"
                )


def _before(start: Interval | int | None, end: Interval | int | None) -> bool:
    """Whether a start lies further back than an end; an unbounded one always does."""
    if start is None or end is None:
        return True
    return _length(start) > _length(end)


def _length(lag: Interval | int) -> int:
    return lag if isinstance(lag, int) else lag.total_microseconds


def _window(policy: Policy) -> str:
    return str(policy).partition(" every")[0]
