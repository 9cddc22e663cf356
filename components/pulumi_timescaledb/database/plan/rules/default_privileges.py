"""Default privileges need their roles, their schema, and a connection that may act for the owner.

ALTER DEFAULT PRIVILEGES FOR ROLE wants the rights of that role (manual); a role that created another has them not by
that (PostgreSQL 16 and later give it ADMIN alone).
"""

from __future__ import annotations

from collections.abc import Iterator

from ...kinds.default_privileges.wanted import unkey
from ...names import quoted
from .context import Context

ID = "default-privileges"


def check(context: Context) -> Iterator[str]:
    """Roles, schema, privileges, and the right to change them."""
    for each in context.objects:
        if each.kind != "default_privileges":
            continue
        owner, schema, _, to = unkey(each.key)
        value = each.parts[0].value
        for role in (owner, to) if value is not None else (owner,):
            lacking = context.lacks_role(role)
            if lacking:
                yield f"default privileges {each.key}: the role {role} {lacking}; declare it, or take these out"
        if value is not None and schema is not None:
            known = context.snapshot.get("schema", schema) or context.pending_migrations()
            if context.dropped("schema", schema):
                yield f"default privileges {each.key}: the schema {schema} is declared absent; take one of the two out"
            elif not known and not any(one.key == schema for one in context.declared("schema")):
                yield f"default privileges {each.key}: the schema {schema} does not exist; declare schema(name=...)"
        if value is not None and "MAINTAIN" in value.privileges and not context.can.maintain:
            yield (
                f"default privileges {each.key}: MAINTAIN is a privilege of PostgreSQL 17 and later and this server is "
                f"{context.can.postgres_version}; take it out"
            )
        if context.changed("default_privileges", each.key) and not context.acts_for(owner, "acts"):
            role = context.can.role
            yield (
                f"default privileges {each.key}: the connection's role {role} cannot act for {owner}; run GRANT "
                f"{quoted(owner)} TO {quoted(role)}, or connect as {owner}"
            )
