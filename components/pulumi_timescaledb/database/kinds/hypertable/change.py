"""The difference between a wanted and a found hypertable (classes: facts on partitioning, docs "Hypertables")."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...kind import Change, ChangeClass, Found, differing
from .wanted import Hypertable


def compare(key: str, wanted: Hypertable | None, found: Found | None) -> list[Change]:
    """Create from the existing table; intervals and partitions apply to chunks made from now on."""
    if wanted is None:
        return [Change("hypertable", key, "remove", "", key, None, ChangeClass.DESTROYS)] if found else []
    if found is None:
        # whether there are rows to move is asked of the table afterwards
        cost = ChangeClass.REBUILD if wanted.migrate_data else ChangeClass.IN_PLACE
        note = "rewrites the table under an exclusive lock" if wanted.migrate_data else ""
        return [Change("hypertable", key, "create", "", None, f"by {wanted.time_column}", cost, note)]
    lasting = replace(wanted, migrate_data=None, default_indexes=None)
    return [_change(key, *row) for row in differing(lasting, found.value)]


def _change(key: str, field: str, old: Any, new: Any) -> Change:
    if field == "time_column":
        note = f"a hypertable cannot be partitioned anew; copy {key} into a new table by {new} and swap the two"
        return Change("hypertable", key, "alter", field, old, new, ChangeClass.IMPOSSIBLE, note)
    if field == "chunk_interval" and type(old) is not type(new):
        note = f"{key} has {'integer' if isinstance(old, int) else 'timestamp'} time; write the interval as {old}"
        return Change("hypertable", key, "alter", field, old, new, ChangeClass.IMPOSSIBLE, note)
    if field == "hash_dimensions":
        gone = {each.column for each in old} - {each.column for each in new}
        if gone:
            note = f"a dimension cannot be removed; keep {', '.join(sorted(gone))} or copy {key} into a new table"
            return Change("hypertable", key, "alter", field, old, new, ChangeClass.IMPOSSIBLE, note)
    if field == "owner":
        return Change("hypertable", key, "alter", field, old, new)
    if field == "integer_now":
        # retention counts from it; whether that reaches rows is asked of the function afterwards
        cost = ChangeClass.IN_PLACE if old is None else ChangeClass.DESTROYS
        return Change("hypertable", key, "alter", field, old, new, cost)
    return Change("hypertable", key, "alter", field, old, new, ChangeClass.FUTURE, "existing chunks keep their range")
