"""A table in a publication cannot become a hypertable; a hypertable can be published afterwards.

The server: "cannot create hypertable for table because it is part of a publication" (src/hypertable.c), measured on
2.28.3 for FOR TABLE and FOR ALL TABLES; FOR TABLES IN SCHEMA is accepted.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "publications"


def check(context: Context) -> Iterator[str]:
    """Look at tables that are still plain."""
    for each in context.declared("hypertable"):
        table = context.snapshot.tables.get(each.key)
        if table is None or each.key in context.snapshot.found["hypertable"]:
            continue
        for name in table.publications:
            yield (
                f"hypertable {each.key}: the publication {name} publishes it, and such a table cannot become a "
                f"hypertable; take it out of the publication in a migration and add it again afterwards"
            )
