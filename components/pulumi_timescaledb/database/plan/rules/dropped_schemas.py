"""A schema that is declared absent cannot hold what is declared in it."""

from __future__ import annotations

from collections.abc import Iterator

from ...names import Relation
from .context import Context

ID = "dropped-schemas"


def check(context: Context) -> Iterator[str]:
    """Hypertables and aggregates; grants have a rule of their own."""
    for kind in ("hypertable", "continuous_aggregate"):
        for each in context.declared(kind):
            schema = Relation.parse(each.key).schema
            if context.dropped("schema", schema):
                named = kind.replace("_", " ")
                yield f"schema {schema}: it is declared absent, and {named} {each.key} in it is not; take one out"
