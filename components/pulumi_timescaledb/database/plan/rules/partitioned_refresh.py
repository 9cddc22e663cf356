"""An aggregate over a table with retention per key is refreshed over a bounded window that the limits do not reach.

A refresh over rows that are gone deletes the aggregate's buckets there (measured on 2.26.4: of 480 rows 122 were left).
"""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from .context import Context

ID = "partitioned-refresh"


def check(context: Context) -> Iterator[str]:
    """Each aggregate over the table, declared or live."""
    for each in context.declared("partitioned_retention"):
        table, limits = str(each.parts[0].value.relation), context.limits.get(each.key)
        shortest = Interval(days=limits.shortest) if limits and limits.shortest is not None else None
        for aggregate in _over(context, table):
            refresh = context.value("refresh", aggregate)
            for policy in refresh.policies if refresh is not None else ():
                start = policy.start_offset
                if not policy.enabled or (start is not None and (shortest is None or not isinstance(start, Interval))):
                    continue
                if start is None or (shortest is not None and start >= shortest):
                    since = "the beginning" if start is None else f"{start} ago"
                    bound = "a duration" if shortest is None else f"less than {shortest}"
                    yield (
                        f"partitioned retention {each.key}: the aggregate {aggregate} is refreshed from {since}, so it "
                        f"would lose what is deleted in {table}; set its refresh.start_offset to {bound}"
                    )


def _over(context: Context, table: str) -> list[str]:
    declared = {each.key: each.source for each in context.declared("continuous_aggregate")}
    live = {key: str(found.facts.get("source")) for key, found in context.snapshot.found["aggregate"].items()}
    return sorted(key for key, source in {**live, **declared}.items() if source == table)
