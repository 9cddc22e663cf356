"""The pure planner of each kind: wanted against found gives changes with what they cost.

Not proved here: that a server carries a change out, or that what it costs is what TimescaleDB makes it cost.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.kind import ChangeClass, Found, differing, text
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore, Order
from pulumi_timescaledb.database.kinds.cron_job.wanted import CronJob
from pulumi_timescaledb.database.kinds.extension.wanted import Extension
from pulumi_timescaledb.database.kinds.hypertable.wanted import HashDimension, Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.materialized_view.wanted import MaterializedView
from pulumi_timescaledb.database.kinds.migrations.wanted import Migrations
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy, Refresh
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.role.wanted import Role
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.units import Interval

from .strategies import QUICK, VALUES, intervals, numbers

KEY = "public.readings"
IN_PLACE, FUTURE, REBUILD, DESTROYS, IMPOSSIBLE = ChangeClass
# facts of a healthy object; each kind takes what it asks for
FACTS = {"converted": 0, "job_id": 1000, "constraint": False, "valid": True}
DAY, WEEK, HOUR = Interval(days=1), Interval(days=7), Interval(microseconds=3_600_000_000)
WINDOW = Policy(WEEK, DAY, HOUR)
INDEX = Index(Relation("public", "readings"), "btree (at)")
CRON = CronJob("0 0 * * *", "SELECT 1", "app")
Row = tuple[str, Any, Any, dict[str, Any], list[tuple[str, str, ChangeClass]]]

NEW = [
    ("extension", Extension("timescaledb"), IN_PLACE),
    ("role", Role(login=True), IN_PLACE),
    ("hypertable", Hypertable("at"), IN_PLACE),
    ("index", INDEX, IN_PLACE),
    ("columnstore", Columnstore(WEEK), IN_PLACE),
    ("retention", Retention(WEEK), DESTROYS),
    ("aggregate", Aggregate("SELECT 1"), IN_PLACE),
    ("refresh", Refresh((WINDOW,)), IN_PLACE),
    ("cron_job", CRON, IN_PLACE),
    ("materialized_view", MaterializedView("SELECT 1"), IN_PLACE),
]
GONE = {
    "extension": DESTROYS,
    "role": DESTROYS,
    "hypertable": DESTROYS,
    "aggregate": DESTROYS,
    "materialized_view": DESTROYS,
    "index": IN_PLACE,
    "columnstore": IN_PLACE,
    "retention": IN_PLACE,
    "refresh": IN_PLACE,
    "cron_job": IN_PLACE,
}
ALTERED: list[Row] = [
    ("extension", Extension("t", "2.29.2"), Extension("t", "2.9.1"), {}, [("alter", "version", IN_PLACE)]),
    ("extension", Extension("t", "2.9.1"), Extension("t", "2.29.2"), {}, [("alter", "version", IMPOSSIBLE)]),
    ("extension", Extension("t"), Extension("t", "2.29.2"), {}, []),
    ("role", Role(login=False), Role(login=True, createdb=True), {}, [("alter", "login", IN_PLACE)]),
    ("role", Role(member_of=()), Role(member_of=("a",)), {}, [("alter", "member_of", IN_PLACE)]),
    ("role", Role(connection_limit=0), Role(connection_limit=-1), {}, [("alter", "connection_limit", IN_PLACE)]),
    ("hypertable", Hypertable("at"), Hypertable("time"), {}, [("alter", "time_column", IMPOSSIBLE)]),
    ("hypertable", Hypertable("at", DAY), Hypertable("at", WEEK), {}, [("alter", "chunk_interval", FUTURE)]),
    ("hypertable", Hypertable("at", DAY), Hypertable("at", 86400), {}, [("alter", "chunk_interval", IMPOSSIBLE)]),
    ("hypertable", Hypertable("at", 100), Hypertable("at", 200), {}, [("alter", "chunk_interval", FUTURE)]),
    ("hypertable", Hypertable("at", owner="a"), Hypertable("at", owner="b"), {}, [("alter", "owner", IN_PLACE)]),
    (
        "hypertable",
        Hypertable("at", hash_dimensions=(HashDimension("device", 4),)),
        Hypertable("at", hash_dimensions=(HashDimension("device", 2),)),
        {},
        [("alter", "hash_dimensions", FUTURE)],
    ),
    (
        "hypertable",
        Hypertable("at", hash_dimensions=()),
        Hypertable("at", hash_dimensions=(HashDimension("device", 2),)),
        {},
        [("alter", "hash_dimensions", IMPOSSIBLE)],
    ),
    ("index", INDEX, replace(INDEX, definition="brin (at)"), {}, [("alter", "definition", IN_PLACE)]),
    ("index", INDEX, replace(INDEX, unique=True), {}, [("alter", "definition", IN_PLACE)]),
    ("index", INDEX, INDEX, {"valid": False}, [("alter", "valid", IN_PLACE)]),
    ("index", INDEX, replace(INDEX, unique=True), {"constraint": True}, [("alter", "definition", IMPOSSIBLE)]),
    ("index", INDEX, INDEX, {"constraint": True}, []),
    ("index", None, INDEX, {"constraint": True}, [("alter", "definition", IMPOSSIBLE)]),
    ("columnstore", Columnstore(WEEK), Columnstore(DAY), {}, [("alter", "after", IN_PLACE)]),
    ("columnstore", Columnstore(WEEK), Columnstore(None), {"job_id": None}, [("alter", "after", IN_PLACE)]),
    (
        "columnstore",
        Columnstore(WEEK, None, None, HOUR),
        Columnstore(),
        {"job_id": None},
        [("alter", "after", IN_PLACE)],
    ),
    ("columnstore", Columnstore(enabled=False), Columnstore(), {}, [("alter", "enabled", IN_PLACE)]),
    (
        "columnstore",
        Columnstore(segment_by=("device",), order_by=(Order("at", True, True),)),
        Columnstore(segment_by=(), order_by=(Order("at"),)),
        {"converted": 3},
        [("alter", "segment_by", FUTURE), ("alter", "order_by", FUTURE)],
    ),
    ("columnstore", None, Columnstore(), {"converted": 3}, [("remove", "", IMPOSSIBLE)]),
    ("retention", Retention(DAY), Retention(WEEK), {}, [("alter", "drop_after", DESTROYS)]),
    ("retention", Retention(WEEK), Retention(DAY), {}, [("alter", "drop_after", IN_PLACE)]),
    ("retention", Retention(Interval(months=3)), Retention(Interval(days=90)), {}, [("alter", "drop_after", DESTROYS)]),
    ("retention", Retention(10), Retention(20), {}, [("alter", "drop_after", DESTROYS)]),
    ("retention", Retention(20), Retention(10), {}, [("alter", "drop_after", IN_PLACE)]),
    ("retention", Retention(WEEK), Retention("SELECT 1"), {}, [("alter", "drop_after", DESTROYS)]),
    ("retention", Retention(WEEK), Retention(600), {}, [("alter", "drop_after", DESTROYS)]),
    ("retention", Retention(WEEK, HOUR), Retention(WEEK, DAY), {}, [("alter", "schedule", IN_PLACE)]),
    ("retention", Retention(WEEK), Retention(WEEK, enabled=False), {}, [("alter", "enabled", DESTROYS)]),
    ("aggregate", Aggregate("SELECT 1"), Aggregate("SELECT 2"), {}, [("alter", "query", REBUILD)]),
    ("aggregate", Aggregate("SELECT 1", True), Aggregate("SELECT 1"), {}, [("alter", "real_time", IN_PLACE)]),
    ("aggregate", Aggregate("SELECT 1", False, "a"), Aggregate("SELECT 1"), {}, [("alter", "owner", IN_PLACE)]),
    ("refresh", Refresh((WINDOW,)), Refresh(()), {}, [("alter", "policies", IN_PLACE)]),
    ("refresh", Refresh(()), Refresh((WINDOW,)), {}, [("remove", "", IN_PLACE)]),
    ("refresh", Refresh((WINDOW,)), Refresh((WINDOW._replace(enabled=False),)), {}, [("alter", "policies", IN_PLACE)]),
    ("cron_job", replace(CRON, schedule="* * * * *"), CRON, {}, [("alter", "schedule", IN_PLACE)]),
    ("cron_job", replace(CRON, owner=None), CRON, {}, []),
    (
        "materialized_view",
        MaterializedView("SELECT 1"),
        MaterializedView("SELECT 2"),
        {},
        [("alter", "query", REBUILD)],
    ),
    (
        "materialized_view",
        MaterializedView("SELECT 1", "a"),
        MaterializedView("SELECT 1"),
        {},
        [("alter", "owner", IN_PLACE)],
    ),
]


def test_the_tables_below_cover_every_kind() -> None:
    """A new kind without rows fails here; migrations have tests of their own."""
    assert {row[0] for row in NEW} == set(GONE) == {row[0] for row in ALTERED} == set(KINDS) - {"migrations"}


@pytest.mark.parametrize(("kind", "wanted", "cost"), NEW, ids=[row[0] for row in NEW])
def test_what_is_missing_is_created_and_what_is_absent_twice_is_nothing(
    kind: str, wanted: Any, cost: ChangeClass
) -> None:
    """One change creates the whole object, and wanting nothing where nothing is changes nothing."""
    (change,) = KINDS[kind].compare(KEY, wanted, None)
    assert (change.kind, change.object, change.action, change.change_class) == (kind, KEY, "create", cost)
    assert change.old is None
    assert change.new is not None
    assert KINDS[kind].compare(KEY, None, None) == []


@pytest.mark.parametrize(("kind", "live"), [row[:2] for row in NEW], ids=[row[0] for row in NEW])
def test_what_must_be_absent_is_one_removal(kind: str, live: Any) -> None:
    """Dropping what holds data destroys it; policies, jobs and indexes can be made again."""
    (change,) = KINDS[kind].compare(KEY, None, Found(live, FACTS))
    assert (change.action, change.new, change.change_class) == ("remove", None, GONE[kind])


@pytest.mark.parametrize(("kind", "wanted", "live", "facts", "expected"), ALTERED)
def test_a_difference_costs_what_the_table_says(
    kind: str, wanted: Any, live: Any, facts: dict[str, Any], expected: list[tuple[str, str, ChangeClass]]
) -> None:
    """Action, field and change class of every change, in order."""
    changes = KINDS[kind].compare(KEY, wanted, Found(live, {**FACTS, **facts}))
    assert [(each.action, each.field, each.change_class) for each in changes] == expected
    assert all((each.kind, each.object) == (kind, KEY) for each in changes)
    assert all(each.note for each in changes if each.change_class is IMPOSSIBLE)


def test_a_job_that_is_missing_is_made_by_its_age_alone() -> None:
    """Without a policy there is no schedule to alter: creating it brings the schedule along."""
    found = Found(Columnstore(), {**FACTS, "job_id": None})
    changes = KINDS["columnstore"].compare(KEY, Columnstore(WEEK, schedule=HOUR, enabled=False), found)
    assert [each.field for each in changes] == ["after"]


FILES = (("001.sql", "aa"), ("002.sql", "bb"))


@pytest.mark.parametrize(
    ("wanted", "applied", "expected"),
    [
        (FILES, None, [("001.sql", "create", IN_PLACE), ("002.sql", "create", IN_PLACE)]),
        (FILES, FILES[:1], [("002.sql", "create", IN_PLACE)]),
        (FILES, FILES, []),
        (FILES[:1], FILES, [("002.sql", "alter", IMPOSSIBLE)]),
        ((("001.sql", "zz"), FILES[1]), FILES, [("001.sql", "alter", IMPOSSIBLE)]),
        ((("000.sql", "cc"), *FILES), FILES, [("000.sql", "alter", IMPOSSIBLE)]),
        ((*FILES, ("003.sql", "cc")), FILES, [("003.sql", "create", IN_PLACE)]),
    ],
)
def test_migrations_only_ever_go_forward(
    wanted: tuple[tuple[str, str], ...], applied: tuple[tuple[str, str], ...] | None, expected: list[Any]
) -> None:
    """A later file is pending; an applied file that changed, vanished or got a predecessor cannot be."""
    found = None if applied is None else Found(Migrations("migrations", applied))
    changes = KINDS["migrations"].compare("migrations", Migrations("migrations", wanted), found)
    assert [(each.field, each.action, each.change_class) for each in changes] == expected


@pytest.mark.parametrize("kind", VALUES)
@QUICK
@given(data=st.data())
def test_a_value_against_itself_is_no_change(kind: str, data: st.DataObject) -> None:
    """Planning against its own result is empty, for every value of every kind."""
    value = data.draw(VALUES[kind])
    assert KINDS[kind].compare(KEY, value, Found(value, FACTS)) == []


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind not in ("index", "extension")])
@QUICK
@given(data=st.data())
def test_every_field_that_differs_is_exactly_one_change(kind: str, data: st.DataObject) -> None:
    """Both ends are in the change, no field is forgotten and none is told twice."""
    wanted, live = data.draw(VALUES[kind]), data.draw(VALUES[kind])
    changes = KINDS[kind].compare(KEY, wanted, Found(live, FACTS))
    expected = {
        each.name: (getattr(live, each.name), getattr(wanted, each.name))
        for each in fields(wanted)
        if getattr(live, each.name) != getattr(wanted, each.name)
    }
    assert {each.field: (each.old, each.new) for each in changes} == expected
    assert len(changes) == len(expected)


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind != "index"])
@QUICK
@given(data=st.data())
def test_a_field_that_is_not_managed_is_never_a_change(kind: str, data: st.DataObject) -> None:
    """What is declared as None is left alone, whatever is live."""
    wanted, live = data.draw(VALUES[kind]), data.draw(VALUES[kind])
    left_alone = data.draw(st.sampled_from([each.name for each in fields(wanted)]))
    changes = KINDS[kind].compare(KEY, replace(wanted, **{left_alone: None}), Found(live, FACTS))
    assert left_alone not in {each.field for each in changes}


@QUICK
@given(st.lists(st.builds(Policy, intervals | st.none(), numbers | st.none(), intervals, st.booleans()), max_size=4))
def test_the_order_of_refresh_policies_is_no_difference(policies: list[Policy]) -> None:
    """They are a set: the catalog gives them in the order of their job ids."""
    assert Refresh(tuple(policies)) == Refresh(tuple(reversed(policies)))


def test_differing_tells_false_zero_and_empty_from_not_managed() -> None:
    """Only None means that a field is left alone."""
    live = Role(login=True, connection_limit=5, member_of=("a",))
    assert differing(Role(login=False, connection_limit=0, member_of=()), live) == [
        ("login", True, False),
        ("connection_limit", 5, 0),
        ("member_of", ("a",), ()),
    ]
    assert differing(Role(), live) == []


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        (("a", None), "[a, nothing]"),
        ([], "[]"),
        (DAY, "1 day"),
        (Order("at", True, True), "at DESC"),
        (Order("at", True), "at DESC NULLS LAST"),
        (Order("at", False, True), "at NULLS FIRST"),
        ((HashDimension("device", 2),), "[device x 2]"),
        (5, "5"),
    ],
)
def test_a_value_is_printed_as_people_read_it(value: Any, shown: str) -> None:
    """The texts of a preview, which the codes of acknowledgements are made of too."""
    assert text(value) == shown
