"""What a user declares, and what it is made of: each declaration is a dictionary that falls into parts.

A part is one wanted value of one kind. The same composition read the other way prints live values in the declared
form, which is how drift appears field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Refusal
from ..arguments import Arguments, form
from . import (
    continuous_aggregate,
    default_privileges,
    extension,
    grant,
    hypertable,
    job,
    migrations,
    partitioned_retention,
    role,
    row_level_security,
    schema,
    security_barrier_view,
)
from .composition import Composition, Declared, Lookup

COMPOSITIONS: dict[str, Composition] = {
    composition.name: composition
    for composition in (
        extension.COMPOSITION,
        migrations.COMPOSITION,
        role.COMPOSITION,
        schema.COMPOSITION,
        default_privileges.COMPOSITION,
        hypertable.COMPOSITION,
        continuous_aggregate.COMPOSITION,
        job.COMPOSITION,
        partitioned_retention.COMPOSITION,
        grant.COMPOSITION,
        row_level_security.COMPOSITION,
        security_barrier_view.COMPOSITION,
    )
}

__all__ = ["COMPOSITIONS", "Composition", "Declared", "Lookup", "UnknownKind", "identify", "read"]


class UnknownKind(Refusal):
    """A declaration names a kind that does not exist."""


def read(declaration: Mapping[str, Any]) -> Declared:
    """A declaration with its parts; raises a refusal naming the argument."""
    composition, arguments = _open(declaration)
    return composition.parse(arguments)


def identify(declaration: Mapping[str, Any]) -> Declared:
    """A declaration by its names alone, without parts; other arguments may still be unknown."""
    composition, arguments = _open(declaration)
    return composition.identify(arguments)


def _open(declaration: Mapping[str, Any]) -> tuple[Composition, Arguments]:
    kind = declaration.get("kind") if isinstance(declaration, Mapping) else None
    composition = COMPOSITIONS.get(str(kind))
    if composition is None:
        kinds = ", ".join(COMPOSITIONS)
        if not isinstance(declaration, Mapping):
            raise UnknownKind(
                f"objects: one of them is {form(declaration)}; write a dictionary with its kind ({kinds})"
            )
        if kind is None:
            raise UnknownKind(f"objects: one of them has no kind; write one of {kinds}")
        raise UnknownKind(f'objects: "{kind}" is not a kind of object; write one of {kinds}')
    rest = {key: value for key, value in declaration.items() if key != "kind"}
    return composition, Arguments(rest, composition.title(rest))
