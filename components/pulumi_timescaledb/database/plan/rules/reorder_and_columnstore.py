"""A note: a reorder policy passes over converted chunks and over the three newest ones, so little may be left to it.

src/dimension_slice.c of 2.28.3 takes "the oldest chunk that is uncompressed" and skips
REORDER_SKIP_RECENT_DIM_SLICES_N, which is 3 (tsl/src/bgw_policy/reorder_api.h).
"""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from .context import Context

ID = "reorder-and-columnstore"
NEWEST = 3  # chunks of time that reordering never takes


def note(context: Context) -> Iterator[str]:
    """Compare the age of the columnstore with the age from which a chunk is reordered."""
    for each in context.declared("hypertable"):
        columnstore = context.value("columnstore", each.key)
        reorder = context.value("reorder", each.key)
        if context.fallback or reorder is None or columnstore is None or columnstore.after is None:
            continue
        after, interval = _length(columnstore.after), _length(context.chunk_interval(each.key))
        if interval and after <= NEWEST * interval:
            yield (
                f"{each.key} is reordered only behind its {NEWEST} newest chunks, but goes to the columnstore after "
                f"{columnstore.after}, which has its own order: the reorder policy finds nothing to do"
            )


def _length(age: Interval | int | None) -> int:
    return age.total_microseconds if isinstance(age, Interval) else age or 0
