"""Several refresh policies on one aggregate came with 2.21; over another aggregate 2.22.1 to 2.28 refuse them.

The server: "multiple refresh policies are not supported for hierarchical continuous aggregates" (in the sources from
2.22.1 to 2.28.3, gone in 2.29.0).
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import lineage
from .context import Context

ID = "several-refresh"


def check(context: Context) -> Iterator[str]:
    """Ask the capabilities of this version."""
    if context.fallback:
        return
    sources = lineage.sources(context)
    for each in context.declared("continuous_aggregate"):
        refresh = next((part.value for part in each.parts if part.kind == "refresh"), None)
        if refresh is None or len(refresh.policies) < 2:
            continue
        where = f"continuous aggregate {each.key}: it has {len(refresh.policies)} refresh policies"
        if not context.can.several_refresh:
            yield f"{where}, and TimescaleDB {context.can.timescaledb} has one each; keep one, or update to 2.29"
        elif each.source in sources and not context.can.several_refresh_on_aggregate:
            yield (
                f"{where} and reads the aggregate {each.source}, which TimescaleDB {context.can.timescaledb} refuses; "
                f"keep one of refresh, or update to 2.29"
            )
