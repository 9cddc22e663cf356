"""What others stand on is not dropped: PostgreSQL refuses it, and CASCADE would take them along unasked.

An aggregate that is rebuilt is dropped too, so views and aggregates on top of it keep it from being rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...kind import ChangeClass
from .context import Context

ID = "dependents"
_NAMED = 12


def check(context: Context) -> Iterator[str]:
    """Name everything that stands on an object, directly or not, except what goes with it."""
    going = {each.key for each in context.objects if each.parts[0].value is None}
    for change in context.changes:
        left = [each for each in change.dependents if each not in going]
        if not left:
            continue
        names = ", ".join(left[:_NAMED]) + (f" and {len(left) - _NAMED} more" if len(left) > _NAMED else "")
        if change.change_class is ChangeClass.REBUILD:
            yield (
                f"{change.kind} {change.object}: it cannot be rebuilt while {names} stand on it; declare the new query "
                f"beside it and swap, or drop them in a migration first"
            )
        else:
            yield (
                f"{change.kind} {change.object}: it cannot be dropped while {names} stand on it; declare them absent "
                f"too, or drop them in a migration first"
            )
