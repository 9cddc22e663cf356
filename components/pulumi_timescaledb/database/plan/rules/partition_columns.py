"""A unique key of a hypertable must contain every partition column (the server: "cannot create a unique index
without the column", TimescaleDB docs, "Hypertables and unique indexes")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .context import Context

ID = "partition-columns"


def check(context: Context) -> Iterator[str]:
    """Look at the keys that the table already has, and at declared unique indexes."""
    for each in context.declared("hypertable"):
        wanted = each.parts[0].value
        needed = {wanted.time_column, *(dimension.column for dimension in wanted.hash_dimensions or ())}
        table = context.snapshot.tables.get(each.key)
        for name, columns in table.unique_keys if table else ():
            lacking = sorted(needed - columns)
            if lacking:
                yield (
                    f"hypertable {each.key}: its unique key {name} lacks the partition column {', '.join(lacking)}; "
                    f"add it to the key in a migration"
                )
        for part in each.parts:
            if part.kind == "index" and part.value is not None and part.value.unique:
                # whole words: a column "at" is not in an index over "data"
                words = set(re.findall(r"\w+", part.value.definition))
                lacking = sorted(column for column in needed if not words.issuperset(re.findall(r"\w+", column)))
                if lacking:
                    yield (
                        f"hypertable {each.key}: the unique index {part.key.partition(' ')[2]} lacks the partition "
                        f"column {', '.join(lacking)}; add it to columns"
                    )
