"""A note: chunks that are dropped before they reach the age of the columnstore are never converted."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "retention-and-columnstore"


def note(context: Context) -> Iterator[str]:
    """Compare the two ages of each hypertable and aggregate; ages of different kinds are not compared."""
    for each in (*context.declared("hypertable"), *context.declared("continuous_aggregate")):
        retention, columnstore = context.value("retention", each.key), context.value("columnstore", each.key)
        if context.fallback or retention is None or columnstore is None or columnstore.after is None:
            continue
        same = type(retention.drop_after) is type(columnstore.after)
        if same and retention.by_creation == columnstore.by_creation and retention.drop_after <= columnstore.after:
            yield (
                f"{each.key} is dropped after {retention.drop_after}, before it would go to the columnstore after "
                f"{columnstore.after}: the columnstore stays empty"
            )
