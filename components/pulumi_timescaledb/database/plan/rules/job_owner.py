"""A job runs as the owner of its table, so that role must be able to log in (src/bgw/job.c of TimescaleDB)."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "job-owner"


def check(context: Context) -> Iterator[str]:
    """Refuse policies on a table whose owner cannot log in, now or after this change."""
    if context.fallback:
        return
    roles = {each.key: each.parts[0].value for each in context.declared("role")}
    for each in context.objects:
        policies = [part.kind for part in each.parts if part.kind in ("retention", "columnstore", "refresh")]
        if not policies or each.parts[0].value is None:
            continue
        table = context.snapshot.tables.get(each.key)
        owner = each.parts[0].value.owner or (table.owner if table else None)
        if owner is None:
            continue
        if owner in roles and roles[owner].login is not None:
            login = roles[owner].login
        else:
            found = context.snapshot.get("role", owner)
            login = found.value.login if found else True
        if not login:
            yield (
                f"{each.key}: its owner {owner} cannot log in, so its {', '.join(policies)} job would never run; "
                f"set login=True on the role, or give the table to another owner"
            )
