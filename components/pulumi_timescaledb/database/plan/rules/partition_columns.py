"""A unique key of a hypertable must contain every partition column (the server: "cannot create a unique index
without the column", TimescaleDB docs, "Hypertables and unique indexes"), and so must an exclusion constraint. A column
inside an expression does not count (src/indexing.c; measured on 2.28.3)."""

from __future__ import annotations

from collections.abc import Iterator

from ...kinds.hypertable.wanted import Hypertable
from ...kinds.index.found import name_of
from ...queries import key_columns
from .context import Context

ID = "partition-columns"


def check(context: Context) -> Iterator[str]:
    """Look at the keys that the table already has, and at declared unique indexes."""
    for each in context.declared("hypertable"):
        wanted = each.parts[0].value
        needed = {wanted.time_column, *_hashed(context, each.key, wanted)}
        table = context.snapshot.tables.get(each.key)
        # what is a view is refused by another rule
        for name, columns in table.unique_keys if table and table.kind in ("r", "p") else ():
            lacking = sorted(needed - columns)
            if lacking:
                yield (
                    f"hypertable {each.key}: its unique key {name} lacks the partition column {', '.join(lacking)}; "
                    f"add it to the key in a migration"
                )
        for part in each.parts:
            if part.kind == "index" and part.value is not None and part.value.unique:
                lacking = sorted(needed - set(key_columns(part.value.definition)))
                if lacking:
                    yield (
                        f"hypertable {each.key}: the unique index {name_of(part.key, each.key)} lacks the partition "
                        f"column {', '.join(lacking)}; add it to columns"
                    )


def _hashed(context: Context, key: str, wanted: Hypertable) -> tuple[str, ...]:
    """The declared hash dimensions, or the live ones where they are not managed."""
    dimensions = wanted.hash_dimensions
    if dimensions is None:
        live = context.snapshot.get("hypertable", key)
        dimensions = live.value.hash_dimensions if live is not None and live.value is not None else None
    return tuple(dimension.column for dimension in dimensions or ())
