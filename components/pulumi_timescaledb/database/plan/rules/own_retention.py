"""An aggregate must keep its buckets for at least as long as it refreshes them.

A refresh would make buckets anew that retention has dropped, to drop them again. The server never refuses it
(measured on 2.26.4).
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "own-retention"


def check(context: Context) -> Iterator[str]:
    """Compare each aggregate's own retention with the start of its refresh."""
    if context.fallback:
        return  # there the view has no retention of its own
    keys = {part.key for each in context.declared("continuous_aggregate") for part in each.parts}
    for key in sorted(keys):
        refresh, retention = context.value("refresh", key), context.value("retention", key)
        if refresh is None or retention is None:
            continue
        for policy in refresh.policies:
            start = policy.start_offset
            if start is None or (type(start) is type(retention.drop_after) and start > retention.drop_after):
                yield (
                    f"continuous aggregate {key}: it is refreshed from {'the beginning' if start is None else start} "
                    f"but drops its own buckets after {retention.drop_after}; set refresh.start_offset to at most "
                    f"{retention.drop_after}, or a longer retention.drop_after"
                )
