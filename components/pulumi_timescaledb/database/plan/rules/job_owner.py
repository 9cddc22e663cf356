"""A job runs as the owner of its table, so that role must be able to log in (src/bgw/job.c of TimescaleDB).

Adding a policy to a table of a NOLOGIN role is refused by the server (28000); taking LOGIN from the role later, or
giving the table to such a role, is not, and then the job fails (measured on 2.26.4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .context import Context

ID = "job-owner"
_OBJECTS = ("hypertable", "continuous_aggregate")
_JOBS = ("retention", "columnstore", "refresh", "reorder", "compaction")
_OWN = ("job", "partitioned_retention")  # with an owner of their own


def check(context: Context) -> Iterator[str]:
    """Refuse policies on a table whose owner cannot log in, now or after this change.

    Declared objects with their declared and live policies, and tables that nobody declares where the role is declared.
    """
    if context.fallback:
        return
    # what pending migrations make belongs to the role that they run as
    pending = context.pending_migrations()
    made_by = next(
        (getattr(each.parts[0].value, "owner", None) for each in context.declared("migrations") if pending), None
    )
    declared = {each.key: each.parts[0].value for each in context.objects if each.kind in _OBJECTS}
    roles = {each.key: each.parts[0].value for each in context.declared("role")}
    keys = set(declared)
    if roles:
        keys |= {key for kind in _JOBS for key in context.snapshot.found[kind]}
    for key in sorted(keys):
        if key in declared and declared[key] is None:
            continue  # it goes, and its jobs with it
        owner = _owner(context, key, declared.get(key), made_by)
        if owner is None or (key not in declared and owner not in roles) or _login(context, owner):
            continue  # before its policies are asked for, because nearly every owner can
        policies = [kind for kind in _JOBS if _has_job(kind, context.value(kind, key))]
        if policies:
            yield (
                f"{key}: its owner {owner} cannot log in, so its {', '.join(policies)} would never run; "
                f"set login=True on the role, or name another owner"
            )
    for kind in _OWN:
        yield from _own(context, kind, roles)


def _own(context: Context, kind: str, roles: Mapping[str, Any]) -> Iterator[str]:
    """Jobs that are declared, and live ones that nobody declares where the role is declared."""
    declared = {each.key for each in context.objects if each.kind == kind}
    live = set(context.snapshot.found[kind]) if roles else set()
    for key in sorted(declared | live):
        value, found = context.value(kind, key), context.snapshot.get(kind, key)
        if value is None:
            continue
        owner = value.owner or (found.value.owner if found else None)
        if owner is not None and (key in declared or owner in roles) and not _login(context, owner):
            yield (
                f"{key}: its owner {owner} cannot log in, so its {kind.replace('_', ' ')} would never run; "
                f"set login=True on the role, or name another owner"
            )


def _has_job(kind: str, value: Any) -> bool:
    if value is None:
        return False
    if kind == "columnstore":
        return value.after is not None
    return bool(value.policies) if kind == "refresh" else True


def _owner(context: Context, key: str, wanted: Any, made_by: str | None) -> str | None:
    """The declared owner, else the one it has now, else the one that it will be made by."""
    if wanted is not None and wanted.owner is not None:
        return str(wanted.owner)
    table = context.snapshot.tables.get(key)
    return made_by if table is None else table.owner


def _login(context: Context, owner: str) -> bool:
    """As declared, else as it is; a role that nobody knows is left to the server."""
    wanted, live = context.value("role", owner), context.snapshot.get("role", owner)
    if wanted is not None and wanted.login is not None:
        return bool(wanted.login)
    return True if live is None else bool(live.value.login)
