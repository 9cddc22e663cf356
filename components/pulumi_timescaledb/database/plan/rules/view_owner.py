"""A view reads with its owner's rights, so row security binds it only as far as it binds that role.

PostgreSQL manual, "Rules and Privileges" and "Row Security Policies": a superuser, a role with BYPASSRLS and, unless
row security is forced, the owner of the table see every row, and so does everybody through their view.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import lineage
from .context import Context

ID = "view-owner"


def check(context: Context) -> Iterator[str]:
    """Refuse a view over a table with row security whose owner is not bound by it."""
    for each in context.declared("security_barrier_view"):
        view = each.parts[0].value
        live = context.snapshot.tables.get(each.key)
        if view.security_invoker or (view.security_invoker is None and _invoker(context, each.key)):
            continue
        owner = view.owner or (live.owner if live else context.can.role)
        role = context.snapshot.get("role", owner)
        unbound = context.can.superuser and owner == context.can.role if role is None else role.facts.get("unbound")
        for key in sorted(lineage.tables(context, each.key)):
            if not context.secured(key):
                continue
            table = context.snapshot.tables.get(key)
            free = table is not None and table.owner == owner and not context.forced(key)
            if unbound or free:
                yield (
                    f"security barrier view {each.key}: its owner {owner} is not bound by row security of {key}, so "
                    f"the view would show every row; set security_invoker=True, or owner to a role that is bound"
                    f"{'' if unbound else f', or forced=True on {key}'}"
                )


def _invoker(context: Context, key: str) -> bool:
    found = context.snapshot.get("view", key)
    return found is not None and bool(found.value.security_invoker)
