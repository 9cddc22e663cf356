"""A whole system at random: what hand-written SQL makes first, what is declared, and the defaults of other sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from . import rights, work
from .folders import extensions, migrations
from .relations import aggregates, hypertables
from .world import Declaration, Draw, World

# defaults that somebody gave a database or a role; our sessions must read and write the same under all of them
DEFAULTS: Mapping[str, Sequence[str]] = {
    "IntervalStyle": ("postgres", "postgres_verbose", "iso_8601", "sql_standard"),
    "TimeZone": ("Asia/Kathmandu", "America/Los_Angeles", "UTC"),
    "DateStyle": ("German", "SQL, DMY", "Postgres", "ISO"),
    "search_path": ("pg_catalog", "nowhere", '"$user", public'),
    "quote_all_identifiers": ("on", "off"),
    "standard_conforming_strings": ("off", "on"),
    "extra_float_digits": ("-5", "1"),
    "bytea_output": ("escape", "hex"),
    "default_transaction_isolation": ("serializable", "read committed"),
    "default_transaction_deferrable": ("on", "off"),
}


# parameters of a role's own sessions
SETTINGS: Mapping[str, Any] = {
    "statement_timeout": "5s",
    "search_path": '"$user", "Mixed Case", public',
    "app.tenant": "it's 100%",
    "enable_seqscan": False,
    "work_mem": 8192.0,
}


@dataclass(frozen=True)
class System:
    """setup: SQL that runs first. files: of the folders of migrations. objects: declarations. acknowledged: what has to
    be meant, such as "rebuild:public.t". before, after: defaults while they are applied, and while they are planned
    again."""

    setup: Sequence[str]
    files: Mapping[str, str]
    objects: Sequence[Declaration]
    acknowledged: Sequence[str]
    before: Mapping[str, str]
    after: Mapping[str, str]


def roles(world: World) -> None:
    """Up to three; the first may log in, so that it can own what has jobs."""
    names: list[str] = []
    for place in range(world.one((0, 1, 2, 3, 3, 3))):
        given: Declaration = {"kind": "role", "name": world.name()}
        world.maybe(
            given,
            50,
            login=lambda: world.chance(70),
            createdb=lambda: world.chance(50),
            createrole=lambda: world.chance(50),
            inherit=lambda: world.chance(50),
            connection_limit=lambda: world.one((-1, 0, 5.0, 1000)),
            member_of=lambda: [membership(world, each) for each in world.some(names, most=2, least=world.one((0, 1)))],
            password_ref=lambda: "env:TSDB_TEST_APP_PASSWORD",
        )
        world.maybe(
            given,
            30,
            superuser=lambda: False,
            replication=lambda: world.chance(50),
            bypassrls=lambda: world.chance(50),
            valid_until=lambda: world.one(("2027-01-01", "2030-06-30T12:00:00+02:00", "infinity")),
            settings=lambda: dict(world.some(SETTINGS.items())),
        )
        if place == 0:
            given["login"] = True
        (world.logins, world.guests, world.bulk)[min(place, 2)].append(given["name"])
        names.append(given["name"])
        world.objects.append(given)
    if world.chance(20):
        world.objects.append({"kind": "role", "name": world.name(), "absent": True})


def membership(world: World, role: str) -> Any:
    """A role alone, or with its options; servers before PostgreSQL 16 know one of them."""
    if world.chance(25):
        return role
    given: Declaration = {"role": role}
    world.maybe(given, 75, admin=lambda: world.chance(90))
    if not world.community:
        world.maybe(given, 50, inherit=lambda: world.chance(50), set=lambda: world.chance(50))
    return given


# in the order in which one may use what another made: a new kind of declaration is one line here
MAKERS: Mapping[str, Callable[[World], None]] = {
    "role": roles,
    "schema": rights.schemas,
    "extension": extensions,
    "migrations": migrations,
    "hypertable": hypertables,
    "continuous_aggregate": aggregates,
    "partitioned_retention": work.partitioned_retention,
    "row_level_security": rights.row_security,
    "security_barrier_view": rights.views,
    "default_privileges": rights.default_privileges,
    "grant": rights.grants,
    "job": work.jobs,
}


@st.composite
def systems(draw: Draw, edition: str) -> System:
    """A system that a server of this edition accepts."""
    world = World(draw, edition)
    for make in MAKERS.values():
        make(world)

    def defaults() -> dict[str, str]:
        return {name: world.one(values) for name, values in DEFAULTS.items() if world.chance(50)}

    return System(world.setup, world.files, world.objects, world.acknowledged, defaults(), defaults())


def declared_kinds(system: System) -> set[Any]:
    """The kinds of declaration in it."""
    return {each["kind"] for each in system.objects}
