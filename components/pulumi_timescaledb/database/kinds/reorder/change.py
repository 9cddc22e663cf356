"""The difference between wanted and found reordering."""

from __future__ import annotations

from ...kind import Change, Found, differing
from .wanted import Reorder


def compare(key: str, wanted: Reorder | None, found: Found | None) -> list[Change]:
    """Everything changes in place: a chunk is rewritten once, in the order of the index that is set by then."""
    if wanted is None:
        return release(key, found.value) if found else []
    if found is None:
        return [Change("reorder", key, "create", "index", None, wanted.index)]
    changes = []
    for field, old, new in differing(wanted, found.value):
        note = "chunks already reordered keep their order" if field == "index" else ""
        changes.append(Change("reorder", key, "alter", field, old, new, note=note))
    return changes


def release(key: str, value: Reorder) -> list[Change]:
    """The whole job; the rows stay as they are."""
    return [Change("reorder", key, "remove", "", value.index, None)]
