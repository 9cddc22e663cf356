"""Extensions and migrations at random: what tables stand on, and the folders that make them."""

from __future__ import annotations

from .world import Declaration, World, ident

# what a tool leaves behind when it has run
_DONE = "done ü"
_TOOL = f"""set -e
test "$1" = "it's 100% \\ ü"
test -n "$PGDATABASE"
touch '{_DONE}'
"""


def extensions(world: World) -> None:
    """TimescaleDB itself, and one that every server has: at its version, floating, in a schema, or not there."""
    world.objects.append({"kind": "extension", "name": "timescaledb"})
    if world.edition == "apache":
        world.objects.append({"kind": "extension", "name": "pg_cron"})
    for name, version in world.some((("uuid-ossp", "1.1"), ("seg", "1.4"), ("hstore", "1.8"), ("lo", "1.1"))):
        given: Declaration = {"kind": "extension", "name": name}
        if world.chance(20):
            given["absent"] = True
            world.setup.append(f"DROP EXTENSION IF EXISTS {ident(name)}")
            world.objects.append(given)
            continue
        if world.chance(60):
            given["version"] = version
            if world.chance(50):
                world.setup.append(f"CREATE EXTENSION IF NOT EXISTS {ident(name)} VERSION '{version}'")
        world.maybe(given, 60, schema=lambda: world.one([*world.schemas, *world.coming]))
        world.objects.append(given)


def migrations(world: World) -> None:
    """A folder of ours, and one of another tool."""
    if world.chance(60):
        folder(world)
    if world.chance(30):
        tool(world)


def folder(world: World) -> None:
    """A file or two, whose text must arrive as it is, and those that do not run; as a role, and perhaps run already."""
    directory = world.one(("migrations", "odd %s folder", "ünï"))
    given: Declaration = {"kind": "migrations", "directory": directory}
    first, second = f"{directory}/001.sql", f"{directory}/002 ü.sql"
    world.files[first] = "CREATE VIEW percent AS SELECT '100%s' AS a, $$a;b$$ AS b, 7 % 2 AS c;\n"
    if world.chance(50):
        world.files[second] = "-- two\r\nSELECT 1; SELECT 2;\r\n"
    if world.chance(40):
        given["baseline"] = "001.sql"
        # what a later table is written into runs in any case
        world.files.setdefault(second, "-- two\n")
        base = f"CREATE TABLE public.{ident(world.name())} (id int);"
        world.files[first] += f"{base}\n"
        if world.chance(50):
            world.setup.append(base)
    world.file = max(world.files)
    name = world.file.rpartition("/")[2]
    if world.chance(40):
        given["version"] = world.one((name, name.removesuffix(".sql")))
        world.files[f"{directory}/003_later.sql"] = "SELECT 1 / 0;\n"
    if world.chance(30):
        world.files[f"{world.file.removesuffix('.sql')}.down.sql"] = "SELECT 1 / 0;\n"
    if world.chance(30):
        world.files[f"{directory}/R__again.sql"] = "CREATE OR REPLACE VIEW again AS SELECT '%s' AS a;\n"
    if world.logins and world.chance(50):
        given["owner"] = world.runs_as = world.logins[0]
        privileges = ["CREATE", "USAGE"]
        world.objects.append({"kind": "grant", "to": world.runs_as, "on": "schema public", "privileges": privileges})
    world.objects.append(given)


def tool(world: World) -> None:
    """A program that leaves a file behind, and one that looks for it; run already, or not yet."""
    directory = world.one(("tool", "odd %s tool", "wërk"))
    world.files[f"{directory}/migrate it.sh"] = _TOOL
    if world.chance(30):
        world.files[f"{directory}/{_DONE}"] = ""
    given: Declaration = {"kind": "migrations", "directory": directory}
    given["migrate_command"] = ["sh", "migrate it.sh", "it's 100% \\ ü"]
    given["check_command"] = ["test", "-e", _DONE]
    world.maybe(given, 50, timeout=lambda: world.one(("1 minute", "PT30S", "00:05:00")))
    world.objects.append(given)
