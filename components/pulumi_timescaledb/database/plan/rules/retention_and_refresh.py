"""Raw data must outlive the window that an aggregate refreshes.

A refresh over a range whose raw rows are gone deletes the aggregate's buckets there. The server never refuses it
(measured on 2.26.4: 480 aggregate rows, after drop_chunks and a refresh over 30 days, 122).
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import lineage
from .context import Context

ID = "retention-and-refresh"


def check(context: Context) -> Iterator[str]:
    """Compare each aggregate's refresh start with the retention of its source, declared or live, chains included.

    On the Apache fallback the whole view is recomputed and a rule of its own bounds it.
    """
    if context.fallback:
        return
    declared = {(part.kind, part.key) for each in context.objects for part in each.parts}
    for key, source in sorted(lineage.sources(context).items()):
        refresh = context.value("refresh", key)
        retention = context.value("retention", source)
        if refresh is None or retention is None:
            continue
        if not declared & {("aggregate", key), ("retention", source)}:
            continue  # nobody declares either of the two: that is for `tsdb doctor`
        for policy in refresh.policies:
            where = f"continuous aggregate {key}: it is refreshed from"
            if policy.start_offset is None:
                yield (
                    f"{where} the beginning, but {source} keeps only {retention.drop_after}, so a refresh would "
                    f"delete older buckets; set refresh.start_offset below {retention.drop_after}"
                )
            elif type(policy.start_offset) is not type(retention.drop_after):
                yield f"{where} {policy.start_offset}, another kind of time than the retention of {source}; match"
            elif policy.start_offset >= retention.drop_after:
                yield (
                    f"{where} {policy.start_offset} ago, but {source} keeps only {retention.drop_after}, so a "
                    f"refresh would delete buckets; set refresh.start_offset below {retention.drop_after}"
                )
