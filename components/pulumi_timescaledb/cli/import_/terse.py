"""Leaving out what goes without saying, so that a written program reads like one written by hand.

An argument goes where the declaration means the same without it, which the composition itself answers. Beside those
go a few that say no more than what a new object has anyway; they are then not managed, and the list names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ...database import declared as declarations
from ...database.plan import view
from ...errors import Refusal

# what a new object has anyway (docs: CREATE ROLE, CREATE VIEW; create_hypertable makes no further dimension). Of what
# holds tenants apart only what an operator could make tighter: superuser and bypassrls pass every wall, and stay
BORN_WITH: Mapping[str, Mapping[str, Any]] = {
    "role": {
        "createdb": False,
        "createrole": False,
        "inherit": True,
        "connection_limit": -1,
        "member_of": [],
        "replication": False,
        "valid_until": "infinity",
        "settings": {},
    },
    "hypertable": {"hash_dimensions": []},
    "row_level_security": {"forced": False},
    "security_barrier_view": {"security_invoker": False, "check_option": "none"},
}
# a name, or one in quotes, or a call over one, with its direction; anything more stays a definition
_COLUMN = re.compile(r'(?:"[^",()]+"|\w+|\w+\(\w+\))(?: DESC)?(?: NULLS (?:FIRST|LAST))?')
_INDEX = re.compile(r"(?P<method>\w+) \((?P<columns>.*?)\)(?: WHERE \((?P<where>.*)\))?\Z", re.DOTALL)


def terse(declaration: Mapping[str, Any]) -> dict[str, Any]:
    """The same declaration with less to read."""
    born = BORN_WITH.get(str(declaration["kind"]), {})
    kept = {key: value for key, value in declaration.items() if key not in born or born[key] != value}
    if "indexes" in kept:
        kept["indexes"] = [_index(kept, each) for each in kept["indexes"]]
    meaning = _meaning(kept)
    for path in list(_paths(kept)):
        shorter = _without(kept, path)
        if meaning is not None and _meaning(shorter) == meaning:
            kept = shorter
    return kept


def _meaning(declaration: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        return view.normal(declarations.read(declaration))
    except Refusal:
        return None


def _paths(declaration: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Each argument and each key of a dictionary in one; lists hold values of their own and are left alone."""
    for key, value in declaration.items():
        if key != "kind":
            yield (key,)
        if isinstance(value, Mapping):
            yield from ((key, inner) for inner in value)


def _without(declaration: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    shorter = dict(declaration)
    if len(path) == 1:
        shorter.pop(path[0], None)
    elif isinstance(shorter.get(path[0]), Mapping):
        shorter[path[0]] = {key: value for key, value in shorter[path[0]].items() if key != path[1]}
    return shorter


def _index(declaration: Mapping[str, Any], index: Mapping[str, Any]) -> dict[str, Any]:
    """Columns in the place of a definition, where they mean exactly that."""
    match = _INDEX.match(str(index.get("definition", "")))
    if match is None:
        return dict(index)
    spelled = match["columns"].split(", ")
    if not all(_COLUMN.fullmatch(each) for each in spelled):
        return dict(index)
    columns = [_column(each) for each in spelled]
    shorter = {key: value for key, value in index.items() if key != "definition"} | {"columns": columns}
    if match["method"] != "btree":
        shorter["method"] = match["method"]
    if match["where"]:
        shorter["where"] = match["where"]
    alone = {key: declaration[key] for key in ("kind", "schema", "table", "time_column") if key in declaration}
    same = _meaning({**alone, "indexes": [shorter]}) == _meaning({**alone, "indexes": [index]})
    return shorter if same else dict(index)


def _column(text: str) -> str:
    """Without the quotes that the server puts around words such as time."""
    return re.sub(r'^"([a-z_][a-z0-9_]*)"', r"\1", text)
