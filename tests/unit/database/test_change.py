"""The pure planner of each kind: wanted against found gives changes with what they cost.

Not proved here: that a server carries a change out, or that what it costs is what TimescaleDB makes it cost.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.holding import Holding
from pulumi_timescaledb.database.kind import ChangeClass, Found, differing, text
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.chunk_skipping.wanted import ChunkSkipping
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore, Order
from pulumi_timescaledb.database.kinds.compaction.wanted import Compaction
from pulumi_timescaledb.database.kinds.cron_job.wanted import CronJob
from pulumi_timescaledb.database.kinds.default_privileges.wanted import DefaultPrivileges
from pulumi_timescaledb.database.kinds.extension.wanted import Extension
from pulumi_timescaledb.database.kinds.grant.wanted import Grant
from pulumi_timescaledb.database.kinds.hypertable.wanted import HashDimension, Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.job.wanted import Job
from pulumi_timescaledb.database.kinds.materialized_view.wanted import MaterializedView
from pulumi_timescaledb.database.kinds.migrate_command.wanted import MigrateCommand
from pulumi_timescaledb.database.kinds.migrations.wanted import Migrations
from pulumi_timescaledb.database.kinds.partitioned_retention.wanted import Limits, PartitionedRetention
from pulumi_timescaledb.database.kinds.refresh.wanted import Policy as RefreshPolicy
from pulumi_timescaledb.database.kinds.refresh.wanted import Refresh
from pulumi_timescaledb.database.kinds.reorder.wanted import Reorder
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.role.wanted import Membership, Role, Setting
from pulumi_timescaledb.database.kinds.row_security.wanted import RowSecurity
from pulumi_timescaledb.database.kinds.schema.wanted import Schema
from pulumi_timescaledb.database.kinds.tablespaces.wanted import Tablespaces
from pulumi_timescaledb.database.kinds.view.wanted import View
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.rights import Target
from pulumi_timescaledb.units import Interval

from . import changes_of_tenants
from .changes_of_tenants import TENANT
from .strategies import QUICK, VALUES, intervals, numbers

KEY = "public.readings"
IN_PLACE, FUTURE, EXPOSES, REBUILD, DESTROYS, IMPOSSIBLE = ChangeClass
# facts of a healthy object; each kind takes what it asks for
FACTS: dict[str, Any] = {"converted": 0, "job_id": 1000, "constraint": False, "valid": True, "relocatable": True}
FACTS |= {"columns": ["org integer"], "dependents": [], "attached": [], "grants": []}
FACTS |= {"holdings": (), "holds": (), "count": 0}
DAY, WEEK, HOUR = Interval(days=1), Interval(days=7), Interval(microseconds=3_600_000_000)
WINDOW = RefreshPolicy(WEEK, DAY, HOUR)
TABLE = Target("table", "public", "t")
GRANT = Grant("app", TABLE, ("SELECT",))
DEFAULTS = DefaultPrivileges("keeper", "metrics", "tables", "app", ("SELECT",))
PASSED = {"holdings": (Holding(TABLE, "keeper", {"SELECT": ("keeper",)}, frozenset(["SELECT"]), {"SELECT": ("bob",)}),)}
INDEX = Index(Relation("public", "readings"), "btree (at)")
CRON = CronJob("0 0 * * *", "SELECT 1", "app")
JOB = Job("public.clean", DAY, owner="app")
LIMITS = Limits("public.limits", "device", "retention_days")
BY_KEY = PartitionedRetention(Relation("public", "readings"), "device", "at", LIMITS, 1000, DAY)
Row = tuple[str, Any, Any, dict[str, Any], list[tuple[str, str, ChangeClass]]]

NEW = [
    ("extension", Extension("timescaledb"), IN_PLACE),
    ("role", Role(login=True), IN_PLACE),
    ("schema", Schema("keeper"), IN_PLACE),
    ("grant", GRANT, IN_PLACE),
    ("default_privileges", DEFAULTS, FUTURE),
    ("hypertable", Hypertable("at"), IN_PLACE),
    ("index", INDEX, IN_PLACE),
    ("columnstore", Columnstore(WEEK), IN_PLACE),
    ("retention", Retention(WEEK), DESTROYS),
    ("aggregate", Aggregate("SELECT 1"), IN_PLACE),
    ("refresh", Refresh((WINDOW,)), IN_PLACE),
    ("cron_job", CRON, IN_PLACE),
    ("materialized_view", MaterializedView("SELECT 1"), IN_PLACE),
    ("job", JOB, IN_PLACE),
    ("partitioned_retention", BY_KEY, DESTROYS),
    ("reorder", Reorder("readings_at_idx"), IN_PLACE),
    ("compaction", Compaction(), IN_PLACE),
    ("chunk_skipping", ChunkSkipping(("seq",)), FUTURE),
    ("tablespaces", Tablespaces(("fast",)), FUTURE),
    ("row_security", RowSecurity(True, True, (TENANT,)), IN_PLACE),
    ("view", View("SELECT 1 FROM a"), IN_PLACE),
]
GONE = {
    "extension": DESTROYS,
    "role": DESTROYS,
    "hypertable": DESTROYS,
    "aggregate": DESTROYS,
    "materialized_view": DESTROYS,
    "index": IN_PLACE,
    "schema": IN_PLACE,
    "grant": IN_PLACE,
    "default_privileges": FUTURE,
    "columnstore": IN_PLACE,
    "retention": IN_PLACE,
    "refresh": IN_PLACE,
    "cron_job": IN_PLACE,
    "job": IN_PLACE,
    "partitioned_retention": IN_PLACE,
    "reorder": IN_PLACE,
    "compaction": IN_PLACE,
    "chunk_skipping": IN_PLACE,
    "tablespaces": FUTURE,
    "row_security": EXPOSES,
    "view": IN_PLACE,
}
ALTERED: list[Row] = [
    ("extension", Extension("t", "2.29.2"), Extension("t", "2.9.1"), {}, [("alter", "version", IN_PLACE)]),
    ("extension", Extension("t", "2.9.1"), Extension("t", "2.29.2"), {}, [("alter", "version", IMPOSSIBLE)]),
    ("extension", Extension("t"), Extension("t", "2.29.2"), {}, []),
    ("extension", Extension("t", schema="a"), Extension("t", "2", "b"), {}, [("alter", "schema", IN_PLACE)]),
    (
        "extension",
        Extension("t", "3", "a"),
        Extension("t", "2", "b"),
        {"relocatable": False},
        [("alter", "version", IN_PLACE), ("alter", "schema", IMPOSSIBLE)],
    ),
    ("role", Role(login=False), Role(login=True, createdb=True), {}, [("alter", "login", IN_PLACE)]),
    ("role", Role(member_of=()), Role(member_of=(Membership("a"),)), {}, [("alter", "member_of", IN_PLACE)]),
    (
        "role",
        Role(superuser=False, valid_until="infinity", settings=(Setting("jit", "off"),)),
        Role(superuser=True, valid_until="2027-01-01 00:00:00+00", settings=()),
        {},
        [("alter", "superuser", IN_PLACE), ("alter", "valid_until", IN_PLACE), ("alter", "settings", IN_PLACE)],
    ),
    ("schema", Schema("keeper"), Schema("app"), {}, [("alter", "owner", IN_PLACE)]),
    ("schema", Schema(), Schema("app"), {}, []),
    ("schema", None, Schema("app"), {"count": 1, "holds": ("table t",)}, [("remove", "", IMPOSSIBLE)]),
    ("grant", GRANT, replace(GRANT, privileges=()), {}, [("create", "", IN_PLACE)]),
    ("grant", None, replace(GRANT, privileges=()), {}, []),
    ("grant", GRANT, replace(GRANT, privileges=("SELECT on 1 of 3",)), {}, [("alter", "privileges", IN_PLACE)]),
    ("grant", GRANT, replace(GRANT, grantable=True), {}, [("alter", "grantable", IN_PLACE)]),
    ("grant", GRANT, replace(GRANT, grantable=True), PASSED, [("alter", "grantable", IMPOSSIBLE)]),
    ("grant", replace(GRANT, privileges=("INSERT",)), GRANT, PASSED, [("alter", "privileges", IMPOSSIBLE)]),
    ("grant", replace(GRANT, privileges=("ALL",)), GRANT, PASSED, [("alter", "privileges", IN_PLACE)]),
    ("grant", None, GRANT, PASSED, [("remove", "", IMPOSSIBLE)]),
    (
        "default_privileges",
        DEFAULTS,
        replace(DEFAULTS, privileges=("INSERT",), grantable=True),
        {},
        [("alter", "privileges", FUTURE), ("alter", "grantable", FUTURE)],
    ),
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
    ("retention", Retention(WEEK, enabled=False), Retention(WEEK), {}, [("alter", "enabled", IN_PLACE)]),
    ("aggregate", Aggregate("SELECT 1"), Aggregate("SELECT 2"), {}, [("alter", "query", REBUILD)]),
    ("aggregate", Aggregate("SELECT 1", True), Aggregate("SELECT 1"), {}, [("alter", "real_time", IN_PLACE)]),
    ("aggregate", Aggregate("SELECT 1", False, "a"), Aggregate("SELECT 1"), {}, [("alter", "owner", IN_PLACE)]),
    (
        "aggregate",
        Aggregate("SELECT 1, 2"),
        Aggregate("SELECT 1"),
        {"added": (("two", "integer", "2"),)},
        [("alter", "query", FUTURE)],
    ),
    (
        "aggregate",
        Aggregate("SELECT 1", swap_in="public.next"),
        Aggregate("SELECT 2"),
        {},
        [("alter", "query", IMPOSSIBLE)],
    ),
    (
        "aggregate",
        Aggregate("SELECT 1", swap_in="public.next"),
        Aggregate("SELECT 2"),
        {"beside": {"same": False, "begins": None, "old_begins": None}},
        [("alter", "query", IMPOSSIBLE)],
    ),
    (
        "aggregate",
        Aggregate("SELECT 1", swap_in="public.next"),
        Aggregate("SELECT 2"),
        {"beside": {"same": True, "begins": "2026", "old_begins": "2020"}},
        [("alter", "query", IN_PLACE)],
    ),
    ("aggregate", Aggregate("SELECT 1", swap_in="public.next"), Aggregate("SELECT 1"), {}, []),
    (
        "aggregate",
        Aggregate("SELECT 1", chunk_interval=DAY),
        Aggregate("SELECT 1", chunk_interval=WEEK),
        {},
        [("alter", "chunk_interval", FUTURE)],
    ),
    (
        "aggregate",
        Aggregate("SELECT 1", chunk_interval=DAY),
        Aggregate("SELECT 1", chunk_interval=7),
        {},
        [("alter", "chunk_interval", IMPOSSIBLE)],
    ),
    (
        "aggregate",
        Aggregate("SELECT 1", group_indexes=True),
        Aggregate("SELECT 1", group_indexes=None),
        {},
        [("alter", "group_indexes", IN_PLACE)],
    ),
    ("refresh", Refresh((WINDOW,)), Refresh(()), {}, [("alter", "policies", IN_PLACE)]),
    ("refresh", Refresh(()), Refresh((WINDOW,)), {}, [("remove", "", IN_PLACE)]),
    ("refresh", Refresh((WINDOW,)), Refresh((WINDOW._replace(enabled=False),)), {}, [("alter", "policies", IN_PLACE)]),
    ("job", replace(JOB, procedure="public.sweep"), JOB, {}, [("alter", "procedure", IN_PLACE)]),
    ("job", JOB, replace(JOB, copies=3), {}, [("alter", "copies", IN_PLACE)]),
    ("partitioned_retention", replace(BY_KEY, batch_size=5), BY_KEY, {}, [("alter", "batch_size", IN_PLACE)]),
    ("partitioned_retention", replace(BY_KEY, time_column="t"), BY_KEY, {}, [("alter", "time_column", DESTROYS)]),
    ("partitioned_retention", BY_KEY, replace(BY_KEY, enabled=False), {}, [("alter", "enabled", DESTROYS)]),
    ("partitioned_retention", BY_KEY, replace(BY_KEY, procedure="version 0"), {}, [("alter", "procedure", IN_PLACE)]),
    ("reorder", Reorder("a"), Reorder("b", DAY), {}, [("alter", "index", IN_PLACE)]),
    ("compaction", Compaction(max_chunks=0), Compaction(DAY, 5), {}, [("alter", "max_chunks", IN_PLACE)]),
    ("chunk_skipping", ChunkSkipping(("a", "b")), ChunkSkipping(("b",)), {}, [("alter", "columns", FUTURE)]),
    ("chunk_skipping", ChunkSkipping(()), ChunkSkipping(("b",)), {}, [("remove", "", IN_PLACE)]),
    ("tablespaces", Tablespaces(("a",)), Tablespaces(("b",)), {}, [("alter", "names", FUTURE)]),
    ("hypertable", Hypertable("n", integer_now="a.b"), Hypertable("n"), {}, [("alter", "integer_now", IN_PLACE)]),
    (
        "hypertable",
        Hypertable("n", integer_now="a.b"),
        Hypertable("n", integer_now="a.c"),
        {},
        [("alter", "integer_now", DESTROYS)],
    ),
    ("hypertable", Hypertable("at", migrate_data=True, default_indexes=False), Hypertable("at"), {}, []),
    ("index", replace(INDEX, per_chunk=True), INDEX, {}, []),
    ("retention", Retention(WEEK, by_creation=True), Retention(WEEK), {}, [("alter", "by_creation", DESTROYS)]),
    ("columnstore", Columnstore(None), Columnstore(WEEK, by_creation=True), {}, []),
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


ALTERED += changes_of_tenants.ALTERED


def test_the_tables_below_cover_every_kind() -> None:
    """A new kind without rows fails here; migrations have tests of their own."""
    others = set(KINDS) - {"migrations", "migrate_command"}
    assert {row[0] for row in NEW} == set(GONE) == {row[0] for row in ALTERED} == others


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


MORE = (("001.sql", "aa"), ("002.down.sql", "xx"), ("002.sql", "bb"), ("003.sql", "cc"), ("R__v.sql", "rr"))
RUN = (("001.sql", "aa"), ("002.sql", "bb"), ("003.sql", "cc"), ("R__v.sql", "rr"))
STARTED = {"started": {"003.sql": "2026-11-21 08:00:00"}}


@pytest.mark.parametrize(
    ("more", "applied", "facts", "expected"),
    [
        ({}, RUN, {}, []),
        ({}, RUN[:2], {}, [("003.sql", "create", IN_PLACE), ("R__v.sql", "create", IN_PLACE)]),
        ({}, (*RUN[:3], ("R__v.sql", "old")), {}, [("R__v.sql", "alter", IN_PLACE)]),
        ({}, (*RUN, ("R__gone.sql", "old")), {}, []),
        ({"version": "002"}, RUN, {}, [("003.sql", "remove", IMPOSSIBLE)]),
        ({"version": "001"}, RUN[:2], {}, [("002.sql", "remove", DESTROYS), ("R__v.sql", "create", IN_PLACE)]),
        ({"version": "001"}, RUN, {}, [("003.sql", "remove", IMPOSSIBLE), ("002.sql", "remove", DESTROYS)]),
        ({"version": "002.sql"}, RUN[:1], {}, [("002.sql", "create", IN_PLACE), ("R__v.sql", "create", IN_PLACE)]),
        ({}, (*RUN[:2], RUN[3]), STARTED, [("003.sql", "alter", IMPOSSIBLE)]),
        ({"half_run": (("003.sql", "again"),)}, (*RUN[:2], RUN[3]), STARTED, [("003.sql", "create", IN_PLACE)]),
        ({"half_run": (("003.sql", "complete"),)}, (*RUN[:2], RUN[3]), STARTED, [("003.sql", "create", IN_PLACE)]),
        ({"half_run": (("003.sql", "complete"),)}, RUN, {}, []),
        ({"version": "002"}, (*RUN[:2], RUN[3]), STARTED, []),
        (
            {"version": "001"},
            (*RUN[:2], RUN[3]),
            {"started": {"002.down.sql": "2026-11-21 08:00:00"}},
            [("002.down.sql", "alter", IMPOSSIBLE)],
        ),
    ],
)
def test_migrations_are_repeated_undone_and_never_run_on_from_the_middle(
    more: dict[str, Any], applied: tuple[tuple[str, str], ...], facts: dict[str, Any], expected: list[Any]
) -> None:
    """Undone before run, the latest first; run before repeated; what stopped in the middle waits for a decision."""
    found = Found(Migrations("migrations", applied), facts)
    changes = KINDS["migrations"].compare("migrations", Migrations("migrations", MORE, **more), found)
    assert [(each.field, each.action, each.change_class) for each in changes] == expected
    assert all(each.note for each in changes)
    assert all(each.loss for each in changes if each.change_class is DESTROYS)


@pytest.mark.parametrize("pending", [True, False])
def test_another_tool_runs_only_where_its_check_says_so(pending: bool) -> None:
    """Its output stands in the note."""
    wanted = MigrateCommand(("alembic", "upgrade", "a b"), ("alembic", "check"), DAY)
    changes = KINDS["migrate_command"].compare(".", wanted, Found(replace(wanted, pending=pending), {"said": "behind"}))
    assert [(each.field, each.old, each.new) for each in changes] == ([("pending", True, False)] if pending else [])
    assert all("alembic upgrade 'a b'" in each.note and "behind" in each.note for each in changes)


@pytest.mark.parametrize("kind", VALUES)
@QUICK
@given(data=st.data())
def test_a_value_against_itself_is_no_change(kind: str, data: st.DataObject) -> None:
    """Planning against its own result is empty, for every value of every kind."""
    value = data.draw(VALUES[kind])
    assert KINDS[kind].compare(KEY, value, Found(value, FACTS)) == []


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind not in ("index", "extension", "row_security")])
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


@QUICK
@given(VALUES["row_security"], VALUES["row_security"])
def test_row_security_is_told_switch_by_switch_and_policy_by_policy(wanted: RowSecurity, live: RowSecurity) -> None:
    """Every policy that is missing, different or not declared is exactly one change."""
    changes = KINDS["row_security"].compare(KEY, wanted, Found(live, FACTS))
    want, have = ({each.name: each for each in value.policies or ()} for value in (wanted, live))
    expected = {f"policy {name}": (have.get(name), want.get(name)) for name in {*want, *have}}
    expected |= {"enabled": (live.enabled, wanted.enabled), "forced": (live.forced, wanted.forced)}  # type: ignore[dict-item]
    assert {each.field: (each.old, each.new) for each in changes} == {
        name: ends for name, ends in expected.items() if ends[0] != ends[1]
    }
    assert len(changes) == len({each.field for each in changes})


@pytest.mark.parametrize("kind", [kind for kind in VALUES if kind not in ("index", "chunk_skipping", "tablespaces")])
@QUICK
@given(data=st.data())
def test_a_field_that_is_not_managed_is_never_a_change(kind: str, data: st.DataObject) -> None:
    """What is declared as None is left alone, whatever is live."""
    wanted, live = data.draw(VALUES[kind]), data.draw(VALUES[kind])
    left_alone = data.draw(st.sampled_from([each.name for each in fields(wanted)]))
    changes = KINDS[kind].compare(KEY, replace(wanted, **{left_alone: None}), Found(live, FACTS))
    assert left_alone not in {each.field for each in changes}


@QUICK
@given(
    st.lists(st.builds(RefreshPolicy, intervals | st.none(), numbers | st.none(), intervals, st.booleans()), max_size=4)
)
def test_the_order_of_refresh_policies_is_no_difference(policies: list[RefreshPolicy]) -> None:
    """They are a set: the catalog gives them in the order of their job ids."""
    assert Refresh(tuple(policies)) == Refresh(tuple(reversed(policies)))


def test_differing_tells_false_zero_and_empty_from_not_managed() -> None:
    """Only None means that a field is left alone."""
    live = Role(login=True, connection_limit=5, member_of=(Membership("a"),))
    assert differing(Role(login=False, connection_limit=0, member_of=()), live) == [
        ("login", True, False),
        ("connection_limit", 5, 0),
        ("member_of", (Membership("a"),), ()),
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
