"""A policy is for roles that exist (PostgreSQL manual, CREATE POLICY)."""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "policy-roles"


def check(context: Context) -> Iterator[str]:
    """Roles that are live, declared, or still to come with a migration."""
    if not any(context.declared("row_level_security")):
        return
    absent = {each.key for each in context.objects if each.kind == "role" and each.parts[0].value is None}
    known = set(context.snapshot.found["role"]) | {each.key for each in context.declared("role")}
    pending = context.pending_migrations()
    for each in context.declared("row_level_security"):
        for policy in each.parts[0].value.policies or ():
            for role in policy.roles:
                where = f'row level security {each.key}: policy "{policy.name}" is for {role}'
                if role in absent:
                    yield f"{where}, which is declared absent; take it out of to, or keep the role"
                elif role not in known and not pending and role != "public" and not role.startswith("pg_"):
                    yield f"{where}, which does not exist; declare the role or take it out of to"
