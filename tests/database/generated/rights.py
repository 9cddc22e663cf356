"""Schemas, privileges, row security and views at random: who may do what to which rows."""

from __future__ import annotations

from pulumi_timescaledb.database.rights import known

from .world import Declaration, Table, World, ident, plain_table

ABSENT = {"absent": True}
TYPES = ("int", "text[]", "varchar", "timestamptz", "double precision")


def schemas(world: World) -> None:
    """Up to two, there already or not, and the absence of an empty one."""
    for _ in range(world.one((0, 1, 1, 2))):
        given: Declaration = {"kind": "schema", "name": world.name()}
        if world.logins and world.chance(50):
            given["owner"] = world.one(world.logins)
        if world.chance(60):
            world.setup.append(f"CREATE SCHEMA {ident(given['name'])}")
            world.schemas.append(given["name"])
        else:
            world.coming.append(given["name"])
        world.objects.append(given)
    if world.chance(20):
        gone: Declaration = {"kind": "schema", "name": world.name(), "absent": True}
        if world.chance(50):
            world.setup.append(f"CREATE SCHEMA {ident(gone['name'])}")
        world.objects.append(gone)


def row_security(world: World) -> None:
    """On plain tables, and on a hypertable whose chunks nobody reaches past it; the absence of it."""
    secured = [plain_table(world) for _ in range(world.one((0, 1, 1, 2)))]
    hypertables = {
        (each.get("schema", "public"), each["table"])
        for each in world.objects
        if each["kind"] == "hypertable" and each.get("columnstore") in (None, ABSENT)
    }
    read = world.tables[:1]  # by aggregates, which would go past it
    free = [made for made in world.tables if made not in read and (made.schema, made.name) in hypertables]
    if free and world.chance(60):
        world.setup.append("REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC")
        secured.append(free[0])
    for made in secured:
        given: Declaration = {"kind": "row_level_security", "schema": made.schema, "table": made.name}
        world.maybe(given, 50, enabled=lambda: world.chance(30), forced=lambda: world.chance(60))
        if world.chance(80):
            given["policies"] = [policy(world, made) for _ in range(world.one((0, 1, 2)))]
        if not made.by_migration and not given.get("policies") and world.chance(50):
            # to switch off what protects rows, or to let somebody past it, is asked for
            world.setup.append(f"ALTER TABLE {made.sql} ENABLE ROW LEVEL SECURITY")
            given["enabled"] = True
        world.objects.append(given)
        world.secured.append(made)
    if world.chance(15):
        made = plain_table(world)
        world.objects.append({"kind": "row_level_security", "schema": made.schema, "table": made.name, "absent": True})


def policy(world: World, made: Table) -> Declaration:
    """A policy in one of its forms."""
    text = ident(made.of("text")[0])
    rows = (f"{text} = current_setting('app.tenant', true)", f"({text} <> 'it''s 100%') AND value IS NOT NULL", "true")
    given: Declaration = {"name": world.name()}
    command = world.one((None, "ALL", "select", "INSERT", "UPDATE", "DELETE"))
    if command is not None:
        given["command"] = command
    if command != "INSERT":
        given["using"] = world.one(rows)
    if command == "INSERT" or (command in (None, "ALL", "UPDATE") and world.chance(50)):
        given["check"] = world.one(rows)
    if world.guests and world.chance(60):
        given["to"] = world.some(world.guests, least=1)
    world.maybe(given, 60, permissive=lambda: world.chance(40))
    return given


def views(world: World) -> None:
    """Up to two, the second perhaps over the first, and the absence of one."""
    sources = [made for made in world.tables if made not in world.secured] or [plain_table(world)]
    source = world.one(sources)
    columns = (source.of("text")[0], source.time)
    for place in range(world.one((0, 1, 2))):
        made = Table(world.one([*world.schemas, *world.coming]), world.name(), source.type, source.time, {})
        one, two = world.name(), world.name()
        simple = world.chance(60)
        words = f"SELECT {ident(columns[0])} AS {ident(one)}, {ident(columns[1])} AS {ident(two)} FROM {source.sql}"
        where = f" WHERE {ident(columns[0])} IS DISTINCT FROM 'it''s 100%s \\ ü'" if world.chance(50) else ""
        given: Declaration = {"kind": "security_barrier_view", "name": made.name, "schema": made.schema}
        given["query"] = words + where + ("" if simple else " ORDER BY 1 LIMIT 10") + world.one(("", ";"))
        world.maybe(
            given,
            50,
            security_barrier=lambda: world.chance(30),
            security_invoker=lambda: world.chance(60),
        )
        if simple and place == 0 and world.chance(80):
            given["check_option"] = world.one(("none", "local", "cascaded", "cascaded"))
        if world.logins and world.chance(40):
            given["owner"] = world.one(world.logins)
        world.objects.append(given)
        world.relations.append(("view", made))
        source, columns = made, (one, two)
    if world.chance(15):
        world.objects.append({"kind": "security_barrier_view", "name": world.name(), "absent": True})


def default_privileges(world: World) -> None:
    """Of objects that a declared role makes, everywhere or in one schema."""
    taken = set()
    for _ in range(world.one((0, 1, 2, 3)) if world.logins and (world.guests or world.chance(20)) else 0):
        on = world.one(("tables", "sequences", "functions", "types", "schemas"))
        given: Declaration = {
            "kind": "default_privileges",
            "owner": world.one(world.logins),
            "on": on,
            "to": world.one([*world.guests, *world.guests, "public"]),
        }
        if on != "schemas" and world.chance(70):
            given["schema"] = world.one([*world.schemas, *world.coming])
        key = tuple(given.values())
        if key in taken:
            continue
        taken.add(key)
        if world.chance(15) and not (given["to"] == "public" and "schema" in given):
            given["absent"] = True
        else:
            held(world, given, on)
        world.objects.append(given)


def held(world: World, given: Declaration, kind: str) -> None:
    """A set of privileges in one of its spellings."""
    names = [each for each in known(kind) if each != "MAINTAIN" or not world.community]
    spelled = [world.one((each, each.lower())) for each in world.some(names, most=len(names), least=1)]
    given["privileges"] = world.one((spelled, spelled, ["ALL"], ["all privileges"]))
    if given["to"] != "public":
        world.maybe(given, 60, grantable=lambda: world.chance(80))


def targets(world: World) -> list[tuple[str, str]]:
    """What can be granted on here, in words, with the kind whose privileges it has."""
    schema = world.one(world.schemas)
    place, name = ident(schema), ident(world.name())
    world.setup.append(f"CREATE SEQUENCE {place}.{name}")
    found = [("database", "database"), (f"Sequence {place}.{name}", "sequence")]
    name, types = ident(world.name()), world.some(TYPES)
    world.setup.append(f"CREATE FUNCTION {place}.{name}({', '.join(types)}) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    found.append((f"{world.one(('function', 'routine'))} {place}.{name}({','.join(types)})", "function"))
    name = ident(world.name())
    world.setup.append(f"CREATE DOMAIN {place}.{name} AS int CHECK (VALUE > 0)")
    found.append((f"{world.one(('type', 'domain'))} {place}.{name}", "type"))
    found += [(f"schema {ident(each)}", "schema") for each in (*world.schemas, *world.coming)]
    found += [(f"{word} {made.sql}", "table") for word, made in world.relations]
    return [*found, *((f"table {made.sql}", "table") for made in world.tables)]


def grants(world: World) -> None:
    """On single objects and on everything in a schema but some; the absence of one."""
    known_targets = targets(world)
    for on, kind in world.some(known_targets, most=4):
        to = world.one([*world.guests, "public"]) if kind not in ("database", "schema") else None
        if to is None and not world.guests:
            continue
        given: Declaration = {"kind": "grant", "to": to or world.one(world.guests), "on": on}
        if given["to"] != "public" and world.chance(10):
            given["absent"] = True
        else:
            held(world, given, kind)
        world.objects.append(given)
    if world.bulk and world.chance(80):
        kinds = (*[("tables", "table")] * 6, ("sequences", "sequence"), ("functions", "function"))
        full = [made.schema for made in world.tables if not made.by_migration]
        schema, (on, kind) = world.one(full or world.schemas), world.one(kinds)
        given = {"kind": "grant", "to": world.bulk[0], "on": f"all {on} in schema {ident(schema)}"}
        held(world, given, kind)
        here = [made.name for made in world.tables if made.schema == schema and not made.by_migration]
        if kind == "table" and here and world.chance(90):
            given["excluding"] = world.some(here, least=1)
        world.maybe(given, 80, migrated=world.name)
        world.objects.append(given)
