"""source names what the query reads: the order of work and the rules about retention and row security follow it."""

from __future__ import annotations

from collections.abc import Iterator

from ... import queries
from .context import Context

ID = "aggregate-source"


def check(context: Context) -> Iterator[str]:
    """Compare source with the relations that the query's text names."""
    for each in context.declared("continuous_aggregate"):
        named = queries.relations(each.parts[0].value.query)
        if each.source and named and each.source not in named:
            yield (
                f"continuous aggregate {each.key}: its query does not read {each.source}; set source to the "
                f"hypertable or aggregate after FROM"
            )
