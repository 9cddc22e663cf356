"""The difference between a wanted and a found columnstore."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import Columnstore

_FUTURE = ("segment_by", "order_by", "chunk_interval")


def compare(key: str, wanted: Columnstore | None, found: Found | None) -> list[Change]:
    """Settings hold for chunks converted from now on; the policy's age and schedule change in place."""
    if wanted is None:
        if found is None:
            return []
        converted = found.facts["converted"]
        if converted:
            note = (
                f"{converted} chunks are in the columnstore; convert them back first: "
                f"run decompress_chunk on each of show_chunks('{key}')"
            )
            return [Change("columnstore", key, "remove", "", "enabled", None, ChangeClass.IMPOSSIBLE, note)]
        return [Change("columnstore", key, "remove", "", "enabled", None)]
    if found is None:
        note = "chunks are converted as they reach the age; their rows stay"
        return [Change("columnstore", key, "create", "", None, wanted.after or "enabled", note=note)]
    changes = []
    for field, old, new in differing(wanted, found.value):
        if field in ("schedule", "enabled", "by_creation") and found.facts["job_id"] is None:
            continue  # there is no policy yet: creating it brings them
        if field == "by_creation" and wanted.after is None:
            continue  # no age is managed
        kept = found.facts["converted"]
        note = f"{kept} converted chunks keep the old setting" if field in _FUTURE and kept else ""
        change_class = ChangeClass.FUTURE if field in _FUTURE else ChangeClass.IN_PLACE
        changes.append(Change("columnstore", key, "alter", field, old, new, change_class, note))
    return changes


def release(key: str, value: Columnstore) -> list[Change]:
    """The policy alone: converted chunks stay converted, and the settings with them."""
    return [] if value.after is None else [Change("columnstore", key, "remove", "after", value.after, None)]
