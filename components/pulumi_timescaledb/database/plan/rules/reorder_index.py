"""A reorder policy names an index of its hypertable ("invalid reorder index" otherwise, reorder_api.c of 2.28.3)."""

from __future__ import annotations

from collections.abc import Iterator

from ...declared.composition import Declared
from ...kinds.index.found import key
from ...names import Relation
from .context import Context

ID = "reorder-index"


def check(context: Context) -> Iterator[str]:
    """The index must be declared or live; one that is built per chunk is there only after the policy would be added."""
    for each in context.declared("hypertable"):
        for part in each.parts:
            if part.kind != "reorder" or part.value is None:
                continue
            name = key(Relation.parse(each.key), part.value.index)
            live = context.snapshot.get("index", name)
            declared = next((other for other in each.parts if other.kind == "index" and other.key == name), None)
            default = _made_by_server(context, each, part.value.index)
            if live is None and declared is None and not context.pending_migrations() and not default:
                yield (
                    f"hypertable {each.key}: reorder.index {part.value.index} is no index of it; declare it in indexes"
                )
            elif declared is not None and declared.value is None:
                yield f"hypertable {each.key}: reorder.index {part.value.index} is declared absent; keep one of the two"
            elif live is None and declared is not None and declared.value.per_chunk:
                yield (
                    f"hypertable {each.key}: reorder.index {part.value.index} is built per chunk, after everything "
                    f"else; declare reorder once it is there, or take per_chunk out"
                )


def _made_by_server(context: Context, each: Declared, index: str) -> bool:
    """Whether the server may make it with the hypertable (src/indexing.c); where it will be asked, it knows better."""
    wanted, relation = each.parts[0].value, Relation.parse(each.key)
    if each.key in context.snapshot.found["hypertable"] or wanted.default_indexes is False:
        return False
    return not context.fallback or index == f"{relation.name}_{wanted.time_column}_idx"
