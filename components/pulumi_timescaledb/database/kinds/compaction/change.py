"""The difference between wanted and found compaction."""

from __future__ import annotations

from ...kind import Change, Found, differing
from .wanted import Compaction


def compare(key: str, wanted: Compaction | None, found: Found | None) -> list[Change]:
    """Everything changes in place; merging batches loses no row."""
    if wanted is None:
        return release(key, found.value) if found else []
    if found is None:
        return [Change("compaction", key, "create", "", None, wanted.schedule or "enabled")]
    return [Change("compaction", key, "alter", *row) for row in differing(wanted, found.value)]


def release(key: str, value: Compaction) -> list[Change]:
    """The whole job; merged batches stay merged."""
    return [Change("compaction", key, "remove", "", value.schedule or "enabled", None)]
