"""The difference between wanted and found tablespaces."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found
from .wanted import Tablespaces

NOTE = "existing chunks stay where they are; move_chunk moves one"


def compare(key: str, wanted: Tablespaces | None, found: Found | None) -> list[Change]:
    """Where new chunks go; nothing that exists is moved."""
    new = wanted.names if wanted else ()
    old = found.value.names if found else ()
    if new == old:
        return []
    if not new:
        return [Change("tablespaces", key, "remove", "", old, None, ChangeClass.FUTURE, NOTE)]
    if not old:
        return [Change("tablespaces", key, "create", "names", None, new, ChangeClass.FUTURE, NOTE)]
    return [Change("tablespaces", key, "alter", "names", old, new, ChangeClass.FUTURE, NOTE)]
