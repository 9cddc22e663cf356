"""Declarations: parsed into parts and printed in one spelling, or refused by the name of the wrong argument.

Not proved here: that a database can be what is declared; rules and tests on servers judge that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database import declared
from pulumi_timescaledb.database.declared import COMPOSITIONS, migrations
from pulumi_timescaledb.database.kind import Part, differing
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore, Order
from pulumi_timescaledb.database.kinds.hypertable.wanted import HashDimension, Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.row_security.wanted import NOTHING, RowSecurity
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.plan.view import normal
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.units import Interval

from .strategies import DECLARATIONS, QUICK
from .worlds import HOURLY, READINGS, read

ROLE: dict[str, Any] = {"kind": "role", "name": "app"}
MIGRATIONS: dict[str, Any] = {"kind": "migrations", "directory": "migrations", "files": {"001.sql": "aa"}}
COMMAND: dict[str, Any] = {"kind": "migrations", "migrate_command": ["alembic", "upgrade"], "check_command": ["check"]}
JOB: dict[str, Any] = {"kind": "job", "name": "nightly", "procedure": "clean", "schedule": "1 day"}
BY_KEY: dict[str, Any] = {
    "kind": "partitioned_retention",
    "table": "readings",
    "key": "device",
    "time_column": "at",
    "limits": {"table": "limits", "key": "device"},
}
EXTENSION: dict[str, Any] = {"kind": "extension", "name": "timescaledb"}
SCHEMA: dict[str, Any] = {"kind": "schema", "name": "metrics"}
GRANT: dict[str, Any] = {"kind": "grant", "to": "app", "on": "table readings", "privileges": ["SELECT"]}
EVERY: dict[str, Any] = {**GRANT, "on": "all tables in schema metrics"}
DEFAULTS: dict[str, Any] = {
    "kind": "default_privileges",
    "owner": "keeper",
    "on": "tables",
    "to": "app",
    "privileges": ["SELECT"],
}
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}
LONG = "x" * 64
TENANT = {"name": "tenant", "using": "org = 1"}
SECURED: dict[str, Any] = {"kind": "row_level_security", "table": "documents", "policies": [TENANT]}
WALL: dict[str, Any] = {"kind": "security_barrier_view", "name": "wall", "query": "SELECT 1"}

WRONG: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (EXTENSION, {"name": ""}, "name"),
    (EXTENSION, {"name": LONG}, "name"),
    (EXTENSION, {"name": "a\x00b"}, "name"),
    (EXTENSION, {"name": 5}, "name"),
    (EXTENSION, {"version": ""}, "version"),
    (EXTENSION, {"version": 2}, "version"),
    (EXTENSION, {"verson": "2"}, "verson"),
    (EXTENSION, {"absent": "yes"}, "absent"),
    (EXTENSION, {"schema": ""}, "schema"),
    (EXTENSION, {"schema": LONG}, "schema"),
    (EXTENSION, {"absent": True, "schema": "a", "version": "2"}, "version"),
    (EXTENSION, {"absent": True, "version": "2"}, "version"),
    (MIGRATIONS, {"files": {"001.sql": 5}}, "files"),
    (MIGRATIONS, {"files": ["001.sql"]}, "files"),
    (MIGRATIONS, {"directory": " "}, "directory"),
    (MIGRATIONS, {"absent": True}, "absent"),
    (MIGRATIONS, {"version": "9"}, "version"),
    (MIGRATIONS, {"version": 1}, "version"),
    (MIGRATIONS, {"half_run": {"001.sql": "done"}}, "half_run"),
    (MIGRATIONS, {"half_run": ["001.sql"]}, "half_run"),
    (MIGRATIONS, {"migrate_command": ["a"], "check_command": ["b"]}, "files"),
    (MIGRATIONS, {"timeout": "1 day"}, "timeout"),
    (COMMAND, {"check_command": None}, "check_command"),
    (COMMAND, {"check_command": []}, "check_command"),
    (COMMAND, {"check_command": "alembic check"}, "check_command"),
    (COMMAND, {"migrate_command": ["alembic", 5]}, "migrate_command"),
    (COMMAND, {"migrate_command": [""]}, "migrate_command"),
    (COMMAND, {"version": "1"}, "version"),
    (COMMAND, {"half_run": {"a": "again"}}, "half_run"),
    (COMMAND, {"timeout": "never"}, "timeout"),
    (COMMAND, {"environment": {"A": "b"}}, "environment"),
    (ROLE, {"name": "pg_app"}, "name"),
    (ROLE, {"login": "true"}, "login"),
    (ROLE, {"createdb": 1}, "createdb"),
    (ROLE, {"name": "public"}, "name"),
    (ROLE, {"superuser": True}, "superuser"),
    (ROLE, {"replication": "yes"}, "replication"),
    (ROLE, {"bypassrls": 0}, "bypassrls"),
    (ROLE, {"valid_until": "tomorrow"}, "valid_until"),
    (ROLE, {"valid_until": 2027}, "valid_until"),
    (ROLE, {"settings": ["work_mem"]}, "settings"),
    (ROLE, {"settings": {"work mem": "1"}}, "settings"),
    (ROLE, {"settings": {"work_mem": ["1"]}}, "work_mem"),
    (ROLE, {"settings": {"work_mem": "1", "Work_Mem": "2"}}, "settings"),
    (ROLE, {"member_of": ["app"]}, "member_of"),
    (ROLE, {"member_of": ["a", {"role": "a"}]}, "member_of"),
    (ROLE, {"member_of": [{"admin": True}]}, "role"),
    (ROLE, {"member_of": [{"role": "a", "admin": "yes"}]}, "admin"),
    (ROLE, {"member_of": [{"role": "a", "grantor": "b"}]}, "grantor"),
    (ROLE, {"absent": True, "member_of": ["a"]}, "member_of"),
    (SCHEMA, {"name": "pg_mine"}, "name"),
    (SCHEMA, {"name": "_timescaledb_internal"}, "name"),
    (SCHEMA, {"owner": 5}, "owner"),
    (SCHEMA, {"absent": True, "owner": "a"}, "owner"),
    (SCHEMA, {"tables": []}, "tables"),
    (GRANT, {"to": None}, "to"),
    (GRANT, {"on": None}, "on"),
    (GRANT, {"on": "readings"}, "on"),
    (GRANT, {"on": "table a.b.c"}, "on"),
    (GRANT, {"on": "function f"}, "on"),
    (GRANT, {"on": "function f(int; drop table x)"}, "on"),
    (GRANT, {"on": "schema pg_catalog"}, "on"),
    (GRANT, {"on": "table _timescaledb_internal._hyper_1_1_chunk"}, "on"),
    (GRANT, {"on": "all views in schema metrics"}, "on"),
    (GRANT, {"on": "table " + LONG}, "on"),
    (GRANT, {"privileges": None}, "privileges"),
    (GRANT, {"privileges": []}, "absent"),
    (GRANT, {"privileges": "SELECT"}, "privileges"),
    (GRANT, {"privileges": ["SELECT", "ALL"]}, "privileges"),
    (GRANT, {"privileges": ["EXECUTE"]}, "privileges"),
    (GRANT, {"privileges": ["SELECT (at)"]}, "migration"),
    (GRANT, {"on": "function f()"}, "EXECUTE"),
    (GRANT, {"to": "public", "grantable": True}, "grantable"),
    (GRANT, {"grantable": "yes"}, "grantable"),
    (GRANT, {"excluding": ["a"]}, "excluding"),
    (EVERY, {"excluding": "a"}, "excluding"),
    (GRANT, {"absent": True}, "privileges"),
    (GRANT, {"with_grant_option": True}, "with_grant_option"),
    (DEFAULTS, {"on": "views"}, "on"),
    (DEFAULTS, {"owner": None}, "owner"),
    (DEFAULTS, {"owner": "public"}, "owner"),
    (DEFAULTS, {"to": "keeper"}, "to"),
    (DEFAULTS, {"schema": "pg_catalog"}, "schema"),
    (DEFAULTS, {"on": "schemas", "schema": "metrics", "privileges": ["USAGE"]}, "schema"),
    (DEFAULTS, {"privileges": ["EXECUTE"]}, "privileges"),
    (DEFAULTS, {"to": "public", "grantable": True}, "grantable"),
    (
        DEFAULTS,
        {"on": "functions", "to": "public", "schema": "metrics", "privileges": None, "absent": True},
        "schema",
    ),
    (MIGRATIONS, {"owner": 5}, "owner"),
    (ROLE, {"connection_limit": -2}, "connection_limit"),
    (ROLE, {"connection_limit": 1.5}, "connection_limit"),
    (ROLE, {"connection_limit": True}, "connection_limit"),
    (ROLE, {"connection_limit": float("inf")}, "connection_limit"),
    (ROLE, {"connection_limit": float("nan")}, "connection_limit"),
    (ROLE, {"member_of": "readers"}, "member_of"),
    (ROLE, {"member_of": [""]}, "member_of[0]"),
    (ROLE, {"password_ref": "hunter2"}, "password_ref"),
    (ROLE, {"password_ref": "env:"}, "password_ref"),
    (ROLE, {"password": "hunter2"}, "password"),
    (READINGS, {"table": None}, "table"),
    (READINGS, {"schema": ["public"]}, "schema"),
    (READINGS, {"time_column": None}, "time_column"),
    (READINGS, {"time_column": LONG}, "time_column"),
    (READINGS, {"chunk_interval": "daily"}, "chunk_interval"),
    (READINGS, {"chunk_interval": "0 days"}, "chunk_interval"),
    (READINGS, {"chunk_interval": "-1 day"}, "chunk_interval"),
    (READINGS, {"chunk_interval": "0"}, "chunk_interval"),
    (READINGS, {"chunk_interval": "²"}, "chunk_interval"),
    (READINGS, {"chunk_interval": 86400}, "chunk_interval"),
    (READINGS, {"hash_dimensions": {"column": "device"}}, "hash_dimensions"),
    (READINGS, {"hash_dimensions": ["device"]}, "hash_dimensions[0]"),
    (READINGS, {"hash_dimensions": [{"column": "device"}]}, "partitions"),
    (READINGS, {"hash_dimensions": [{"column": "device", "partitions": 0}]}, "partitions"),
    (READINGS, {"hash_dimensions": [{"column": "device", "partitions": 2, "by": 1}]}, "by"),
    (READINGS, {"owner": 5}, "owner"),
    (READINGS, {"indexes": [{"columns": ["at"]}]}, "name"),
    (READINGS, {"indexes": [{"name": "i"}]}, "columns"),
    (READINGS, {"indexes": [{"name": "i", "columns": []}]}, "columns"),
    (READINGS, {"indexes": [{"name": "i", "columns": [5]}]}, "columns"),
    (READINGS, {"indexes": [{"name": "i", "columns": "at"}]}, "columns"),
    (READINGS, {"indexes": [{"name": "i", "columns": ["at"], "method": "bitmap"}]}, "method"),
    (READINGS, {"indexes": [{"name": "i", "columns": ["at"], "definition": "btree (at)"}]}, "columns"),
    (READINGS, {"indexes": [{"name": "i", "columns": ["at"], "unique": "no"}]}, "unique"),
    (READINGS, {"indexes": [{"name": "i", "columns": ["at"], "absent": True}]}, "columns"),
    (READINGS, {"columnstore": "7 days"}, "columnstore"),
    (READINGS, {"columnstore": {"after": "soon"}}, "after"),
    (READINGS, {"columnstore": {"segment_by": "device"}}, "segment_by"),
    (READINGS, {"columnstore": {"order_by": [{}]}}, "column"),
    (READINGS, {"columnstore": {"order_by": ["at"]}}, "order_by[0]"),
    (READINGS, {"columnstore": {"order_by": [{"column": "at", "descending": 1}]}}, "descending"),
    (READINGS, {"columnstore": {"segment_by": ["at"], "order_by": [{"column": "at"}]}}, "order_by"),
    (READINGS, {"columnstore": {"schedule": "12"}}, "schedule"),
    (READINGS, {"columnstore": {"absent": True, "after": "1 day"}}, "after"),
    (READINGS, {"columnstore": {"compress_after": "1 day"}}, "compress_after"),
    (READINGS, {"retention": {}}, "drop_after"),
    (READINGS, {"retention": {"drop_after": "0"}}, "drop_after"),
    (READINGS, {"retention": {"drop_after": "0 days"}}, "drop_after"),
    (READINGS, {"retention": {"drop_after": "1 day", "schedule": "never"}}, "schedule"),
    (READINGS, {"retention": {"drop_after": "1 day", "enabled": 0}}, "enabled"),
    (READINGS, {"retention": {"absent": True, "drop_after": "1 day"}}, "drop_after"),
    (READINGS, {"absent": True}, "time_column"),
    (HOURLY, {"source": None}, "source"),
    (HOURLY, {"query": None}, "query"),
    (HOURLY, {"query": " "}, "query"),
    (HOURLY, {"real_time": "false"}, "real_time"),
    (HOURLY, {"refresh": WINDOW}, "refresh"),
    (HOURLY, {"refresh": [{**WINDOW, "start_offset": None}]}, "start_offset"),
    (HOURLY, {"refresh": [{**WINDOW, "schedule": None}]}, "schedule"),
    (HOURLY, {"refresh": [{**WINDOW, "start_offset": "1 hour"}]}, "start_offset"),
    (HOURLY, {"refresh": [{**WINDOW, "start_offset": "30"}]}, "end_offset"),
    (HOURLY, {"refresh": [{**WINDOW, "end_offset": "none"}]}, "end_offset"),
    (HOURLY, {"refresh": [{**WINDOW, "every": "1 day"}]}, "every"),
    (HOURLY, {"time_column": "at"}, "time_column"),
    (HOURLY, {"retention": {"drop_created_before": "1 day"}}, "drop_created_before"),
    (HOURLY, {"columnstore": {"created_before": "1 day"}}, "created_before"),
    (READINGS, {"retention": {"drop_after": "1 day", "drop_created_before": "1 day"}}, "drop_created_before"),
    (READINGS, {"retention": {"drop_created_before": "500"}}, "drop_created_before"),
    (READINGS, {"columnstore": {"after": "1 day", "created_before": "1 day"}}, "created_before"),
    (READINGS, {"columnstore": {"chunk_interval": "0"}}, "chunk_interval"),
    (READINGS, {"integer_now": 5}, "integer_now"),
    (READINGS, {"integer_now": "a.b.c"}, "integer_now"),
    (READINGS, {"migrate_data": "yes"}, "migrate_data"),
    (READINGS, {"create_default_indexes": 1}, "create_default_indexes"),
    (READINGS, {"indexes": [{"name": "i", "columns": ["at"], "unique": True, "per_chunk": True}]}, "per_chunk"),
    (READINGS, {"tablespaces": ["a", "a"]}, "tablespaces"),
    (READINGS, {"chunk_skipping": "seq"}, "chunk_skipping"),
    (READINGS, {"reorder": {}}, "index"),
    (READINGS, {"reorder": {"absent": True, "index": "i"}}, "index"),
    (READINGS, {"compaction": {"max_batches": 1.5}}, "max_batches"),
    (READINGS, {"compaction": {"inactive_for": "0 days"}}, "inactive_for"),
    (JOB, {"name": " nightly"}, "name"),
    (JOB, {"name": "x" * 51}, "name"),
    (JOB, {"procedure": None}, "procedure"),
    (JOB, {"schedule": "1 month 1 day"}, "schedule"),
    (JOB, {"config": "{}"}, "config"),
    (JOB, {"config": {"a": object}}, "config"),
    (JOB, {"initial_start": "2026-01-01"}, "initial_start"),
    (JOB, {"initial_start": "0001-01-01T00:00:00+14:00"}, "initial_start"),
    (JOB, {"timezone": "over there"}, "timezone"),
    (JOB, {"max_runtime": "0 days"}, "max_runtime"),
    (JOB, {"max_retries": True}, "max_retries"),
    (JOB, {"check_config": {"absent": False}}, "check_config"),
    (JOB, {"absent": True}, "procedure"),
    (BY_KEY, {"key": None}, "key"),
    (BY_KEY, {"time_column": None}, "time_column"),
    (BY_KEY, {"limits": None}, "limits"),
    (BY_KEY, {"limits": "limits"}, "limits"),
    (BY_KEY, {"limits": {"table": "limits"}}, "key"),
    (BY_KEY, {"limits": {"key": "device"}}, "table"),
    (BY_KEY, {"limits": {"table": "a.b.c", "key": "device"}}, "table"),
    (BY_KEY, {"batch_size": 0}, "batch_size"),
    (BY_KEY, {"absent": True}, "limits"),
    (SECURED, {"table": None}, "table"),
    (SECURED, {"enabled": "yes"}, "enabled"),
    (SECURED, {"forced": 1}, "forced"),
    (SECURED, {"force": True}, "force"),
    (SECURED, {"policies": TENANT}, "policies"),
    (SECURED, {"policies": ["tenant"]}, "policies[0]"),
    (SECURED, {"policies": [TENANT, TENANT]}, "tenant"),
    (SECURED, {"policies": [{"using": "true"}]}, "name"),
    (SECURED, {"policies": [{"name": LONG, "using": "true"}]}, "name"),
    (SECURED, {"policies": [{"name": "a"}]}, "using"),
    (SECURED, {"policies": [{"name": "a", "using": ""}]}, "using"),
    (SECURED, {"policies": [{**TENANT, "command": "TRUNCATE"}]}, "command"),
    (SECURED, {"policies": [{**TENANT, "command": "SELECT", "check": "true"}]}, "check"),
    (SECURED, {"policies": [{**TENANT, "command": "DELETE", "check": "true"}]}, "check"),
    (SECURED, {"policies": [{**TENANT, "command": "INSERT", "check": "true"}]}, "using"),
    (SECURED, {"policies": [{"name": "a", "command": "INSERT"}]}, "check"),
    (SECURED, {"policies": [{**TENANT, "to": "app"}]}, "to"),
    (SECURED, {"policies": [{**TENANT, "to": []}]}, "to"),
    (SECURED, {"policies": [{**TENANT, "to": ["CURRENT_USER"]}]}, "to"),
    (SECURED, {"policies": [{**TENANT, "permissive": "no"}]}, "permissive"),
    (SECURED, {"policies": [{**TENANT, "with_check": "true"}]}, "with_check"),
    (SECURED, {"absent": True}, "policies"),
    (WALL, {"name": None}, "name"),
    (WALL, {"query": None}, "query"),
    (WALL, {"query": " "}, "query"),
    (WALL, {"security_barrier": "on"}, "security_barrier"),
    (WALL, {"security_invoker": 1}, "security_invoker"),
    (WALL, {"check_option": "CASCADE"}, "check_option"),
    (WALL, {"owner": 5}, "owner"),
    (WALL, {"absent": True}, "query"),
    (WALL, {"source": "t"}, "source"),
    (HOURLY, {"refresh": [{**WINDOW, "buckets_per_batch": -1}]}, "buckets_per_batch"),
    (HOURLY, {"refresh": [{**WINDOW, "max_batches_per_execution": 1.5}]}, "max_batches_per_execution"),
    (HOURLY, {"refresh": [{**WINDOW, "refresh_newest_first": "no"}]}, "refresh_newest_first"),
    (HOURLY, {"refresh": [{**WINDOW, "include_tiered_data": 1}]}, "include_tiered_data"),
    (HOURLY, {"chunk_interval": "daily"}, "chunk_interval"),
    (HOURLY, {"group_indexes": "yes"}, "group_indexes"),
    (HOURLY, {"swap_in": "hourly"}, "swap_in"),
    (HOURLY, {"swap_in": "a.b.c"}, "swap_in"),
    (HOURLY, {"indexes": [{"name": "i", "columns": ["hour"], "unique": True}]}, "unique"),
    (HOURLY, {"indexes": [{"name": "i"}]}, "columns"),
]


def test_every_kind_of_declaration_has_a_strategy_and_a_refusal() -> None:
    """A new kind without tests fails here."""
    assert set(DECLARATIONS) == set(COMPOSITIONS) == {str(row[0]["kind"]) for row in WRONG}


@pytest.mark.parametrize("kind", DECLARATIONS)
@QUICK
@given(data=st.data())
def test_the_normal_form_is_a_fixed_point(kind: str, data: st.DataObject) -> None:
    """What is stored in state reads as the same declaration and prints the same again."""
    first = declared.read(data.draw(DECLARATIONS[kind]))
    shown = normal(first)
    again = declared.read({"kind": kind, **shown})
    assert replace(again, needs=()) == replace(first, needs=())
    assert set(again.needs) == set(first.needs)
    assert normal(again) == shown
    assert None not in shown.values()


@pytest.mark.parametrize("kind", DECLARATIONS)
@QUICK
@given(data=st.data())
def test_the_name_alone_identifies_a_declaration(kind: str, data: st.DataObject) -> None:
    """A program may give the rest as outputs that are not known yet."""
    declaration = data.draw(DECLARATIONS[kind])
    parsed, known = declared.read(declaration), declared.identify(declaration)
    assert (known.kind, known.key, known.needs, known.source) == (
        parsed.kind,
        parsed.key,
        parsed.needs,
        parsed.source,
    )
    assert known.parts == ()


@pytest.mark.parametrize("kind", [kind for kind in DECLARATIONS if kind != "migrations"])
@QUICK
@given(data=st.data())
def test_what_is_gone_is_told_from_what_must_be_gone(kind: str, data: st.DataObject) -> None:
    """Where nothing is live, a wanted object renders as None and an absent one as its declaration; so does row security
    that is declared switched off, because no catalog row is just that."""
    parsed = declared.read(data.draw(DECLARATIONS[kind]))
    shown = COMPOSITIONS[kind].render(parsed, lambda kind, key: None)
    value = parsed.parts[0].value
    off = isinstance(value, RowSecurity) and not differing(value, NOTHING)
    assert shown == (normal(parsed) if value is None or off else None)


@pytest.mark.parametrize(("base", "wrong", "named"), WRONG, ids=lambda value: str(value)[:50])
def test_a_wrong_argument_is_refused_by_name(base: dict[str, Any], wrong: dict[str, Any], named: str) -> None:
    """The sentence names the argument and a remedy, and is one line."""
    with pytest.raises(Refusal) as caught:
        read(base, **wrong)
    sentence = str(caught.value)
    assert named in re.findall(r"[\w\[\]]+", sentence)
    assert "\n" not in sentence


STARTS = [EXTENSION, MIGRATIONS, COMMAND, ROLE, READINGS, HOURLY]
STARTS += [JOB, BY_KEY, SCHEMA, GRANT, EVERY, DEFAULTS, SECURED, WALL]


@pytest.mark.parametrize("base", STARTS, ids=lambda base: str(base["kind"]))
def test_the_declarations_that_the_refusals_start_from_are_right(base: dict[str, Any]) -> None:
    """Otherwise a refusal above could be about something else."""
    assert declared.read(base).kind == base["kind"]
    assert declared.read({**base, "owner" if base is READINGS else "absent": None}).kind == base["kind"]


@pytest.mark.parametrize("declaration", [{}, {"kind": "tabel"}, {"kind": None}, "hypertable", None, {"kind": ["role"]}])
def test_an_unknown_kind_is_refused_with_the_list(declaration: Any) -> None:
    """Every kind that could have been meant is named."""
    with pytest.raises(Refusal) as caught:
        declared.read(declaration)
    assert all(kind in str(caught.value) for kind in COMPOSITIONS)


def test_a_hypertable_falls_into_its_parts() -> None:
    """Each argument ends in the value of the kind that it belongs to, under the key of the table."""
    parts = read(
        READINGS,
        chunk_interval="1 month",
        hash_dimensions=[{"column": "device", "partitions": 4.0}],
        owner="keeper",
        indexes=[
            {"name": "By Device", "columns": ["Device", '"Odd"', "time DESC"], "unique": True},
            {"name": "gone", "absent": True},
        ],
        columnstore={"after": "1 week", "segment_by": ["device"], "order_by": [{"column": "at", "descending": True}]},
        retention={"absent": True},
    ).parts
    relation = Relation("public", "readings")
    assert parts == (
        Part(
            "hypertable",
            "public.readings",
            Hypertable("at", Interval(days=30), (HashDimension("device", 4),), "keeper"),
        ),
        Part("index", 'public.readings "By Device"', Index(relation, 'btree (device, "Odd", "time" DESC)', True)),
        Part("index", "public.readings gone", None),
        Part("columnstore", "public.readings", Columnstore(Interval(days=7), ("device",), (Order("at", True, True),))),
        Part("retention", "public.readings", None),
    )


def test_a_retention_without_schedule_has_the_servers_own() -> None:
    """A day, written out, so that another one shows as drift."""
    part = read(READINGS, retention={"drop_after": "90 days"}).parts[1]
    assert part.value == Retention(Interval(days=90), Interval(days=1))


def test_what_a_declaration_waits_for_is_what_it_names() -> None:
    """Owners, memberships and sources, in the spelling of the other's key."""
    assert read(READINGS, owner="keeper").needs == (("role", "keeper"),)
    assert read(ROLE, member_of=["a", "b"]).needs == (("role", "a"), ("role", "b"))
    hourly = read(HOURLY, source='"Odd Table"')
    assert hourly.source == 'public."Odd Table"'
    assert hourly.needs == (("hypertable", hourly.source), ("continuous_aggregate", hourly.source))


@pytest.mark.parametrize(
    ("column", "spelled"),
    [
        ("device", "device"),
        ("Device", "device"),
        ('"Device"', '"Device"'),
        ('"say ""hi"""', '"say ""hi"""'),
        ("time", '"time"'),
        ("at desc", "at DESC"),
        ("at ASC", "at"),
        ("at DESC NULLS FIRST", "at DESC"),
        ("at DESC NULLS  LAST", "at DESC NULLS LAST"),
        ("at NULLS LAST", "at"),
        ("lower(device)", "lower(device)"),
    ],
)
def test_an_index_column_is_spelled_as_the_server_does(column: str, spelled: str) -> None:
    """Defaults are left out and names quoted where they need it; expressions stay as they are."""
    part = read(READINGS, indexes=[{"name": "i", "columns": [column]}]).parts[1]
    assert part.value.definition == f"btree ({spelled})"


def test_migrations_are_read_from_the_folder(tmp_path: Path) -> None:
    """Files in order of name with the checksum of their content; line ends do not count, other files do not either."""
    (tmp_path / "002.sql").write_bytes(b"SELECT 1;\r\n")
    (tmp_path / "001.sql").write_bytes(b"SELECT 1;\n")
    (tmp_path / "notes.txt").write_text("no")
    (part,) = declared.read({"kind": "migrations", "directory": str(tmp_path)}).parts
    (first, one), (second, other) = part.value.files
    assert (first, second) == ("001.sql", "002.sql")
    assert one == other == hashlib.sha256(b"SELECT 1;\n").hexdigest()
    (tmp_path / "001.sql").write_bytes(b"SELECT 2;\n")
    assert (
        dict(declared.read({"kind": "migrations", "directory": str(tmp_path)}).parts[0].value.files)["001.sql"] != one
    )


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_without_migrations_is_refused(tmp_path: Path, exists: bool) -> None:
    """Nothing to run is a mistake in the path more often than a wish."""
    folder = tmp_path / "sql"
    if exists:
        folder.mkdir()
    with pytest.raises(Refusal, match="sql"):
        declared.read({"kind": "migrations", "directory": str(folder)})


def test_an_index_of_a_table_with_a_space_keeps_its_name() -> None:
    """The normal form names the index as it was declared, whatever its table is called."""
    parsed = read(READINGS, table="Odd Table", indexes=[{"name": "odd_at", "columns": ["at"]}])
    assert normal(parsed)["indexes"][0]["name"] == "odd_at"


def test_an_index_with_a_quote_in_its_name_keeps_it() -> None:
    """The normal form is what was declared."""
    parsed = read(READINGS, indexes=[{"name": 'my "own"', "columns": ["at"]}])
    assert normal(parsed)["indexes"][0]["name"] == 'my "own"'


def test_a_folder_that_is_no_text_is_refused_as_such_and_not_looked_for() -> None:
    """The program reads the files before anything is parsed."""
    filled = migrations.filled({"kind": "migrations", "directory": 5})
    with pytest.raises(Refusal, match=r"^migrations: directory is a number; "):
        declared.read(filled)
