"""Tables, views, aggregates and indexes of a schema share one space of names (PostgreSQL manual, CREATE TABLE).

An index of another table under the declared name would not even be an error: it is made with IF NOT EXISTS, because
create_hypertable may just have made one.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...names import Relation, unquoted
from .context import Context

ID = "name-collisions"
_KINDS = {
    "hypertable": "hypertable",
    "continuous_aggregate": "continuous aggregate",
    "security_barrier_view": "security barrier view",
}
_TAKEN = {"r": "a table", "p": "a table", "v": "a view", "m": "a materialized view"}


def check(context: Context) -> Iterator[str]:
    """Declared names against each other, then against what is live."""
    yield from _among_declared(context)
    for each in context.objects:
        table = context.snapshot.tables.get(each.key)
        if each.kind in _KINDS and table is not None and each.parts[0].value is not None:
            if each.kind == "hypertable" or _same(context, each.kind, each.key):
                continue  # that a hypertable is declared over a view has a sentence of its own
            yield (
                f"{_KINDS[each.kind]} {each.key}: there is {_TAKEN.get(table.kind, 'another relation')} of that name; "
                f"choose another name, or drop what is there in a migration"
            )
    yield from _indexes(context)


def _same(context: Context, kind: str, key: str) -> bool:
    found = context.snapshot.found
    if kind == "security_barrier_view":
        return key in found["view"]
    return key in found["aggregate"] or (context.fallback and key in found["materialized_view"])


def _among_declared(context: Context) -> Iterator[str]:
    names: dict[Relation, str] = {}
    for each in context.objects:
        if each.parts[0].value is None:
            continue
        own = [(Relation.parse(each.key), f"{_KINDS[each.kind]} {each.key}")] if each.kind in _KINDS else []
        own += [
            (_index(part.key, part.value.relation), f"index {_index(part.key, part.value.relation).name} of {each.key}")
            for part in each.parts
            if part.kind == "index" and part.value is not None
        ]
        for relation, title in own:
            other = names.setdefault(relation, title)
            if other != title:
                yield f"{title}: the {other} has the same name {relation}; give one of them another name"


def _index(key: str, relation: Relation) -> Relation:
    return Relation(relation.schema, unquoted(key.removeprefix(f"{relation} ")))


def _indexes(context: Context) -> Iterator[str]:
    live = {}
    for key, found in context.snapshot.found["index"].items():
        relation = getattr(found.value, "relation", None)
        if relation is not None:
            live[_index(key, relation)] = f"an index of {relation}"
    taken = {table.relation: _TAKEN.get(table.kind, "a relation") for table in context.snapshot.tables.values()}
    for each in context.declared("hypertable"):
        for part in each.parts:
            if part.kind != "index" or part.value is None or part.key in context.snapshot.found["index"]:
                continue
            name = _index(part.key, part.value.relation)
            what = live.get(name) or taken.get(name)
            if what:
                yield f"hypertable {each.key}: the name of its index {name.name} is taken by {what}; choose another"
