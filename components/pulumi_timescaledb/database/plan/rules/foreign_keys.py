"""A hypertable cannot refer to another one by a foreign key; one to itself is accepted (measured on 2.28.3).

The server: "hypertables cannot be used as foreign key references of hypertables", and the same the other way round
(src/hypertable.c), when the second table becomes a hypertable.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "foreign-keys"


def check(context: Context) -> Iterator[str]:
    """Look at the foreign keys of and to each table that becomes a hypertable."""
    live = set(context.snapshot.found["hypertable"])
    declared = {each.key for each in context.declared("hypertable")}
    for key, table in sorted(context.snapshot.tables.items()):
        for name, other in table.foreign_keys:
            if {key, other} <= live | declared and not {key, other} <= live:
                new = key if key in declared - live else other
                yield (
                    f"hypertable {new}: the foreign key {name} of {key} refers to {other}, and of two tables tied by "
                    f"one only one can be a hypertable; drop the key in a migration, or leave one a plain table"
                )
