"""The difference between a wanted and a found cron job."""

from __future__ import annotations

from ...kind import Change, Found, differing
from .wanted import CronJob


def compare(key: str, wanted: CronJob | None, found: Found | None) -> list[Change]:
    """Everything about a cron job changes in place; what it destroys is judged by the object it serves."""
    if wanted is None:
        return release(key, found.value) if found else []
    if found is None:
        return [Change("cron_job", key, "create", "", None, wanted.command)]
    return [Change("cron_job", key, "alter", *row) for row in differing(wanted, found.value)]


def release(key: str, value: CronJob) -> list[Change]:
    """The whole job, which holds no data."""
    return [Change("cron_job", key, "remove", "", value.command, None)]
