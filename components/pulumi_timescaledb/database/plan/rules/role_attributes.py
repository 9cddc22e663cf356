"""What a connection that is no superuser can give to a role, and what older servers know of memberships.

SUPERUSER only a superuser changes; REPLICATION and BYPASSRLS too before PostgreSQL 16, from then on a role with
CREATEROLE that has them itself (manual, CREATE ROLE, notes). INHERIT and SET of a membership came with 16.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "role-attributes"
_STRONG = ("superuser", "replication", "bypassrls")


def check(context: Context) -> Iterator[str]:
    """Attributes that are about to change, and the roles and options of memberships."""
    can = context.can
    for each in context.declared("role"):
        value = each.parts[0].value
        changes = [one for one in context.changes if one.kind == "role" and one.object == each.key]
        for name in _STRONG:
            about = [one for one in changes if one.field == name or (one.action == "create" and getattr(value, name))]
            if about and not _may(context, name):
                yield (
                    f"role {each.key}: the connection's role {can.role} cannot change {name}; connect as a superuser, "
                    f"or leave {name} out"
                )
        if changes and not can.createrole:
            yield f"role {each.key}: the connection's role {can.role} has no CREATEROLE; connect as one that has it"
        for one in value.member_of or ():
            lacking = context.lacks_role(one.role)
            if lacking:
                yield f"role {each.key}: member_of names {one.role}, which {lacking}; declare it, or take it out"
            if not can.membership_options and (one.inherit is not None or one.set is not None):
                yield (
                    f"role {each.key}: inherit and set of its membership in {one.role} need PostgreSQL 16 and this "
                    f"server is {can.postgres_version}; take them out"
                )


def _may(context: Context, name: str) -> bool:
    if context.can.superuser:
        return True
    own = context.snapshot.get("role", context.can.role)
    return name != "superuser" and context.can.membership_options and own is not None and getattr(own.value, name)
