"""Row-level security excludes columnstore and aggregates on the same table.

The server refuses both orders for a columnstore and refuses an aggregate over a table with row security, but accepts
row security enabled after the aggregate, and then the aggregate shows every tenant to everybody (measured on 2.26.4).
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "row-security"


def check(context: Context) -> Iterator[str]:
    """Refuse a columnstore on, or an aggregate over, a table that has row security."""
    tables = context.snapshot.tables
    for each in context.declared("hypertable"):
        table = tables.get(each.key)
        columnstore = any(part.kind == "columnstore" and part.value is not None for part in each.parts)
        if table and table.row_security and columnstore and not context.fallback:
            yield f"hypertable {each.key}: it has row security, which excludes a columnstore; drop one of the two"
    for each in context.declared("continuous_aggregate"):
        table = tables.get(each.source)
        if table and table.row_security:
            yield (
                f"continuous aggregate {each.key}: its source {each.source} has row security, which an aggregate "
                f"would bypass; use a security_barrier view, or take row security off {each.source}"
            )
