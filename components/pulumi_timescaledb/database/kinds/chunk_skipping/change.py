"""The difference between wanted and found chunk skipping."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found
from .wanted import ChunkSkipping

NOTE = "ranges are taken as chunks are converted to the columnstore"


def compare(key: str, wanted: ChunkSkipping | None, found: Found | None) -> list[Change]:
    """Statistics alone: rows stay, and chunks converted before have no range for a new column."""
    new = wanted.columns if wanted else ()
    old = found.value.columns if found else ()
    if new == old:
        return []
    if not new:
        return [Change("chunk_skipping", key, "remove", "", old, None)]
    if not old:
        return [Change("chunk_skipping", key, "create", "columns", None, new, ChangeClass.FUTURE, NOTE)]
    return [Change("chunk_skipping", key, "alter", "columns", old, new, ChangeClass.FUTURE, NOTE)]
