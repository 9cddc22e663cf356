"""A hypertable with its indexes, columnstore, retention, and where and in which order its chunks lie.

``schema="public", table, time_column, chunk_interval, hash_dimensions=[{column, partitions}], owner, integer_now,
migrate_data=False, create_default_indexes=True, indexes=[{name, columns, method, unique, where, per_chunk} or {name,
definition}], tablespaces, columnstore, chunk_skipping, reorder, compaction, retention``.
It refers to an existing table, or to one that a migration makes. integer_now: for integer time the function that
says what now is, without which no policy can be added.
"""

from __future__ import annotations

import re
from typing import Any

from ...units import Interval
from ..arguments import Arguments
from ..kind import Part
from ..kinds.hypertable.wanted import HashDimension, Hypertable
from ..kinds.index.found import key as index_key
from ..kinds.index.found import name_of
from ..kinds.index.wanted import Index
from ..names import Relation, identifier, quoted
from ..queries import outside
from . import chunks, policies
from .composition import Composition, Declared, Lookup, managed, titled

_COLUMN = re.compile(r'\s*("(?:[^"]|"")+"|[A-Za-z_]\w*)(\s+(?:ASC|DESC))?(\s+NULLS\s+(?:FIRST|LAST))?\s*\Z', re.I)
METHODS = ("btree", "hash", "gin", "gist", "spgist", "brin")


def identify(arguments: Arguments) -> Declared:
    """The table, and what must exist before it."""
    relation = Relation(arguments.name("schema", "public"), arguments.name("table"))
    owner = arguments.text("owner")
    needs = (("role", owner),) if owner else ()
    return Declared("hypertable", str(relation), needs=needs, absent=arguments.raw("absent") is True)


def parse(arguments: Arguments) -> Declared:
    """Read the arguments into parts; the table itself first."""
    declared = identify(arguments)
    key, relation = declared.key, Relation.parse(declared.key)
    if arguments.absent():
        return declared.of(Part("hypertable", key, None))
    interval = arguments.lag("chunk_interval")
    dimensions = arguments.each("hash_dimensions")
    value = Hypertable(
        arguments.name("time_column"),
        interval.fixed if isinstance(interval, Interval) else interval,
        None if dimensions is None else tuple(_dimension(each) for each in dimensions),
        arguments.text("owner"),
        _now(arguments, interval),
        arguments.boolean("migrate_data", False) or None,
        None if arguments.boolean("create_default_indexes", True) else False,
    )
    parts = [Part("hypertable", key, value), *chunks.tablespaces(arguments, key)]
    parts += [index(each, relation) for each in arguments.each("indexes") or ()]
    parts += policies.columnstore(arguments, key, chunks=True) + chunks.policies(arguments, key)
    parts += policies.retention(arguments, key, chunks=True)
    arguments.finish()
    return declared.of(*parts)


def _now(arguments: Arguments, interval: Interval | int | None) -> str | None:
    function = arguments.relation("integer_now")
    if function is not None and isinstance(interval, Interval):
        raise arguments.wrong("integer_now", "nothing: chunk_interval is a duration, and the server knows what now is")
    return function


def _dimension(arguments: Arguments) -> HashDimension:
    partitions = arguments.count("partitions", 1, 32767)
    dimension = HashDimension(arguments.name("column"), partitions or 0)
    if partitions is None:
        raise arguments.wrong("partitions", "the number of partitions")
    arguments.finish()
    return dimension


def index(arguments: Arguments, relation: Relation) -> Part:
    """One declared index of a relation."""
    name = arguments.name("name")
    key = index_key(relation, name)
    if arguments.absent():
        return Part("index", key, None)
    definition = arguments.text("definition")
    unique = arguments.boolean("unique", False) is True
    if definition is None:
        columns = arguments.raw("columns")
        if not isinstance(columns, (list, tuple)) or not columns:
            raise arguments.wrong("columns", 'a list such as ["device", "time DESC"]')
        method = arguments.text("method", "btree") or "btree"
        if method not in METHODS:
            raise arguments.wrong("method", f"one of {', '.join(METHODS)}")
        where = arguments.text("where")
        definition = f"{method} ({', '.join(_column(arguments, each) for each in columns)})"
        definition += f" WHERE ({where})" if where else ""
    per_chunk = arguments.boolean("per_chunk", False) or None
    if per_chunk and unique:
        raise arguments.wrong("per_chunk", "it without unique: a unique index is built in one transaction")
    if per_chunk and outside(definition, " WITH ") >= 0:
        raise arguments.wrong("per_chunk", "it without WITH in definition, which it adds itself")
    arguments.finish()
    return Part("index", key, Index(relation, definition, unique, per_chunk))


def _column(arguments: Arguments, text: object) -> str:
    """One column as PostgreSQL spells it; an expression stays as it is."""
    if not isinstance(text, str) or not text.strip():
        raise arguments.wrong("columns", 'a list such as ["device", "time DESC"]')
    match = _COLUMN.match(text)
    if not match:
        return text.strip()
    name, direction, nulls = (group.strip() if group else "" for group in match.groups())
    name = identifier(name[1:-1].replace('""', '"') if name.startswith('"') else name.lower(), arguments.where)
    direction = "DESC" if direction.upper() == "DESC" else ""
    nulls = " ".join(nulls.upper().split())
    default = "NULLS FIRST" if direction else "NULLS LAST"
    return " ".join(each for each in (_reserved(name), direction, "" if nulls == default else nulls) if each)


def _reserved(name: str) -> str:
    # the server quotes words such as time; the exact list does not matter, because it respells what differs
    return f'"{name}"' if name in ("time", "timestamp", "user", "order", "group") else quoted(name)


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    live = lookup("hypertable", part.key)
    relation = Relation.parse(declared.key)
    names = {"schema": relation.schema, "table": relation.name}
    if part.value is None:
        return names | policies.ABSENT if live is None else names
    if live is None:
        return None
    wanted = part.value
    shown = names | {
        "time_column": live.time_column,
        "chunk_interval": None if wanted.chunk_interval is None else str(live.chunk_interval),
        "hash_dimensions": None
        if wanted.hash_dimensions is None
        else [each._asdict() for each in live.hash_dimensions or ()],
        "owner": None if wanted.owner is None else live.owner,
        "integer_now": None if wanted.integer_now is None else live.integer_now,
        "migrate_data": wanted.migrate_data,
        "create_default_indexes": wanted.default_indexes,
    }
    below = policies.render(declared, lookup) | chunks.render(declared, lookup)
    return managed(shown) | indexes(declared, lookup) | below


def indexes(declared: Declared, lookup: Lookup) -> dict[str, Any]:
    """The declared indexes with live values, where any are managed."""
    parts = [each for each in declared.parts[1:] if each.kind == "index"]
    rows = (_index_row(name_of(each.key, declared.key), each, lookup(each.kind, each.key)) for each in parts)
    return {"indexes": [row for row in rows if row]} if parts else {}


def _index_row(name: str, part: Part, live: Index | None) -> dict[str, Any] | None:
    if live is None:
        return {"name": name, "absent": True} if part.value is None else None
    per_chunk = part.value.per_chunk if part.value else None
    shown = {"name": name, "definition": live.definition, "unique": live.unique or None, "per_chunk": per_chunk}
    return managed(shown | {"valid": None if live.valid else False})


COMPOSITION = Composition("hypertable", titled("hypertable", "schema", "table"), identify, parse, render)
