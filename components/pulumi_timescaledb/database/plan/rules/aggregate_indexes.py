"""Indexes of all aggregates lie in one schema, ``_timescaledb_internal``, so their names must differ.

CREATE INDEX would fail, or with IF NOT EXISTS do nothing; after a swap the old aggregate keeps the names of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...kinds.index.found import key as index_key
from ...kinds.index.found import name_of
from ...names import Relation
from .context import Context

ID = "aggregate-indexes"


def check(context: Context) -> Iterator[str]:
    """Compare the declared names with each other, with those that are there, and with those of what is swapped in."""
    if context.fallback:
        return
    taken = {
        found.facts["name"]: str(found.value.relation)
        for found in context.snapshot.found["index"].values()
        if str(found.value.relation) in context.snapshot.found["aggregate"]
    }
    for each in context.declared("continuous_aggregate"):
        swapped = _swapped(context, each.key, each.parts[0].value.swap_in)
        for part in each.parts:
            if part.kind != "index" or part.value is None:
                continue
            name = name_of(part.key, each.key)
            if swapped is not None:
                if context.snapshot.get("index", index_key(Relation.parse(swapped), name)) is None:
                    yield (
                        f"{each.key}: {swapped}, which is to be swapped in, has no index {name}; declare the names "
                        f"that it has, because the old aggregate keeps its own"
                    )
            elif taken.setdefault(name, each.key) != each.key:
                yield f"{each.key}: the index name {name} is taken by {taken[name]}; give it another name"


def _swapped(context: Context, key: str, swap_in: str | None) -> str | None:
    """What takes the place of an aggregate by these changes."""
    pending = any(
        change.kind == "aggregate" and change.object == key and change.field == "query" for change in context.changes
    )
    return swap_in if swap_in is not None and pending else None
