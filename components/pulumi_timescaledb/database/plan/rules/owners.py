"""What is to belong to a role needs that role, and a connection that may SET ROLE to it (manual, ALTER TABLE and CREATE
SCHEMA); migrations run under SET ROLE of their owner."""

from __future__ import annotations

from collections.abc import Iterator

from ...declared.composition import Declared
from ...names import quoted
from .context import Context

ID = "owners"


def check(context: Context) -> Iterator[str]:
    """Owners of schemas, hypertables, aggregates and of what migrations make."""
    for each in context.objects:
        value = each.parts[0].value
        owner = getattr(value, "owner", None)
        if each.kind not in ("schema", "hypertable", "continuous_aggregate", "migrations") or owner is None:
            continue
        lacking = context.lacks_role(owner)
        if lacking:
            yield f"{_named(each)}: its owner {owner} {lacking}; declare it with role(name=...), or name another owner"
        elif _needed(context, each) and not context.acts_for(owner, "may_set"):
            role = context.can.role
            yield (
                f"{_named(each)}: the connection's role {role} is no member of its owner {owner}; run GRANT "
                f"{quoted(owner)} TO {quoted(role)}, declare it in member_of of {role}, or connect as another role"
            )


def _named(each: Declared) -> str:
    return f"{each.kind.replace('_', ' ')} {each.key}"


def _needed(context: Context, each: Declared) -> bool:
    """Whether the owner is about to be set, or to be run as."""
    changes = [one for one in context.changes if (one.kind, one.object) == (each.parts[0].kind, each.key)]
    return any(one.kind == "migrations" or one.action == "create" or one.field == "owner" for one in changes)
