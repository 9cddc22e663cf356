"""The difference between a wanted and a found view. A view holds no rows, so what can go wrong is whom it shows what,
and what else stands on it."""

from __future__ import annotations

from typing import Any

from ... import queries
from ...kind import Change, ChangeClass, Found, differing
from .wanted import View

REMADE = "dropped and made anew with its grants, in one transaction"


def compare(key: str, wanted: View | None, found: Found | None) -> list[Change]:
    """Replaced in place where its columns stay; dropped only while nothing depends on it, never with CASCADE."""
    if wanted is None:
        return [] if found is None else [_removed(key, found)]
    if found is None:
        return [Change("view", key, "create", "", None, "security barrier view" if wanted.security_barrier else "view")]
    return [_change(key, wanted, found, *row) for row in differing(wanted, found.value)]


def replaceable(found: Found) -> bool:
    """CREATE OR REPLACE keeps columns as they are and adds at the end (PostgreSQL manual, CREATE VIEW); where the
    server was not asked what the wanted columns are, it is left to say so."""
    new, old = found.facts.get("new_columns"), found.facts["columns"]
    return new is None or list(new[: len(old)]) == list(old)


def _removed(key: str, found: Found) -> Change:
    change = Change("view", key, "remove", "", key, None)
    stands = found.facts["dependents"]
    if not stands:
        return change
    note = f"{', '.join(stands)} depend on it and nothing is dropped with CASCADE; take them away in a run before"
    return Change("view", key, "remove", "", key, None, ChangeClass.IMPOSSIBLE, note)


def _change(key: str, wanted: View, found: Found, field: str, old: Any, new: Any) -> Change:
    cost = ChangeClass.EXPOSES if _opens(wanted, found, field, new) else ChangeClass.IN_PLACE
    if field != "query" or replaceable(found):
        return Change("view", key, "alter", field, old, new, cost)
    if found.facts["dependents"]:
        note = (
            f"other columns need it dropped, and {', '.join(found.facts['dependents'])} depend on it; keep the columns "
            f"{', '.join(found.facts['columns'])} as they are and add new ones after them"
        )
        return Change("view", key, "alter", field, old, new, ChangeClass.IMPOSSIBLE, note)
    if found.facts["attached"]:
        note = (
            f"other columns need it dropped, and {', '.join(found.facts['attached'])} would go with it; take that away "
            f"in a migration, or keep the columns as they are and add new ones after them"
        )
        return Change("view", key, "alter", field, old, new, ChangeClass.IMPOSSIBLE, note)
    return Change("view", key, "alter", field, old, new, cost, REMADE)


def _opens(wanted: View, found: Found, field: str, new: Any) -> bool:
    """Whether somebody may reach rows that are closed to them now."""
    live: View = found.value
    if field == "query":  # as invoker it shows what the reader may read anyway
        if not live.security_barrier or (live.security_invoker and wanted.security_invoker is not False):
            return False
        text = found.facts.get("new_query")
        return text is None or queries.rows_of(text) != queries.rows_of(live.query)
    if field in ("security_barrier", "security_invoker"):
        return new is False
    return field == "check_option" and (new == "none" or live.check_option == "cascaded")
