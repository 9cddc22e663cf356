"""``tsdb ci-setup`` in a database: its role plans what the deploying role would plan, and can do nothing else.

Not proved here: the half on AWS (tests/unit/cli), and a preview of the engine as this role (tests/engine).
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pulumi_timescaledb.database import read_as
from pulumi_timescaledb.database.plan import preview
from pulumi_timescaledb.database.plan.document import Entry
from pulumi_timescaledb.database.snapshot import Reader

from tests.database.system import Managed, objects
from tests.support.fix_database import Database

from .lighthouse import Answer, tsdb

ROLE, PASSWORD = "tsdb_plan", "a-password-of-the-plan-7c1"
# the server spells it otherwise: casts, parentheses, upper case
WALL = {
    "kind": "row_level_security",
    "table": "plain",
    "policies": [{"name": "recent", "using": "at > now() - interval '1 day' and n in (1, 2)"}],
}
ROWS = (
    "INSERT INTO readings SELECT now() - i * interval '1 hour', 'd' || i % 7, 1, i FROM generate_series(1, 2000) i;"
    "CREATE TABLE plain (at timestamptz NOT NULL, n int); INSERT INTO plain VALUES (now(), 1);"
    "CREATE TABLE empty (at timestamptz NOT NULL, n int)"
)


@pytest.fixture
def declared(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The system of the database tests, converged, with rows that nobody analysed."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    monkeypatch.setenv("TSDB_TEST_PLAN_PASSWORD", PASSWORD)
    found = objects(tmp_path, database.edition)
    managed = Managed(database, found)
    managed.up()
    managed.reader.close()
    database.sql(ROWS)
    walled = Managed(database, [WALL])
    walled.up()
    walled.reader.close()
    return [*found, WALL]


@pytest.fixture
def light(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables and a ledger, without the rest."""
    monkeypatch.setenv("TSDB_TEST_PLAN_PASSWORD", PASSWORD)
    kinds = ("extension", "migrations")
    managed = Managed(database, [each for each in objects(tmp_path, database.edition) if each["kind"] in kinds])
    managed.up()
    managed.reader.close()
    database.sql(ROWS)


def setup(database: Database, *arguments: str) -> Answer:
    """The command, as a superuser."""
    return tsdb(database, "ci-setup", "--password-ref", "env:TSDB_TEST_PLAN_PASSWORD", *arguments)


def steps(database: Database, *arguments: str) -> list[str]:
    """What it says it would do, or did."""
    answer = setup(database, "--json", *arguments)
    assert answer.code == 0, answer.error
    assert PASSWORD not in answer.out + answer.error
    return [f"{step['action']} {step['what']}" for step in answer.json["steps"]]


def planned(database: Database, wanted: list[dict[str, Any]], before: list[dict[str, Any]]) -> Entry:
    """What a preview writes."""
    look = Reader(database.connection)
    try:
        return preview.show(look, wanted, before, {"component": "tests", "apache_fallback": True}, {})
    finally:
        look.close()


@pytest.fixture
def both(database: Database, declared: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Plans as the deploying role and as the pipeline's, which is told neither role's password."""
    setup(database, "--yes")

    def plans(wanted: list[dict[str, Any]]) -> tuple[Entry, Entry]:
        deploying = planned(database, wanted, declared)
        with monkeypatch.context() as patch:
            patch.setenv(read_as.USER, ROLE)
            patch.setenv(read_as.PASSWORD_REF, "env:TSDB_TEST_PLAN_PASSWORD")
            patch.delenv("TSDB_TEST_APP_PASSWORD")
            return deploying, planned(database, wanted, declared)

    return plans


def test_it_shows_first_then_does_and_then_has_nothing_to_do(database: Database, light: None) -> None:
    """Until somebody takes something away, or the password is another."""
    shown = steps(database)
    assert {f"create role {ROLE}", "create USAGE on schema public", "create SELECT on pulumi_timescaledb.owner"} <= {
        *shown
    }
    assert database.sql(f"SELECT FROM pg_roles WHERE rolname = '{ROLE}'") == []
    assert steps(database, "--yes") == shown
    assert steps(database) == steps(database, "--yes") == []
    database.sql(f"REVOKE USAGE ON SCHEMA pulumi_timescaledb FROM {ROLE}")
    assert steps(database, "--yes") == ["create USAGE on schema pulumi_timescaledb"]
    database.sql(f"ALTER ROLE {ROLE} PASSWORD 'other'")
    assert steps(database, "--yes") == [f"change password of {ROLE}"]
    (row,) = database.sql(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{ROLE}'")
    assert row[0].startswith("SCRAM-SHA-256$")


def test_it_sees_no_difference_where_none_is_and_every_drift(
    both: Any, database: Database, declared: list[dict[str, Any]]
) -> None:
    """Indexes with expressions, aggregates, jobs of others, roles with passwords and memberships: the same plan under
    the same digest."""
    deploying, reading = both(declared)
    assert deploying.changes == reading.changes == ()
    assert deploying.refusals == reading.refusals == ()
    assert deploying.digest == reading.digest
    drift = [
        "DROP INDEX readings_device",
        "ALTER ROLE app NOLOGIN",
        "REVOKE keeper FROM app",
        "ALTER TABLE readings OWNER TO postgres",
        "SELECT set_chunk_time_interval('readings', interval '2 days')",
        "DELETE FROM pulumi_timescaledb.migration WHERE name = '002_views.sql'",
        "SELECT cron.alter_job(min(jobid), schedule => '7 7 7 7 *') FROM cron.job"
        if database.edition == "apache"
        else "SELECT remove_retention_policy('readings')",
    ]
    for statement in drift:
        database.sql(statement)
    deploying, reading = both(declared)
    told = [(row.object, row.attribute, row.live, row.declared, row.change_class) for row in deploying.changes]
    assert told == [(row.object, row.attribute, row.live, row.declared, row.change_class) for row in reading.changes]
    assert len({(row.object, row.kind) for row in deploying.changes}) >= 5
    assert deploying.digest == reading.digest
    assert deploying.refusals == reading.refusals


def test_it_judges_what_the_deploying_role_may_and_loses(
    both: Any, database: Database, declared: list[dict[str, Any]]
) -> None:
    """A shorter retention, new and wrong indexes, a table with rows and one without: refused alike."""
    wanted = json.loads(json.dumps(declared))
    for each in wanted:
        if each.get("table") == "readings":
            each["retention"] = {"drop_after": "20 days"}
            each["indexes"] += [{"name": "good", "columns": ["upper(device)"]},
                                {"name": "bad", "columns": ["nothing(device)"]}]  # fmt: skip
    for table in ("plain", "empty"):
        wanted.append({"kind": "hypertable", "table": table, "time_column": "at", "chunk_interval": "1 day"})
    deploying, reading = both(wanted)
    assert deploying.digest == reading.digest
    assert any("nothing(text) does not exist" in each.sentence for each in reading.refusals)
    assert not any(each.object == "hypertable:public.empty" and each.loss for each in reading.changes)
    assert any("rows not counted" in row.loss for row in reading.changes)
    codes = [[each.line for each in entry.refusals if each.line] for entry in (deploying, reading)]
    assert codes[0] == codes[1] != []


def test_what_is_judged_is_the_deploying_role_whatever_its_name(
    database: Database, light: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is no superuser and has an odd name: its rights decide, and not those of who reads."""
    setup(database, "--yes")
    name = "de ploy\\er 'x'"
    database.sql('CREATE ROLE "' + name + '" LOGIN')
    monkeypatch.setenv(read_as.USER, ROLE)
    monkeypatch.setenv(read_as.PASSWORD_REF, "env:TSDB_TEST_PLAN_PASSWORD")
    theirs = replace(database, connection=replace(database.connection, user=name))
    wanted = [{"kind": "role", "name": "new"}]
    (refusal,) = planned(theirs, wanted, []).refusals
    assert refusal.sentence.startswith(f"role new: the connection's role {name} has no CREATEROLE")
    database.sql('ALTER ROLE "' + name + '" CREATEROLE')
    assert planned(theirs, wanted, []).refusals == ()


def test_it_reads_no_row_of_anybodys_and_changes_nothing(database: Database, declared: Any) -> None:
    """Every table, view and chunk, every way of writing, as that role itself."""
    setup(database, "--yes")
    relations = database.sql(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm') AND (n.nspname = 'public' OR c.relname LIKE '\\_hyper%') "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    )
    assert len(relations) > 50
    with database.session(user=ROLE, password=PASSWORD, autocommit=True) as session:
        for (relation,) in relations:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(f"SELECT FROM {relation} LIMIT 0")
        for statement in (
            "CREATE TABLE public.mine (n int)",
            "CREATE SCHEMA mine",
            "DELETE FROM pulumi_timescaledb.owner",
            "INSERT INTO pulumi_timescaledb.history (kind, object, sentence) VALUES ('a', 'b', 'c')",
            "CREATE ROLE mine",
            "ALTER SYSTEM SET work_mem = '1GB'",
            "SET ROLE keeper",
            "SELECT pg_read_file('postgresql.conf')",
            "COPY (SELECT 1) TO PROGRAM 'true'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute(statement)


def test_what_everybody_can_read_is_said(database: Database, light: None) -> None:
    """A grant to PUBLIC is not ours to take away."""
    database.sql("GRANT SELECT ON plain TO PUBLIC")
    notes = setup(database, "--json", "--yes").json["notes"]
    assert any("can read public.plain, because everybody can" in note for note in notes)


def test_it_goes_with_everything_it_was_given(database: Database, light: None) -> None:
    """And nothing else goes."""
    setup(database, "--yes")
    removed = steps(database, "--remove", "--yes")
    assert removed == [f"remove privileges of {ROLE}", f"remove role {ROLE}"]
    assert database.sql(f"SELECT FROM pg_roles WHERE rolname = '{ROLE}'") == []
    if database.edition == "apache":
        assert database.sql("SELECT FROM pg_policy WHERE polname = 'tsdb_ci_setup'") == []
    assert steps(database, "--remove", "--yes") == []
    assert database.sql("SELECT count(*) FROM readings") == [(2000,)]


def test_a_role_of_others_is_left_alone(database: Database, light: None) -> None:
    """One that was there, one that got more since, and one that owns something."""
    database.sql("CREATE ROLE keeper")
    for arguments in ((), ("--remove", "--yes")):
        answer = tsdb(database, "ci-setup", "--password-ref", "env:TSDB_TEST_PLAN_PASSWORD",
                      "--database-role", "keeper", *arguments)  # fmt: skip
        assert (answer.code, "was not made by tsdb ci-setup" in answer.error) == (2, True)
    setup(database, "--yes")
    database.sql(f"ALTER ROLE {ROLE} CREATEDB")
    assert "has got attributes or memberships" in setup(database).error
    database.sql(f"ALTER ROLE {ROLE} NOCREATEDB; ALTER TABLE plain OWNER TO {ROLE}")
    assert "owns 1 objects" in setup(database, "--remove", "--yes").error
    assert database.sql("SELECT count(*) FROM plain") == [(1,)]
