"""Columns by which a columnstore is segmented and ordered.

Ordering needs a type that has an order ("invalid ordering column type json", measured on 2.28.3). Segmenting by the
time column is accepted and makes a segment of every moment: 24 kB became 40 kB on 2.28.3 where it should shrink.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "columnstore-columns"


def check(context: Context) -> Iterator[str]:
    """Look at the declared columnstores of hypertables and aggregates."""
    if context.fallback:
        return
    for each in context.objects:
        columnstore = next((part.value for part in each.parts if part.kind == "columnstore"), None)
        if columnstore is None:
            continue
        where = f"{each.kind.replace('_', ' ')} {each.key}: columnstore."
        time = each.parts[0].value.time_column if each.kind == "hypertable" else None
        if time is not None and time in (columnstore.segment_by or ()):
            yield f'{where}segment_by has the time column "{time}", a segment for every moment; put it into order_by'
        table = context.snapshot.tables.get(each.key)
        for column in (order.column for order in columnstore.order_by or ()):
            if table is not None and column in table.unordered:
                yield (
                    f'{where}order_by has "{column}", whose type {table.unordered[column]} has no order; '
                    f"take it out of order_by"
                )
        if each.kind == "continuous_aggregate" and table is not None and not _remade(context, each.key):
            given = (*(columnstore.segment_by or ()), *(order.column for order in columnstore.order_by or ()))
            for column in (name for name in given if name not in table.columns):
                known = ", ".join(sorted(table.columns))
                yield f'{where[:-1]} names "{column}", which the aggregate has not; its columns are {known}'


def _remade(context: Context, key: str) -> bool:
    return any(change.kind == "aggregate" and change.object == key for change in context.changes)
