"""The difference between wanted and found privileges."""

from __future__ import annotations

from typing import Any

from ...holding import Holding
from ...kind import Change, ChangeClass, Found, differing
from ...rights import ALL
from .wanted import Grant


def compare(key: str, wanted: Grant | None, found: Found | None) -> list[Change]:
    """Privileges come and go in place; one that its holder passed on cannot be taken from under the others."""
    live: Grant | None = found.value if found else None
    if live is None or not live.privileges:
        if wanted is None:
            return []
        note = "with grant option" if wanted.grantable else ""
        return [Change("grant", key, "create", "", None, wanted.privileges, note=note)]
    held: tuple[Holding, ...] = found.facts["holdings"] if found else ()
    every = frozenset(each for one in held for each in one.privileges)
    if wanted is None:
        stuck = _passed(held, every)
        return [_impossible(key, "remove", "", live.privileges, None, stuck)] if stuck else release(key, live)
    kept = every if wanted.privileges == (ALL,) else frozenset(wanted.privileges or ())
    gone = {"privileges": every - kept, "grantable": frozenset() if wanted.grantable else every}
    changes = []
    for field, old, new in differing(wanted, live):
        if field in gone:
            stuck = _passed(held, gone[field])
            changed = Change("grant", key, "alter", field, old, new)
            changes.append(_impossible(key, "alter", field, old, new, stuck) if stuck else changed)
    return changes


def release(key: str, value: Grant) -> list[Change]:
    """What was granted here; no object loses a row by it."""
    return [Change("grant", key, "remove", "", value.privileges, None)]


def _impossible(key: str, action: str, field: str, old: Any, new: Any, stuck: str) -> Change:
    note = f"{stuck}, which depends on it; revoke that first"
    return Change("grant", key, action, field, old, new, ChangeClass.IMPOSSIBLE, note)


def _passed(held: tuple[Holding, ...], gone: frozenset[str]) -> str:
    """Who has what from this holder, of the privileges that are to go."""
    for each in held:
        for privilege in sorted(gone & set(each.passed)):
            return f"it granted {privilege} on {each.target} to {', '.join(each.passed[privilege])}"
    return ""
