"""A refresh policy covers at least two buckets, because a run hardly ever begins on a bucket's border.

The server: "policy refresh window too small" (tsl/src/bgw_policy/continuous_aggregate_api.c), when it is added;
an alter_job by hand is never refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from ...buckets import bucket
from .context import Context

ID = "refresh-window"


def check(context: Context) -> Iterator[str]:
    """Compare both offsets with the bucket's width, months being 30 days as the server counts them."""
    if context.fallback:
        return
    for each in context.declared("continuous_aggregate"):
        found = bucket(each.parts[0].value.query)
        refresh = next((part.value for part in each.parts if part.kind == "refresh"), None)
        if found is None or refresh is None:
            continue
        for policy in refresh.policies:
            start, end = policy.start_offset, policy.end_offset
            if start is None or end is None or type(start) is not type(found.width):
                continue
            if _length(start) - _length(end) < 2 * found.length:
                yield (
                    f"continuous aggregate {each.key}: its refresh from {start} to {end} is shorter than two buckets "
                    f"of {found.width}; set a longer refresh.start_offset or a shorter refresh.end_offset"
                )


def _length(lag: Interval | int) -> int:
    return lag if isinstance(lag, int) else lag.total_microseconds
