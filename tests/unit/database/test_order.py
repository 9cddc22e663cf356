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
ALL = [DAILY, HOURLY, OWNED, MIGRATIONS, APP, KEEPER, EXTENSION]


def waits(*declarations: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The edges of declarations."""
    return edges([declared.identify(each) for each in declarations])


def test_each_object_waits_for_what_it_needs() -> None:
    """The whole graph of a system with every kind, in declared order."""
    extension, migrations = "extension:timescaledb", "migrations:migrations"
    app, keeper = "role:app", "role:keeper"
    assert waits(*ALL) == {
        "continuous_aggregate:public.daily": ("continuous_aggregate:public.hourly", migrations, extension),
        "continuous_aggregate:public.hourly": ("hypertable:public.readings", migrations, extension),
        "hypertable:public.readings": (migrations, keeper, extension),
        migrations: (app, keeper, extension),
        app: (keeper, extension),
        keeper: (extension,),
        extension: (),
    }


def test_what_is_not_declared_is_not_waited_for() -> None:
    """A source or an owner may have been there before."""
    assert waits({**HOURLY, "owner": "somebody"}, KEEPER) == {
        "continuous_aggregate:public.hourly": (),
        "role:keeper": (),
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
