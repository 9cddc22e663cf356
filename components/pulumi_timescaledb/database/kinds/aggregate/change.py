"""The difference between a wanted and a found aggregate."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import Aggregate


def compare(key: str, wanted: Aggregate | None, found: Found | None) -> list[Change]:
    """A different query is a rebuild: what is older than the raw data cannot come back."""
    if wanted is None:
        return [Change("aggregate", key, "remove", "", key, None, ChangeClass.DESTROYS)] if found else []
    if found is None:
        rest = f"CALL refresh_continuous_aggregate('{key}', NULL, NULL)"
        note = f"starts empty; its refresh policies fill their window, {rest} what is older"
        return [Change("aggregate", key, "create", "", None, "continuous aggregate", note=note)]
    changes = []
    for field, old, new in differing(wanted, found.value):
        change_class = ChangeClass.REBUILD if field == "query" else ChangeClass.IN_PLACE
        note = "dropped and made anew with its policies; buckets older than the raw data are lost"
        note = note if field == "query" else ""
        changes.append(Change("aggregate", key, "alter", field, old, new, change_class, note))
    return changes
