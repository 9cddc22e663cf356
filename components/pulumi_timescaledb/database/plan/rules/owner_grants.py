"""An owner has every privilege on what is its own and can always take it back, so less cannot be declared for it
(PostgreSQL manual, "Privileges")."""

from __future__ import annotations

from collections.abc import Iterator

from ...names import Relation
from ...rights import ALL, Target, expand, unpair
from .context import Context

ID = "owner-grants"


def check(context: Context) -> Iterator[str]:
    """Refuse a smaller set, or none, for the owner as it will be."""
    for each in context.objects:
        if each.kind != "grant":
            continue
        role, text = unpair(each.key)
        target, value = Target.parse(text), each.parts[0].value
        if role != _owner(context, target):
            continue
        held = () if value is None else expand(target.kind, value.privileges, maintain=context.can.maintain)
        if set(held) != set(expand(target.kind, (ALL,), maintain=context.can.maintain)):
            yield f"grant {each.key}: {role} owns it and has every privilege by that; take this declaration out"


def _owner(context: Context, target: Target) -> str | None:
    relation = str(Relation(target.schema, target.name))
    kinds = {"table": ("hypertable", "aggregate"), "schema": ("schema",)}.get(target.kind, ())
    for kind in kinds:
        value = context.value(kind, target.name if kind == "schema" else relation)
        if value is not None and value.owner is not None:
            return str(value.owner)
    found = context.snapshot.objects.get(str(target))
    return found.owner if found else None
