"""The difference between a wanted and a found materialized view."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import MaterializedView


def compare(key: str, wanted: MaterializedView | None, found: Found | None) -> list[Change]:
    """A different query is a rebuild from the raw data as it is now."""
    if wanted is None:
        return [Change("materialized_view", key, "remove", "", key, None, ChangeClass.DESTROYS)] if found else []
    if found is None:
        note = "computed from the raw data at once"
        return [Change("materialized_view", key, "create", "", None, "materialized view", note=note)]
    changes = []
    for field, old, new in differing(wanted, found.value):
        rebuilt = field == "query"
        note = "dropped and computed anew from the raw data that is left" if rebuilt else ""
        change_class = ChangeClass.REBUILD if rebuilt else ChangeClass.IN_PLACE
        changes.append(Change("materialized_view", key, "alter", field, old, new, change_class, note))
    return changes
