"""The bucket of an aggregate over an aggregate holds whole buckets of the lower one.

The server refuses a smaller width, one that is no multiple, and a fixed one over months or local days (tsl/src/
continuous_aggs/common.c of TimescaleDB 2.28.3), but only when the upper one is created.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...buckets import bucket
from .context import Context

ID = "hierarchical-bucket"


def check(context: Context) -> Iterator[str]:
    """Compare the buckets of each declared aggregate and its source, where both can be read from the queries."""
    if context.fallback:
        return
    for each in context.declared("continuous_aggregate"):
        below = context.value("aggregate", each.source)
        upper = bucket(each.parts[0].value.query)
        lower = None if below is None else bucket(below.query)
        if upper is None or lower is None:
            continue
        where = f"continuous aggregate {each.key}: its bucket of {upper.width} "
        over = f"the bucket of {lower.width} of its source {each.source}"
        if isinstance(upper.width, int) != isinstance(lower.width, int):
            yield f"{where}is another kind of time than {over}; write both in the same form"
        elif lower.variable and not upper.variable:
            yield f"{where}has a fixed length and {over} has not; use months or the same time zone in query"
        elif upper.length % lower.length or upper.length < lower.length:
            yield f"{where}is no multiple of {over}; change the width in query"
