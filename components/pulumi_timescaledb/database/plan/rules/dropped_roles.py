"""A role goes only when nothing in any database is its own or names it in its privileges (manual, DROP ROLE); dropping
what it owns, or taking what it holds, is nobody's wish that only says "absent"."""

from __future__ import annotations

from collections.abc import Iterator

from ...kinds.default_privileges.wanted import unkey
from ...names import Relation, quoted
from ...objects import Object
from ...rights import unpair
from .context import Context

ID = "dropped-roles"
_SHOWN = 5


def check(context: Context) -> Iterator[str]:
    """Name what it owns, what it holds, and the other databases where it has something."""
    for each in context.objects:
        found = context.snapshot.get("role", each.key)
        if each.kind != "role" or each.parts[0].value is not None or found is None:
            continue
        role = each.key
        owned, held = _owned(context, role), _held(context, role)
        if owned:
            yield (
                f"role {role}: it cannot go while it owns {_list(owned)}; give that to another role (REASSIGN OWNED BY "
                f"{quoted(role)} TO ...), or drop it first"
            )
        elif held:
            yield f"role {role}: it cannot go while it holds privileges: {_list(held)}; declare these absent too"
        elsewhere = found.facts.get("elsewhere") or ()
        if elsewhere:
            yield (
                f"role {role}: it cannot go while it owns or holds something in the database {', '.join(elsewhere)}; "
                f"run DROP OWNED BY {quoted(role)} there, or take this declaration out"
            )


def _owned(context: Context, role: str) -> list[str]:
    """What stays its own, without the sequences, which go with their tables."""
    objects = [one for one in context.snapshot.objects.values() if one.owner == role and one.target.kind != "sequence"]
    defaults = [key for key in context.snapshot.found["default_privileges"] if unkey(key)[0] == role]
    kept = [key for key in defaults if not _builtin(key) and not context.dropped("default_privileges", key)]
    return [
        *(str(one.target) for one in objects if not _given_away(context, one)),
        *(f"default privileges {key}" for key in kept),
    ]


def _held(context: Context, role: str) -> list[str]:
    """What it was granted on what is not its own."""
    found = []
    for kind in ("grant", "default_privileges"):
        for key in context.snapshot.found[kind]:
            to, text = unpair(key)
            own = context.snapshot.objects.get(text)
            if to == role and not (own and own.owner == role) and not context.dropped(kind, key):
                found.append(key)
    return found


def _given_away(context: Context, one: Object) -> bool:
    """Whether a declaration gives it to another role in the same run."""
    key = one.target.name if one.target.kind == "schema" else str(Relation(one.target.schema, one.target.name))
    kinds = {"table": ("hypertable", "aggregate"), "schema": ("schema",)}.get(one.target.kind, ())
    values = [context.value(kind, key) for kind in kinds]
    return any(value is not None and value.owner not in (None, one.owner) for value in values)


def _builtin(key: str) -> bool:
    """What PUBLIC has on functions and types without anybody's doing."""
    _, schema, on, to = unkey(key)
    return schema is None and to == "public" and on in ("functions", "types")


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
