"""The difference between wanted and found retention per key."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import PartitionedRetention

_DELETES = ("limits", "time_column", "enabled")


def compare(key: str, wanted: PartitionedRetention | None, found: Found | None) -> list[Change]:
    """What deletes other rows than before destroys data; whether there are such rows is asked afterwards.

    The limits themselves are rows of the user's, which change without a deployment.
    """
    if wanted is None:
        return release(key, found.value) if found else []
    if found is None:
        return [Change("partitioned_retention", key, "create", "", None, wanted.limits, ChangeClass.DESTROYS)]
    changes = []
    for field, old, new in differing(wanted, found.value):
        cost = ChangeClass.DESTROYS if field in _DELETES else ChangeClass.IN_PLACE
        changes.append(Change("partitioned_retention", key, "alter", field, old, new, cost))
    return changes


def release(key: str, value: PartitionedRetention) -> list[Change]:
    """The job, which holds no data; the procedure stays for others."""
    return [Change("partitioned_retention", key, "remove", "", value.limits, None)]
