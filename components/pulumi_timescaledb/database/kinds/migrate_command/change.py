"""The difference between another tool's migrations and the database: something is to be done, or nothing."""

from __future__ import annotations

from ...kind import Change, Found
from .wanted import MigrateCommand


def compare(key: str, wanted: MigrateCommand | None, found: Found | None) -> list[Change]:
    """Would run, where the check says that something is to be done."""
    if wanted is None or (found is not None and not found.value.pending):
        return []
    said = found.facts.get("said") if found else None
    note = f"would run {wanted}" + (f"; its check says: {said}" if said else "")
    return [Change("migrate_command", key, "alter", "pending", True, False, note=note)]
