"""The difference between a wanted and a found role."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import Role


def compare(key: str, wanted: Role | None, found: Found | None) -> list[Change]:
    """Everything about a role changes in place; dropping one needs an acknowledgement."""
    if wanted is None:
        return [Change("role", key, "remove", "", key, None, ChangeClass.DESTROYS)] if found else []
    if found is None:
        return [Change("role", key, "create", "", None, "login" if wanted.login else "no login")]
    return [Change("role", key, "alter", *row) for row in differing(wanted, found.value)]
