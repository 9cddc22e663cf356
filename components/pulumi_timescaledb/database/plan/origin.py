"""Where a difference comes from: a declaration that was changed, or a database that was changed since the last run.

Not proved by this: who changed it, and a run that was interrupted looks like a change of the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import TimescaleDBError
from ..declared import read
from ..kind import Change, Part

DECLARED, DRIFT, BOTH = "declared", "drift", "drift and declared"

Parts = Mapping[tuple[str, str], Part]
_NONE = object()


def parts(declarations: Sequence[Mapping[str, Any]]) -> Parts:
    """The wanted values of declarations by kind and key; one that cannot be read any more says nothing."""
    found: dict[tuple[str, str], Part] = {}
    for declaration in declarations:
        try:
            declared = read(declaration)
        except TimescaleDBError:
            continue
        found.update({(part.kind, part.key): part for part in declared.parts})
    return found


def of(change: Change, before: Parts, now: Parts) -> str:
    """Whether the database left its last declaration (drift), the declaration changed, or both."""
    key = (change.kind, change.object)
    if key not in before:
        return DECLARED
    last, wanted = _field(before[key], change.field), _field(now[key], change.field) if key in now else _NONE
    if last is None and before[key].value is not None:
        return DECLARED  # it was not managed before
    if last == wanted:
        return DRIFT
    live = change.old if change.field and change.action == "alter" else _NONE
    return DECLARED if live is _NONE or live == last else BOTH


def _field(part: Part, name: str) -> Any:
    """One attribute of a wanted value, or the whole of it where the change is about no attribute."""
    return getattr(part.value, name, part.value) if name and part.value is not None else part.value
