"""The difference between wanted and found row security.

One question decides what a change costs: may somebody reach a row afterwards that is closed to them now? Then it
needs an acknowledgement. Permissive policies are combined with OR and restrictive ones with AND (PostgreSQL manual,
Row Security Policies), so a permissive one that is added opens and one that is removed closes; restrictive ones the
other way round. Of two different expressions nobody knows which is wider, so a changed one counts as opening.
"""

from __future__ import annotations

from ...kind import Change, ChangeClass, Found, differing
from .wanted import EVERYBODY, NOTHING, Policy, RowSecurity


def compare(key: str, wanted: RowSecurity | None, found: Found | None) -> list[Change]:
    """Switches and policies one by one; a policy that nobody declared goes."""
    live: RowSecurity = NOTHING if found is None else found.value
    if wanted is None:
        if found is None:
            return []
        note = "its policies are dropped with it; every row becomes visible to whoever may read the table"
        cost = ChangeClass.EXPOSES if live.enabled else ChangeClass.IN_PLACE
        return [Change("row_security", key, "remove", "", live, None, cost, note if live.enabled else "")]
    if found is None and not differing(wanted, NOTHING):
        return []
    if found is None:
        note = "whom no policy lets in sees no row; the owner is bound only when it is forced" if wanted.enabled else ""
        return [Change("row_security", key, "create", "", None, wanted, note=note)]
    changes = []
    for field, old, new in differing(wanted, live):
        if field == "policies":
            changes += _policies(key, new, live, in_force=live.enabled and wanted.enabled)
        else:
            cost = ChangeClass.EXPOSES if old and live.enabled else ChangeClass.IN_PLACE
            changes.append(Change("row_security", key, "alter", field, old, new, cost))
    return changes


def _policies(key: str, wanted: tuple[Policy, ...], live: RowSecurity, *, in_force: bool) -> list[Change]:
    want, have = ({each.name: each for each in policies} for policies in (wanted, live.policies or ()))
    changes = []
    for name in sorted(set(want) | set(have)):
        old, new = have.get(name), want.get(name)
        if old == new:
            continue
        action = "create" if old is None else "remove" if new is None else "alter"
        cost = ChangeClass.EXPOSES if in_force and opens(old, new) else ChangeClass.IN_PLACE
        note = "nobody declared it" if new is None else ""
        changes.append(Change("row_security", key, action, f"policy {name}", old, new, cost, note))
    return changes


def opens(old: Policy | None, new: Policy | None) -> bool:
    """Whether a row may become reachable for somebody; what is not known to be tighter counts as open."""
    if old is None or new is None:
        return new.permissive if new is not None else old is not None and not old.permissive
    if old.permissive != new.permissive:
        return new.permissive
    inner, outer = (new, old) if new.permissive else (old, new)  # a restrictive policy closes where it applies
    applies = _roles(inner, outer) and outer.command in ("ALL", inner.command)
    rows = _tighter(new.using, old.using) and _tighter(new.check or new.using, old.check or old.using)
    return not (applies and rows)


def _roles(inner: Policy, outer: Policy) -> bool:
    return outer.roles == EVERYBODY or set(inner.roles) <= set(outer.roles)


def _tighter(new: str | None, old: str | None) -> bool:
    return new == old or new == "false" or old == "true"
