"""Grants and default privileges as declarations: what differs from what an object has by being made.

That is what PostgreSQL gives to everybody and what an extension's script gave, and for what this program makes also the
default privileges of its own role, which are in force by then. Where somebody was given something by being made and
holds nothing now, that is declared with ``absent``. Who owns an object may do everything with it and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...database.ddl.item import Left
from ...database.kinds.default_privileges.wanted import key as default_key
from ...database.kinds.default_privileges.wanted import unkey
from ...database.rights import ALL, PUBLIC, SINGULAR, Target, pair, unpair
from .survey import Survey

Declaration = dict[str, Any]

# what everybody has on a new object (manual, "Privileges", default PUBLIC privileges); schemas differ and are read
MIXED = "only a part of it is with grant option, for which the declaration has no argument; the baseline says it"
BORN_WITH = {"database": ("CONNECT", "TEMPORARY"), "function": ("EXECUTE",), "type": ("USAGE",)}
_PLURAL = {each: kind for kind, each in SINGULAR.items()}


def grants(survey: Survey) -> Iterator[Declaration]:
    """Every pair of a role and an object that says something, in the order of names."""
    found, objects = survey.snapshot.found["grant"], survey.snapshot.objects
    given = {key for key in found if unpair(key)[1] in objects}
    for key in sorted(given | set(_expected(survey))):
        role, text = unpair(key)
        thing = objects[text]
        if role == thing.owner or not survey.knows(role):
            continue
        live = found[key].value if key in found else None
        if live and not isinstance(live.grantable, bool):
            continue
        held = frozenset(live.privileges) if live else frozenset()
        plain = not (live and live.grantable)
        if plain and held == _born(survey, role, thing.target) == _made(survey, role, thing.target, thing.extension):
            continue
        names = {"kind": "grant", "to": role, "on": text}
        if live is None:
            yield names | {"absent": True}
            continue
        whole = thing.target.kind == "table" and live.privileges == found[key].facts["all"]
        yield names | _shown(live, whole)


def default_privileges(survey: Survey) -> Iterator[Declaration]:
    """Every entry of a role that is there, and what everybody was denied."""
    found = survey.snapshot.found["default_privileges"]
    everybody = {
        default_key(owner, None, on, PUBLIC): BORN_WITH[SINGULAR[on]]
        for owner in survey.snapshot.found["role"]
        for on in ("functions", "types")
    }
    for key in sorted({*found, *everybody}):
        owner, schema, on, to = unkey(key)
        live = found[key].value if key in found else None
        if not survey.knows(owner) or not survey.knows(to) or (live and not isinstance(live.grantable, bool)):
            continue
        if live is not None and live.privileges == everybody.get(key) and not live.grantable:
            continue
        place = {} if schema is None else {"schema": schema}
        names = {"kind": "default_privileges", "owner": owner, **place, "on": on, "to": to}
        yield names | ({"absent": True} if live is None else _shown(live, whole=False))


def mixed(survey: Survey) -> Iterator[Left]:
    """Those that are left to the baseline, because only a part of them is with grant option."""
    for kind in ("default_privileges", "grant"):
        for key, found in sorted(survey.snapshot.found[kind].items()):
            if not isinstance(found.value.grantable, bool):
                yield Left(f"{kind.replace('_', ' ')} {key}", MIXED)


def _shown(live: Any, whole: bool) -> Declaration:
    shown: Declaration = {"privileges": [ALL] if whole else list(live.privileges)}
    return shown | ({"grantable": live.grantable} if live.grantable else {})


def _expected(survey: Survey) -> Iterator[str]:
    """Pairs that hold something by the object being made."""
    mine = survey.snapshot.capabilities.role
    defaults = {unkey(key)[3] for key in survey.snapshot.found["default_privileges"] if unkey(key)[0] == mine}
    for text, thing in survey.snapshot.objects.items():
        for role in {PUBLIC, *defaults, *survey.born.get(text, ())}:
            if _born(survey, role, thing.target) or _made(survey, role, thing.target, thing.extension):
                yield pair(role, text)


def _born(survey: Survey, role: str, target: Target) -> frozenset[str]:
    """What PostgreSQL itself, or the extension, gave."""
    born = survey.born.get(str(target))
    if born is not None:
        return born.get(role, frozenset())
    return frozenset(BORN_WITH.get(target.kind, ()) if role == PUBLIC else ())


def _made(survey: Survey, role: str, target: Target, extension: bool) -> frozenset[str]:
    """What it would have if the program's role made it now."""
    if extension or target.kind not in _PLURAL or str(target) in survey.born:
        return _born(survey, role, target)
    on, mine = _PLURAL[target.kind], survey.snapshot.capabilities.role
    keys = [default_key(mine, None, on, role)]
    keys += [default_key(mine, target.schema, on, role)] if target.schema else []
    entries = [survey.snapshot.get("default_privileges", key) for key in keys]
    return frozenset(name for each in entries if each is not None for name in each.value.privileges)
