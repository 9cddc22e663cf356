"""The difference between a wanted and a found extension."""

from __future__ import annotations

from ...capabilities import version
from ...kind import Change, ChangeClass, Found, differing
from .wanted import Extension


def compare(key: str, wanted: Extension | None, found: Found | None) -> list[Change]:
    """Create when missing, update to a newer version, never downgrade; absence drops what it owns."""
    if wanted is None:
        if found is None:
            return []
        return [Change("extension", key, "remove", "", found.value.version, None, ChangeClass.DESTROYS)]
    if found is None:
        return [Change("extension", key, "create", "", None, wanted.version or "the server's default version")]
    changes = []
    for field, old, new in differing(wanted, found.value):
        if version(new) < version(old):
            note = f"extensions are not downgraded; declare version {old} or restore a backup"
            changes.append(Change("extension", key, "alter", field, old, new, ChangeClass.IMPOSSIBLE, note))
        else:
            changes.append(Change("extension", key, "alter", field, old, new))
    return changes
