"""The difference between a wanted and a found job."""

from __future__ import annotations

from ...kind import Change, Found, differing
from .wanted import Job

ANEW = ("procedure", "owner")
"""alter_job has no argument for these: the job is deleted and added in one transaction."""


def compare(key: str, wanted: Job | None, found: Found | None) -> list[Change]:
    """Everything changes in place; a job holds no data, and what its procedure does is its author's business."""
    if wanted is None:
        return release(key, found.value) if found else []
    if found is None:
        return [Change("job", key, "create", "", None, wanted.procedure)]
    changes = []
    for field, old, new in differing(wanted, found.value):
        note = "under a new id; what is not declared is kept" if field in ANEW else ""
        changes.append(Change("job", key, "alter", field, old, new, note=note))
    return changes


def release(key: str, value: Job) -> list[Change]:
    """The whole job, which holds no data."""
    return [Change("job", key, "remove", "", value.procedure, None)]
