"""Order: which object waits for which, without repetitions and circles.

Not proved here: that a server needs this order; the engine's own order of work is tested with the engine.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database import declared
from pulumi_timescaledb.database.plan.order import BadOrder, edges

from .strategies import QUICK
from .worlds import HOURLY, READINGS

EXTENSION: dict[str, Any] = {"kind": "extension", "name": "timescaledb"}
KEEPER: dict[str, Any] = {"kind": "role", "name": "keeper"}
APP: dict[str, Any] = {"kind": "role", "name": "app", "member_of": ["keeper"]}
MIGRATIONS: dict[str, Any] = {"kind": "migrations", "directory": "migrations", "files": {"001.sql": "aa"}}
OWNED: dict[str, Any] = {**READINGS, "owner": "keeper"}
DAILY: dict[str, Any] = {**HOURLY, "name": "daily", "source": "hourly"}
ROWS: dict[str, Any] = {"kind": "row_level_security", "table": "documents", "policies": [{"to": ["app"]}]}
WALL: dict[str, Any] = {"kind": "security_barrier_view", "name": "wall", "query": "SELECT 1 FROM readings"}
DOOR: dict[str, Any] = {"kind": "security_barrier_view", "name": "door", "query": "SELECT 1 FROM wall"}
ALL = [DOOR, WALL, ROWS, DAILY, HOURLY, OWNED, MIGRATIONS, APP, KEEPER, EXTENSION]


def waits(*declarations: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The edges of declarations."""
    return edges([declared.identify(each) for each in declarations])


def test_each_object_waits_for_what_it_needs() -> None:
    """The whole graph of a system with every kind, in declared order."""
    extension, migrations = "extension:timescaledb", "migrations:migrations"
    app, keeper = "role:app", "role:keeper"
    daily, hourly = "continuous_aggregate:public.daily", "continuous_aggregate:public.hourly"
    rows, wall = "row_level_security:public.documents", "security_barrier_view:public.wall"
    before = (rows, daily, hourly, "hypertable:public.readings", migrations, extension)
    assert waits(*ALL) == {
        "security_barrier_view:public.door": (wall, *before),
        wall: before,
        rows: (daily, hourly, migrations, app, extension),
        "continuous_aggregate:public.daily": ("continuous_aggregate:public.hourly", migrations, extension),
        "continuous_aggregate:public.hourly": ("hypertable:public.readings", migrations, extension),
        "hypertable:public.readings": (migrations, keeper, extension),
        migrations: (app, keeper, extension),
        app: (keeper, extension),
        keeper: (extension,),
        extension: (),
    }


SCHEMA: dict[str, Any] = {"kind": "schema", "name": "metrics", "owner": "keeper"}
USAGE: dict[str, Any] = {"kind": "grant", "to": "app", "on": "schema metrics", "privileges": ["USAGE"]}
READ: dict[str, Any] = {"kind": "grant", "to": "app", "on": "table readings", "privileges": ["SELECT"]}
EVERY: dict[str, Any] = {**READ, "on": "all tables in schema metrics"}
DEFAULTS: dict[str, Any] = {
    "kind": "default_privileges",
    "owner": "keeper",
    "schema": "metrics",
    "on": "tables",
    "to": "app",
    "privileges": ["SELECT"],
}


def test_rights_come_before_the_migrations_that_run_under_them_and_after_what_those_make() -> None:
    """On a schema before, where it is declared; on tables after, hypertables and aggregates included."""
    names = waits(EVERY, READ, USAGE, DEFAULTS, SCHEMA, OWNED, HOURLY, MIGRATIONS, KEEPER)
    usage, defaults = "grant:app on schema metrics", "default_privileges:app on tables of keeper in schema metrics"
    assert set(names["migrations:migrations"]) == {usage, defaults, "schema:metrics", "role:keeper"}
    assert set(names["grant:app on table public.readings"]) == {
        "schema:metrics",
        "role:keeper",
        "migrations:migrations",
        "hypertable:public.readings",
    }
    assert "continuous_aggregate:public.hourly" in names["grant:app on all tables in schema metrics"]
    made_by_migration = waits(USAGE, DEFAULTS, MIGRATIONS)
    assert made_by_migration == {
        usage: ("migrations:migrations",),
        defaults: ("migrations:migrations",),
        "migrations:migrations": (),
    }


def test_an_extension_waits_for_the_schema_it_goes_into_and_for_its_owner() -> None:
    """Which wait for every other extension, and everything else waits for all of them."""
    into: dict[str, Any] = {"kind": "extension", "name": "hstore", "schema": "metrics"}
    names = waits(into, SCHEMA, MIGRATIONS, KEEPER, EXTENSION)
    assert names["extension:hstore"] == ("schema:metrics",)
    assert names["schema:metrics"] == ("role:keeper", "extension:timescaledb")
    assert names["role:keeper"] == ("extension:timescaledb",)
    assert set(names["migrations:migrations"]) == {"extension:hstore", *names["schema:metrics"], "schema:metrics"}


def test_what_must_be_gone_goes_after_what_leans_on_it() -> None:
    """Rights before their role, what is in a schema before the schema, an aggregate before its hypertable."""
    gone = {"absent": True}
    role, schema = {"kind": "role", "name": "app", **gone}, {"kind": "schema", "name": "metrics", **gone}
    table = {"kind": "hypertable", "table": "readings", **gone}
    view = {"kind": "continuous_aggregate", "name": "hourly", "source": "readings", **gone}
    names = waits(role, schema, table, view, {**READ, "privileges": None, **gone}, KEEPER, MIGRATIONS)
    assert set(names["role:app"]) == {
        "schema:metrics",
        "hypertable:public.readings",
        "continuous_aggregate:public.hourly",
        "grant:app on table public.readings",
        "migrations:migrations",
    }
    assert set(names["hypertable:public.readings"]) >= {"continuous_aggregate:public.hourly"}
    assert "role:app" not in {each for needed in names.values() for each in needed}
    assert names["migrations:migrations"] == ("role:keeper",)


def test_a_right_that_is_taken_waits_for_what_it_is_on() -> None:
    """A new function can be called by everybody, so taking that away before it is made takes nothing away."""
    taken: dict[str, Any] = {"kind": "grant", "to": "public", "on": "function f(integer)", "absent": True}
    assert "migrations:migrations" in waits(taken, MIGRATIONS)["grant:public on function public.f(integer)"]
    view: dict[str, Any] = {"kind": "grant", "to": "app", "on": "table hourly", "absent": True}
    names = waits(view, HOURLY, MIGRATIONS)
    assert set(names["grant:app on table public.hourly"]) == {
        "migrations:migrations",
        "continuous_aggregate:public.hourly",
    }


def test_what_is_not_declared_is_not_waited_for() -> None:
    """A source or an owner may have been there before."""
    assert waits({**HOURLY, "owner": "somebody"}, KEEPER) == {
        "continuous_aggregate:public.hourly": (),
        "role:keeper": (),
    }


def test_what_stands_on_top_goes_first() -> None:
    """Two aggregates declared absent go in the other direction; what stays waits, because it may be built anew."""
    gone = [{"kind": "continuous_aggregate", "name": each, "source": source, "absent": True}
            for each, source in (("hourly", "readings"), ("daily", "hourly"))]  # fmt: skip
    assert waits(*gone) == {
        "continuous_aggregate:public.hourly": ("continuous_aggregate:public.daily",),
        "continuous_aggregate:public.daily": (),
    }
    assert waits(HOURLY, gone[1]) == {
        "continuous_aggregate:public.hourly": ("continuous_aggregate:public.daily",),
        "continuous_aggregate:public.daily": (),
    }


@pytest.mark.parametrize(
    ("declarations", "named"),
    [
        ([READINGS, {**READINGS, "schema": "public"}], ["hypertable:public.readings"]),
        ([KEEPER, {**KEEPER, "login": True}], ["role:keeper"]),
    ],
)
def test_one_name_twice_is_refused(declarations: list[dict[str, Any]], named: list[str]) -> None:
    """Two declarations of one object would undo each other."""
    with pytest.raises(BadOrder) as caught:
        waits(*declarations)
    assert all(name in str(caught.value) for name in named)


@pytest.mark.parametrize(
    "declarations",
    [
        [{**HOURLY, "source": "daily"}, DAILY],
        [{**KEEPER, "member_of": ["app"]}, APP],
    ],
)
def test_a_circle_is_refused_with_its_members(declarations: list[dict[str, Any]]) -> None:
    """Whoever takes one reference out needs to see them all."""
    with pytest.raises(BadOrder) as caught:
        waits(EXTENSION, *declarations)
    assert all(str(each["name"]) in str(caught.value) for each in declarations)
    assert "timescaledb" not in str(caught.value)


@st.composite
def systems(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Roles and aggregates that refer only to earlier ones, in any order of declaration."""
    roles = [
        {
            "kind": "role",
            "name": f"r{place}",
            "member_of": [f"r{other}" for other in draw(st.sets(st.integers(0, place)))],
        }
        for place in range(1, draw(st.integers(1, 5)))
    ]
    views = [
        {**HOURLY, "name": f"v{place}", "source": f"v{draw(st.integers(0, place - 1))}", "owner": f"r{place}"}
        for place in range(1, draw(st.integers(1, 6)))
    ]
    for each in roles:
        each["member_of"] = [name for name in each["member_of"] if name != each["name"]]
    return list(draw(st.permutations([*roles, *views, *ALL[2:]])))


@QUICK
@given(systems())
def test_there_is_always_a_next_object(declarations: list[dict[str, Any]]) -> None:
    """Whatever the order of declaration, working off what waits for nothing else comes to an end."""
    left = waits(*declarations)
    assert len(left) == len(declarations)
    done: set[str] = set()
    while left:
        ready = {name for name, needed in left.items() if done.issuperset(needed)}
        assert ready
        done |= ready
        left = {name: needed for name, needed in left.items() if name not in ready}


def test_an_aggregate_that_goes_before_row_security_waits_for_no_view() -> None:
    """The views wait for row security; without any, a view is changed before what it read is dropped."""
    view: dict[str, Any] = {"kind": "security_barrier_view", "name": "wall", "query": "SELECT 1 AS one"}
    gone: dict[str, Any] = {"kind": "continuous_aggregate", "name": "daily", "absent": True}
    secured: dict[str, Any] = {"kind": "row_level_security", "table": "orders"}
    waits = edges([declared.identify(each) for each in (view, secured, gone)])
    names = (
        "continuous_aggregate:public.daily",
        "row_level_security:public.orders",
        "security_barrier_view:public.wall",
    )
    assert waits == {names[0]: (), names[1]: (names[0],), names[2]: (names[1],)}
    every: dict[str, Any] = {"kind": "grant", "to": "app", "on": "all tables in schema public", "privileges": ["ALL"]}
    assert edges([declared.identify(each) for each in (view, secured, gone, every)])[names[0]] == ()
    assert edges([declared.identify(each) for each in (view, gone)]) == {names[0]: (names[2],), names[2]: ()}
