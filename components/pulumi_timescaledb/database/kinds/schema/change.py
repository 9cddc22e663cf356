"""The difference between a wanted and a found schema."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import Schema


def compare(key: str, wanted: Schema | None, found: Found | None) -> list[Change]:
    """An empty one is dropped in place; one that holds something is not dropped at all."""
    if wanted is None:
        if found is None:
            return []
        if not found.facts["count"]:
            return [Change("schema", key, "remove", "", key, None)]
        names, count = found.facts["holds"], found.facts["count"]
        more = f" and {count - len(names)} more" if count > len(names) else ""
        note = f"it holds {', '.join(names)}{more}; drop or move what it holds first"
        return [Change("schema", key, "remove", "", key, None, ChangeClass.IMPOSSIBLE, note)]
    if found is None:
        return [Change("schema", key, "create", "", None, f"of {wanted.owner}" if wanted.owner else "schema")]
    return [Change("schema", key, "alter", *row) for row in differing(wanted, found.value)]
