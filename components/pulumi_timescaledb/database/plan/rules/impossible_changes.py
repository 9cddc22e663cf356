"""Changes that TimescaleDB has no way to make are refused with the way around."""

from __future__ import annotations

from collections.abc import Iterator

from ...kind import ChangeClass, text
from .context import Context

ID = "impossible-changes"


def check(context: Context) -> Iterator[str]:
    """One sentence for each, from the kind that knows why."""
    for change in context.changes:
        table = context.snapshot.tables.get(change.object)
        if change.field == "time_column" and table and change.new not in table.columns:
            continue  # refused as a column that is not there
        if change.change_class is ChangeClass.IMPOSSIBLE:
            ends = f"{text(change.old)} to {text(change.new)}"
            if change.kind == "migrations":
                yield f"migrations {change.object}: {change.note}"
            elif change.action == "create":
                yield f"{change.kind} {change.object}: {change.note}"
            else:
                yield f"{change.kind} {change.object}: {change.field or 'it'} cannot go from {ends}; {change.note}"
