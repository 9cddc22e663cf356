"""A grant needs a role, an object, a privilege that the server knows, and a connection that may grant it.

PostgreSQL only warns where a role without grant options grants (manual, GRANT, notes), so the plan says it before.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from ...declared.composition import Declared
from ...names import Relation, quoted
from ...objects import Object
from ...rights import Target, pair, unpair
from .context import Context

ID = "grants"


def check(context: Context) -> Iterator[str]:
    """Look at the role, the object, the privileges and the right to grant, in this order."""
    for each in context.objects:
        if each.kind != "grant":
            continue
        role, text = unpair(each.key)
        target = Target.parse(text)
        value = each.parts[0].value
        lacking = context.lacks_role(role)
        if lacking and value is not None:
            yield f"grant {each.key}: the role {role} {lacking}; declare it with role(name=...), or take this grant out"
        if value is not None:
            yield from _object(context, each, target)
            if "MAINTAIN" in value.privileges and not context.can.maintain:
                yield (
                    f"grant {each.key}: MAINTAIN is a privilege of PostgreSQL 17 and later and this server is "
                    f"{context.can.postgres_version}; take it out"
                )
        if context.changed("grant", each.key):
            yield from _may(context, each, target)


def _object(context: Context, each: Declared, target: Target) -> Iterator[str]:
    place = Target("schema", "", target.schema) if target.bulk else target
    schema = target.schema or target.name
    if context.dropped("schema", schema) and target.kind != "database":
        yield f"grant {each.key}: the schema {schema} is declared absent; take one of the two out"
        return
    if str(place) in context.snapshot.objects or context.pending_migrations() or _declared(context, place):
        return
    near = _near(context, place)
    hint = f"did you mean {near}?" if near else "create it in a migration, or correct the name"
    yield f"grant {each.key}: {place} does not exist; {hint}"


def _declared(context: Context, target: Target) -> bool:
    if target.kind == "database":
        return True
    if target.kind == "schema":
        return any(each.key == target.name for each in context.declared("schema"))
    relation = str(Relation(target.schema, target.name))
    kinds = ("continuous_aggregate", "hypertable", "security_barrier_view")
    made = {each.key for kind in kinds for each in context.declared(kind)}
    return target.kind == "table" and relation in made


def _near(context: Context, target: Target) -> str:
    """Functions of the same name first, for it is the types that are spelled in many ways."""
    same = [str(each.target) for each in context.snapshot.objects.values()
            if each.target[:3] == target[:3] and target.kind == "function"]  # fmt: skip
    known = [text for text, each in context.snapshot.objects.items() if each.target.kind == target.kind]
    return " or ".join(same[:3]) or next(iter(difflib.get_close_matches(str(target), known, n=1)), "")


def _may(context: Context, each: Declared, target: Target) -> Iterator[str]:
    """Whether the connection acts for the owners, or holds the privileges with grant option."""
    for one in _objects(context, target):
        held = context.snapshot.get("grant", pair(context.can.role, one.target))
        value = each.parts[0].value
        if one.acts or context.acts_for(one.owner, "acts"):
            continue
        mine = held.value.privileges if held is not None and held.value.grantable is True else ()
        if value is not None and set(value.privileges) <= set(mine):
            continue
        role = context.can.role
        yield (
            f"grant {each.key}: {one.target} belongs to {one.owner}, and the connection's role {role} is no member of "
            f"it; run GRANT {quoted(one.owner)} TO {quoted(role)} as its owner, or connect as another role"
        )
        return


def _objects(context: Context, target: Target) -> Iterator[Object]:
    for text, each in context.snapshot.objects.items():
        if target.bulk:
            if each.target.kind == target.each and each.target.schema == target.schema and not each.extension:
                yield each
        elif text == str(target):
            yield each
