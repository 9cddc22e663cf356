"""The difference between wanted and found default privileges."""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import DefaultPrivileges


def compare(key: str, wanted: DefaultPrivileges | None, found: Found | None) -> list[Change]:
    """They hold for what is made from now on; existing objects keep what they have."""
    if wanted is None:
        return release(key, found.value) if found else []
    if found is None:
        note = "existing objects keep theirs"
        return [Change("default_privileges", key, "create", "", None, wanted.privileges, ChangeClass.FUTURE, note)]
    return [
        Change("default_privileges", key, "alter", *row, ChangeClass.FUTURE) for row in differing(wanted, found.value)
    ]


def release(key: str, value: DefaultPrivileges) -> list[Change]:
    """What was granted here."""
    return [Change("default_privileges", key, "remove", "", value.privileges, None, ChangeClass.FUTURE)]
