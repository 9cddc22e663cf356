"""A note: chunks that are still refreshed are converted to the columnstore already.

That works, but late rows in the refreshed window are then written into converted chunks, which costs decompression, and
each refresh reads compressed rows.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "columnstore-and-refresh"


def note(context: Context) -> Iterator[str]:
    """Compare each aggregate's refresh start with the columnstore age of its source."""
    for each in context.declared("continuous_aggregate"):
        refresh = context.value("refresh", each.key)
        columnstore = context.value("columnstore", each.source)
        if context.fallback or refresh is None or columnstore is None or columnstore.after is None:
            continue
        for policy in refresh.policies:
            start = policy.start_offset
            if start is not None and type(start) is type(columnstore.after) and start > columnstore.after:
                yield (
                    f"continuous aggregate {each.key} is refreshed from {start} ago, but {each.source} goes to the "
                    f"columnstore after {columnstore.after}: late rows in between are written into converted chunks"
                )
