"""The difference between wanted and found refresh policies."""

from __future__ import annotations

from ...kind import Change, Found
from .wanted import Refresh


def compare(key: str, wanted: Refresh | None, found: Found | None) -> list[Change]:
    """Windows and schedules change in place; nothing is lost, because a refresh can be run by hand."""
    if wanted is None or not wanted.policies:
        return release(key, found.value) if found else []
    if found is None:
        return [Change("refresh", key, "create", "policies", None, wanted.policies)]
    if wanted == found.value:
        return []
    return [Change("refresh", key, "alter", "policies", found.value.policies, wanted.policies)]


def release(key: str, value: Refresh) -> list[Change]:
    """Every policy; the materialized rows stay."""
    return [Change("refresh", key, "remove", "", value.policies, None)] if value.policies else []
