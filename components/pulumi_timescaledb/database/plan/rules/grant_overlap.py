"""A declared set of privileges is whole, so two declarations over one object would undo each other at every run."""

from __future__ import annotations

from collections.abc import Iterator

from ...declared.composition import Declared
from ...rights import Target, unpair
from .context import Context

ID = "grant-overlap"


def check(context: Context) -> Iterator[str]:
    """Everything in a schema, and one of its objects, for the same role; and exclusions of what is not there."""
    grants = [(each, *unpair(each.key)) for each in context.objects if each.kind == "grant"]
    for each, role, text in grants:
        target = Target.parse(text)
        if not target.bulk:
            continue
        excluding = each.parts[0].value.excluding if each.parts[0].value else ()
        for other, other_role, other_text in grants:
            one = Target.parse(other_text)
            same = one.kind == target.each and one.schema == target.schema and other_role == role
            if same and one.name not in excluding:
                yield _sentence(each, other, one)
        known = {found.target.name for found in context.snapshot.objects.values() if found.target[:2] == (
            target.each, target.schema)}  # fmt: skip
        unknown = [name for name in excluding if name not in known]
        if unknown and not context.pending_migrations() and f"schema {target.schema}" in context.snapshot.objects:
            yield f"grant {each.key}: excluding names {', '.join(unknown)}, which is not there; correct the name"


def _sentence(each: Declared, other: Declared, one: Target) -> str:
    if each.parts[0].value is None:
        return f"grant {other.key}: {each.key} is declared absent and is about it too; take one of the two out"
    return (
        f"grant {other.key}: {each.key} is about it too, and they would undo each other; "
        f'write excluding=["{one.name}"] there, or take one of the two out'
    )
