"""What hangs on a table's chunks, at random: policies, columnstore, indexes, where they lie and in which order."""

from __future__ import annotations

from .world import SPACES, Declaration, Table, World, ident


def chunks(world: World, made: Table, given: Declaration, numbers: list[str]) -> None:
    """Tablespaces, ranges of columns, and an order by one of the declared indexes or by the server's own."""
    world.maybe(given, 40, tablespaces=lambda: world.some(SPACES, most=2))
    world.maybe(given, 40, chunk_skipping=lambda: world.some(numbers, most=2))
    names = [
        each["name"]
        for each in given.get("indexes", ())
        if each.get("method", "btree") == "btree" and not {"absent", "per_chunk"} & each.keys()
    ]
    if not made.made_by_hand and not made.keyed and "create_default_indexes" not in given and made.time == "at":
        names += [f"{made.name}_at_idx"] if len(made.name.encode()) < 50 else []
    if names and world.chance(85):
        given["reorder"] = {"index": world.one(names)}
        world.maybe(given["reorder"], 60, schedule=lambda: world.every(cron=False), enabled=lambda: world.chance(20))
    elif world.chance(20):
        given["reorder"] = {"absent": True}


def retention(world: World, made: Table, low: int, high: int, *, chunks: bool) -> Declaration:
    """A policy, or its absence; chunks: of those of a table, which have an age since they were made."""
    if world.chance(10):
        return {"absent": True}
    if chunks and not made.now and (made.integer or world.chance(50)):
        given: Declaration = {"drop_created_before": world.age("date", low, high)}
    else:
        given = {"drop_after": world.age(made.type, low, high)}
    made.keeps = low
    world.maybe(given, 50, schedule=lambda: world.every(cron=not world.community))
    world.maybe(given, 60, enabled=lambda: world.chance(30))
    return given


def columnstore(
    world: World, made: Table, segments: list[str], orders: list[str], age: int, *, chunks: bool
) -> Declaration:
    """Settings and perhaps a policy; chunks: as for retention."""
    given: Declaration = {}
    world.maybe(given, 60, segment_by=lambda: world.some(segments, most=2))
    world.maybe(given, 60, order_by=lambda: [order(world, each) for each in world.some(orders, most=2, least=1)])
    world.maybe(given, 40, chunk_interval=lambda: world.span(made.type))
    created = chunks and not made.now and world.chance(50)
    if created or ((made.now or not made.integer) and world.chance(70)):
        key, type_ = ("created_before", "date") if created else ("after", made.type)
        given[key] = world.age(type_, age, age + 60)
        world.maybe(given, 60, schedule=lambda: world.every(cron=False), enabled=lambda: world.chance(30))
    return given


def order(world: World, column: str) -> Declaration:
    """A column of an order."""
    given: Declaration = {"column": column}
    world.maybe(given, 50, descending=lambda: world.chance(70), nulls_first=lambda: world.chance(50))
    return given


def index(world: World, made: Table, dimensions: list[str]) -> Declaration:
    """An index in one of its two forms, or its absence."""
    given: Declaration = {"name": world.name()}
    if world.chance(10):
        return given | {"absent": True}
    text, number = made.of("text")[0], made.of("int")[0]
    if world.chance(25):
        words = f"btree (lower({ident(text)}) DESC, {ident(made.time)} NULLS FIRST) WHERE ({ident(text)} <> '100%''s')"
        world.maybe(given, 60, per_chunk=lambda: world.chance(90))
        return given | {"definition": words}
    if world.chance(35):  # every partition column, or the server refuses it
        return given | {"columns": [ident(each) for each in dict.fromkeys([made.time, *dimensions])], "unique": True}
    method = world.one(("btree", "btree", "brin", "hash", "gin", "gist", "spgist"))
    if method != "btree" or world.chance(50):
        given["method"] = method
    given["columns"] = {
        "gin": ["tags"], "gist": ["place"], "spgist": ["place"], "hash": [ident(text)],
        "brin": [ident(made.time), ident(number)],
        "btree": [f"{ident(text)}{world.one(('', ' ASC', ' DESC NULLS LAST'))}", f"{ident(made.time)} desc",
                  f"(value * {world.one((2, 3))})"],
    }[method]  # fmt: skip
    world.maybe(given, 30, where=lambda: f"{ident(number)} IS NOT NULL AND value BETWEEN 1 AND 2")
    world.maybe(given, 60, per_chunk=lambda: world.chance(90))
    return given
