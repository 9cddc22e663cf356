"""The difference between wanted and found retention."""

from __future__ import annotations

from typing import Any

from ...kind import Change, ChangeClass, Found, differing
from .wanted import Retention


def compare(key: str, wanted: Retention | None, found: Found | None) -> list[Change]:
    """A policy that is new, shorter or switched on again destroys what is older at its next run.

    Whether something *is* older is asked of the catalog afterwards; where nothing is, the change is in place.
    """
    if wanted is None:
        return release(key, found.value) if found else []
    if found is None:
        return [Change("retention", key, "create", "drop_after", None, wanted.drop_after, ChangeClass.DESTROYS)]
    return [
        Change("retention", key, "alter", field, old, new, _class(field, old, new))
        for field, old, new in differing(wanted, found.value)
    ]


def _class(field: str, old: Any, new: Any) -> ChangeClass:
    if field == "by_creation" or (field == "enabled" and new):
        return ChangeClass.DESTROYS
    if field == "drop_after" and (type(old) is not type(new) or new <= old):
        return ChangeClass.DESTROYS
    return ChangeClass.IN_PLACE


def release(key: str, value: Retention) -> list[Change]:
    """The whole job, which holds no data."""
    return [Change("retention", key, "remove", "", value.drop_after, None)]
