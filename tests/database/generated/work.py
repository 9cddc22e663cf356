"""Jobs at random: those that call a procedure, and retention per key."""

from __future__ import annotations

from typing import Any

from .world import Declaration, Table, World, ident

ABSENT = {"absent": True}


def jobs(world: World) -> None:
    """Up to two, with what pg_cron has a word for where it stands for them, and the absence of one."""
    for _ in range(world.one((0, 1, 2))):
        owner = world.logins[0] if world.logins and world.chance(80) else None
        # whom a job belongs to must reach what it calls
        place = ident("public" if owner else world.one(world.schemas))
        call = f"{place}.{ident(world.name())}"
        world.setup.append(f"CREATE PROCEDURE {call}(job_id int, config jsonb) LANGUAGE plpgsql AS 'BEGIN END'")
        given: Declaration = {"kind": "job", "name": world.plain(), "procedure": call}
        given["schedule"] = world.every(cron=not world.community)
        world.maybe(
            given,
            50,
            config=lambda: world.one(({}, {"a": 1.0, "ü": ["100%s", None, True], "it's": "\\"})),
            fixed_schedule=lambda: not world.community or world.chance(50),
            enabled=lambda: world.chance(40),
        )
        if world.community:
            community(world, given, place)
        else:
            world.maybe(given, 30, timezone=lambda: world.one(("UTC", "GMT")))
        if owner:
            given["owner"] = owner
        world.objects.append(given)
    if world.chance(15):
        world.objects.append({"kind": "job", "name": world.plain(), "absent": True})


def community(world: World, given: Declaration, place: str) -> None:
    """What only the server's own jobs have."""

    def check() -> Any:
        if world.chance(30):
            return ABSENT
        name = f"{place}.{ident(world.name())}"
        world.setup.append(f"CREATE FUNCTION {name}(config jsonb) RETURNS void LANGUAGE plpgsql AS 'BEGIN END'")
        return name

    world.maybe(
        given,
        50,
        initial_start=lambda: world.one(("2026-01-01T00:00:00Z", "2030-06-30T12:00:00+02:00")),
        max_runtime=lambda: world.one(("10 minutes", "unbounded")),
        max_retries=lambda: world.one((-1, 0, 5)),
        retry_period=lambda: world.one(("1 minute", "PT30S")),
        check_config=check,
    )
    if given.get("fixed_schedule") is True:
        world.maybe(given, 80, timezone=lambda: "Europe/Berlin")


def partitioned_retention(world: World) -> None:
    """On a hypertable whose own retention leaves its keys alone, and the absence of one."""
    declared = {(each.get("schema", "public"), each["table"]): each for each in world.objects if "table" in each}
    for made in world.tables if world.community else ():
        table = declared[made.schema, made.name]
        coarse = table.get("retention", ABSENT)
        drops = coarse != ABSENT and coarse.get("enabled") is not False
        if not made.integer and not (drops and "drop_created_before" in coarse) and world.chance(60):
            world.objects.append(keyed(world, made, table, endless=not drops))
    if world.chance(15):
        made = world.one(world.tables)
        gone = {"schema": made.schema, "table": made.name, "key": world.name(), "absent": True}
        world.objects.append({"kind": "partitioned_retention", **gone})


def keyed(world: World, made: Table, table: Declaration, *, endless: bool) -> Declaration:
    """Limits between what is refreshed and what the table drops, and a columnstore in segments of the key."""
    type_ = world.one(("text", "int"))
    column, (key, days) = made.of(type_)[0], (world.name(), world.one(("retention_days", world.name())))
    limits = f"{ident(world.one(world.schemas))}.{ident(world.name())}"
    world.setup.append(f"CREATE TABLE {limits} ({ident(key)} {type_}, {ident(days)} {world.one(('int', 'bigint'))})")
    for place in range(world.one((0, 1, 2))):
        kept = "NULL" if endless and world.chance(40) else world.one((20, 90))
        world.setup.append(f"INSERT INTO {limits} VALUES ('{place}', {kept})")
    store = table.get("columnstore", ABSENT)
    if store != ABSENT:
        store["segment_by"] = list(dict.fromkeys([column, *store.get("segment_by", ())]))
    given: Declaration = {"kind": "partitioned_retention", "table": made.name, "key": column}
    if made.schema != "public" or world.chance(30):
        given["schema"] = made.schema
    given["time_column"] = made.time
    given["limits"] = {"table": limits, "key": key}
    if days != "retention_days" or world.chance(30):
        given["limits"]["days"] = days
    world.maybe(
        given,
        50,
        batch_size=lambda: world.one((1, 500.0, 50_000)),
        schedule=lambda: world.every(cron=False),
        enabled=lambda: world.chance(20),
    )
    if world.logins and world.chance(50):
        given["owner"] = world.one(world.logins)
    return given
