"""Hypertables and continuous aggregates at random, with everything that hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi_timescaledb.database.names import LONGEST, Relation

from .chunks import chunks, columnstore, index, retention
from .world import INTEGERS, Declaration, Table, World, ident, table


def hypertables(world: World) -> None:
    """Up to two, and the absence of one that never was."""
    for _ in range(1 + world.chance(50)):
        world.objects.append(hypertable(world, table(world)))
    if world.chance(15):
        world.objects.append({"kind": "hypertable", "table": world.name(), "absent": True})


def hypertable(world: World, made: Table) -> Declaration:
    """Everything a hypertable can have, each with an even chance."""
    given: Declaration = {"kind": "hypertable", "table": made.name, "time_column": made.time}
    if made.schema != "public" or world.chance(30):
        given["schema"] = made.schema
    if world.chance(70) or (made.integer and not made.made_by_hand):
        given["chunk_interval"] = world.span(made.type)
    text, number = made.of("text")[0], made.of("int")[0]
    dimensions: list[str] = []
    if world.chance(50):
        # a key that is there already must have every partition column in it
        dimensions = world.some([text] if made.keyed else [text, number], most=2, least=world.one((1, 1, 0)))
        given["hash_dimensions"] = [{"column": each, "partitions": world.one((1, 2, 7))} for each in dimensions]
    if world.logins and world.chance(50):
        given["owner"] = world.one(world.logins)
    if world.chance(70):
        given["indexes"] = [index(world, made, dimensions) for _ in range(1 + world.chance(40))]
    if made.rows or world.chance(30):
        given["migrate_data"] = made.rows or world.chance(70)
    if made.rows:
        world.acknowledged.append(f"rebuild:{Relation(made.schema, made.name)}")
    world.maybe(given, 40, create_default_indexes=lambda: world.chance(10))
    policies = not made.integer or bool(made.now)
    if made.now and (not made.made_by_hand or not world.community or world.chance(50)):
        given["integer_now"] = made.now
    if world.chance(70):
        given["columnstore"] = columnstore(world, made, [text, number], [made.time, "value"], 1, chunks=True)
        if world.chance(10):
            given["columnstore"] = {"absent": True}
    if (policies or not made.now) and world.chance(70):
        given["retention"] = retention(world, made, 100, 400, chunks=True)
    chunks(world, made, given, [number, "seq"])
    return given


@dataclass
class Source:
    """What an aggregate reads: a table, or an aggregate below. unit: its bucket, in hours or as a number."""

    made: Table
    sql: str
    time: str
    group: str
    unit: int
    sum: str


def aggregates(world: World) -> None:
    """Up to three over one hypertable, each over the one below, and the absence of one."""
    for made in world.tables[:1]:
        unit = 10 if made.integer else 24 if made.type == "date" else 1
        source = Source(made, made.sql, made.time, made.of("text")[0], unit, "value")
        if made.integer and not made.now:
            continue
        for level in range(world.one((1, 2, 3, 0))):
            source = aggregate(world, source, first=level == 0)
    if world.chance(15):
        world.objects.append({"kind": "continuous_aggregate", "name": world.name(), "absent": True})


def aggregate(world: World, source: Source, *, first: bool) -> Source:
    """One level: its query, and everything that hangs on it."""
    made = source.made
    unit = source.unit if first else source.unit * 2
    swapped = first and made.made_by_hand and world.community and world.chance(70)
    places = world.schemas if swapped else [*world.schemas, *world.coming]  # what is swapped is there before
    own = Table(world.one(places), world.name(), made.type, world.name(), {}, keeps=made.keeps)
    swapped = swapped and len(f"{own.name}_old".encode()) <= LONGEST  # what makes way gets that name
    group, total = world.name(), world.name()
    given: Declaration = {"kind": "continuous_aggregate", "name": own.name, "source": source.sql}
    given["query"] = query(world, source, unit, (own.time, group, total))
    if own.schema != "public" or world.chance(30):
        given["schema"] = own.schema
    if world.logins and world.chance(50):
        given["owner"] = world.one(world.logins)
    world.maybe(given, 50, real_time=lambda: world.community and world.chance(80))
    world.maybe(given, 50, chunk_interval=lambda: world.span(made.type))
    if world.community:
        if swapped:
            given["swap_in"] = beside(world, source, own, given["query"])
        elif world.chance(15):  # nothing to swap
            given["swap_in"] = f"{ident(own.schema)}.{ident(world.name())}"
        if not swapped and world.chance(40):
            given["indexes"] = [lookup(world, own, group) for _ in range(1 + world.chance(20))]
        world.maybe(given, 40, group_indexes=lambda: world.chance(50))
    if world.chance(80):
        given["refresh"] = windows(world, made.type, unit, several=world.community and first)
    if not world.community and made.keeps:  # what is recomputed cannot outlive its raw data
        given["retention"] = {"drop_after": world.age(made.type, 60, made.keeps)}
    elif world.chance(50):
        given["retention"] = retention(world, own, 90, 99, chunks=False)
    if world.chance(60):
        given["columnstore"] = columnstore(world, made, [group], [own.time], 95, chunks=False)
    world.objects.append(given)
    world.relations.append((world.one(("table", "view")), own))
    return Source(own, own.sql, own.time, group, unit, total)


def beside(world: World, source: Source, own: Table, words: str) -> str:
    """An aggregate under the name already, and one of this query that stands ready to take it."""
    other = f"{ident(world.one(world.schemas))}.{ident(world.name())}"
    bucket = f"{source.unit * 2}::{own.type}" if own.integer else f"'{source.unit * 2} hours'"
    old = f"SELECT time_bucket({bucket}, {ident(source.time)}) AS a, count(*) AS b FROM {source.sql} GROUP BY 1"
    for name, text in ((own.sql, old), (other, words.removesuffix(";"))):
        world.setup.append(f"CREATE MATERIALIZED VIEW {name} WITH (timescaledb.continuous) AS {text} WITH NO DATA")
    return other


def lookup(world: World, own: Table, group: str) -> Declaration:
    """An index of an aggregate, or its absence."""
    given: Declaration = {"name": world.name()}
    if world.chance(10):
        return given | {"absent": True}
    given["columns"] = [ident(each) for each in world.some([group, own.time], most=2, least=1)]
    world.maybe(given, 30, where=lambda: f"{ident(group)} <> 'it''s 100%'")
    world.maybe(given, 40, per_chunk=lambda: world.chance(80))
    return given


def query(world: World, source: Source, unit: int, names: tuple[str, str, str]) -> str:
    """A query with its literals and names as odd as the rest."""
    integer = source.made.type in INTEGERS
    bucket = f"{unit}::{source.made.type}" if integer else f"'{unit} hours'"
    time, group, total = map(ident, names)
    value = ident(source.sum)
    form = world.one(("plain", "filter", "having"))
    aggregated = f"sum({value})"
    if form == "filter":
        aggregated += f" FILTER (WHERE {ident(source.group)} <> 'it''s 100%  \\ ü' AND {value} > 0.1234567890123456)"
    tail = " HAVING count(*) > 0" if form == "having" else ""
    return (
        f"SELECT time_bucket({bucket}, {ident(source.time)}) AS {time}, {ident(source.group)} AS {group}, "
        f"{aggregated} AS {total} FROM {source.sql} GROUP BY {world.one(('1, 2', '2, 1'))}{tail}{world.one(('', ';'))}"
    )


def windows(world: World, type_: str, unit: int, *, several: bool) -> list[Declaration]:
    """Windows that do not touch, each over at least two buckets; over another aggregate the server takes one only."""

    def offset(buckets: int) -> str:
        return str(buckets * unit) if type_ in INTEGERS else f"{buckets * unit} hours"

    end: Any = "0" if type_ in INTEGERS and world.chance(20) else offset(world.one((1, 2)))
    newest: Declaration = {"start_offset": offset(8), "end_offset": end}
    found = [newest]
    if several and world.chance(40):
        found.append({"start_offset": offset(16), "end_offset": offset(12)})
    elif world.chance(15):
        newest["end_offset"] = "unbounded"
    for each in found:
        each["schedule"] = world.every(cron=not world.community)
        world.maybe(each, 60, enabled=lambda: world.chance(30))
        if world.community:
            world.maybe(
                each,
                40,
                buckets_per_batch=lambda: world.one((0, 1, 10)),
                max_batches_per_execution=lambda: world.one((0, 5)),
                refresh_newest_first=lambda: world.chance(50),
            )
    return found if world.chance(95) else []
