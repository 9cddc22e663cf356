"""An aggregate that is swapped in loses its name, so it cannot be declared under it any longer."""

from __future__ import annotations

from collections.abc import Iterator

from ...names import LONGEST, Relation
from .context import Context

ID = "swaps"


def check(context: Context) -> Iterator[str]:
    """Refuse a swap beside the declaration of what it takes, and one whose place for the old aggregate is taken."""
    declared = {each.key for each in context.declared("continuous_aggregate")}
    for each in context.declared("continuous_aggregate"):
        swap_in = each.parts[0].value.swap_in
        if swap_in is None:
            continue
        if swap_in in declared:
            yield (
                f"{each.key}: swap_in takes {swap_in}, which is still declared and would be made anew; take that "
                f"declaration out together with the swap"
            )
        pending = any(c.kind == "aggregate" and c.object == each.key and c.field == "query" for c in context.changes)
        own = Relation.parse(each.key)
        old = str(Relation(own.schema, f"{own.name}_old"))
        if pending and len(f"{own.name}_old".encode()) > LONGEST:
            yield (
                f"{each.key}: the swap would rename it to a name of more than {LONGEST} bytes, which the server cuts; "
                f"rename it in a migration, or rebuild it"
            )
        elif pending and old in context.snapshot.tables:
            yield f"{each.key}: the swap would rename it to {old}, which exists; drop or rename that first"
