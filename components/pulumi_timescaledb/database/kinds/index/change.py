"""The difference between a wanted and a found index."""

from __future__ import annotations

from dataclasses import replace

from ...kind import Change, ChangeClass, Found, differing
from .wanted import Index


def compare(key: str, wanted: Index | None, found: Found | None) -> list[Change]:
    """A different definition is built anew; an index that a constraint owns is left to a migration."""
    wanted = wanted and replace(wanted, per_chunk=None)
    if found is not None and found.facts["constraint"] and (wanted is None or differing(wanted, found.value)):
        note = f"the index {key} belongs to a constraint; change it in a migration"
        return [
            Change(
                "index",
                key,
                "alter",
                "definition",
                found.value.definition,
                wanted and wanted.definition,
                ChangeClass.IMPOSSIBLE,
                note,
            )
        ]
    if wanted is None:
        return [Change("index", key, "remove", "", found.value.definition, None)] if found else []
    if found is None:
        return [Change("index", key, "create", "", None, wanted.definition, note="writes wait while it is built")]
    changes = [each for each in differing(wanted, found.value) if each[0] != "valid"]
    if not changes and found.facts["valid"]:
        return []
    note = "built anew; writes wait meanwhile"
    if not changes:
        return [Change("index", key, "alter", "valid", False, True, note=note)]
    return [Change("index", key, "alter", "definition", found.value.definition, wanted.definition, note=note)]
