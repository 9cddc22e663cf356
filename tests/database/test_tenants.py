"""Tenants are held apart on a real server, by what is declared: row-level security, and a wall over a hypertable.

One connection of the application serves two tenants in turn, as behind a pool in transaction mode. Not proved here:
the pool itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from pulumi_timescaledb.database.plan import apply, gate

from ..support.fix_database import Database, Session
from .system import Managed

# once a transaction with a tenant has ended, the setting is empty text and not missing (measured on 15.20 and 17)
TENANT = "nullif(current_setting('app.org', true), '')::int"
TABLES = (
    "CREATE ROLE keeper",
    "CREATE TABLE documents (id int, org int, body text)",
    "CREATE TABLE document_metrics (at timestamptz NOT NULL, org int, document int, value float)",
    "INSERT INTO documents SELECT i, 1 + i % 2, 'text ' || i FROM generate_series(1, 20) i",
    "ALTER TABLE documents OWNER TO keeper",
    "ALTER TABLE document_metrics OWNER TO keeper",
)
POLICY = {"name": "tenant", "using": f"org = {TENANT}", "to": ["app", "keeper"]}
ROWS: dict[str, Any] = {"kind": "row_level_security", "table": "documents", "forced": True, "policies": [POLICY]}
METRICS: dict[str, Any] = {"kind": "hypertable", "table": "document_metrics", "time_column": "at"}
WALL: dict[str, Any] = {
    "kind": "security_barrier_view",
    "name": "my_metrics",
    "query": f"SELECT at, org, document, value FROM document_metrics WHERE org = {TENANT}",
    "owner": "keeper",
}
GRANTS = "GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO app; GRANT SELECT ON my_metrics TO app"
PASSWORD = "app-password-of-the-tests"


@pytest.fixture
def system(database: Database, monkeypatch: pytest.MonkeyPatch) -> Managed:
    """Tables of two tenants; on the Community edition the metrics have a columnstore, with old chunks converted."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", PASSWORD)
    for statement in ("CREATE EXTENSION timescaledb", *TABLES):
        database.sql(statement)
    metrics = dict(METRICS)
    if database.edition == "community":
        metrics["columnstore"] = {"segment_by": ["org"]}
    app = {"kind": "role", "name": "app", "login": True, "password_ref": "env:TSDB_TEST_APP_PASSWORD"}
    made = Managed(database, [app, metrics, ROWS, WALL])
    assert made.plan().refusals == []
    made.up()
    for statement in GRANTS.split("; "):
        database.sql(statement)
    database.sql("INSERT INTO document_metrics SELECT now() - i * interval '12 hours', 1 + i % 2, i, i "
                 "FROM generate_series(0, 59) i")  # fmt: skip
    if database.edition == "community":
        database.sql("SELECT compress_chunk(c) FROM show_chunks('document_metrics', older_than => interval '8 days') c")
        converted = database.sql("SELECT count(*) FROM timescaledb_information.chunks WHERE is_compressed")
        assert converted[0][0] > 0
    return made


def connected(database: Database, user: str = "app", password: str = PASSWORD) -> Session:
    """A session of the application, which owns nothing."""
    return database.session(user=user, password=password)


@contextmanager
def tenant(session: Session, org: int) -> Iterator[Session]:
    """A transaction of one tenant, as an application opens it."""
    with session.transaction():
        session.execute("SELECT set_config('app.org', %s, true)", (str(org),))
        yield session


def seen(session: Session, relation: str) -> tuple[int, list[int]]:
    """How many rows, and of which tenants."""
    row = session.execute(f"SELECT count(*), array_agg(DISTINCT org) FROM {relation}".encode()).fetchone()
    return (0, []) if row is None else (row[0], row[1] or [])


def test_two_tenants_take_turns_on_one_connection(system: Managed) -> None:
    """Each sees its own rows in the table and through the wall; nobody sees any without a tenant."""
    with connected(system.database) as session:
        assert seen(session, "documents") == (0, [])
        session.rollback()
        for turn in range(6):
            org = 1 + turn % 2
            with tenant(session, org):
                assert seen(session, "documents") == (10, [org])
                assert seen(session, "my_metrics") == (30, [org])
            with session.transaction():
                assert seen(session, "documents") == (0, [])
                assert seen(session, "my_metrics") == (0, [])


def test_a_tenant_writes_and_deletes_its_own_rows_alone(system: Managed) -> None:
    """A row for another tenant is refused; updating and deleting pass others' rows by."""
    with connected(system.database) as session:
        with tenant(session, 1):
            session.execute("INSERT INTO documents VALUES (100, 1, 'mine')")
            assert session.execute("UPDATE documents SET body = 'changed'").rowcount == 11
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), tenant(session, 1):
            session.execute("INSERT INTO documents VALUES (101, 2, 'not mine')")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"), tenant(session, 1):
            session.execute("UPDATE documents SET org = 2")
        with tenant(session, 2):
            assert session.execute("DELETE FROM documents").rowcount == 10
    assert system.database.sql("SELECT count(*), count(DISTINCT org), min(body) FROM documents") == [(11, 1, "changed")]


def test_what_is_behind_the_wall_is_out_of_reach(system: Managed) -> None:
    """Neither the hypertable nor its chunks, also the converted ones, answer the application."""
    chunks = system.database.sql("SELECT c::text FROM show_chunks('document_metrics') c")
    with connected(system.database) as session:
        for relation in ["document_metrics", *(chunk for (chunk,) in chunks)]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), tenant(session, 1):
                seen(session, relation)


def test_force_binds_the_owner_of_the_table(system: Managed) -> None:
    """And not forcing lets the owner see everything, which is why that needs an acknowledgement."""
    database = system.database
    database.sql(f"ALTER ROLE keeper LOGIN PASSWORD '{PASSWORD}'")
    with connected(database, "keeper") as session:
        assert seen(session, "documents") == (0, [])
        with tenant(session, 2):
            assert seen(session, "documents") == (10, [2])
    loose = Managed(database, [{**ROWS, "forced": False}])
    (refusal,) = loose.plan().refusals
    assert "open:public.documents" in refusal
    can = loose.reader.snapshot()
    (demand,) = gate.demands(*next(iter(loose.plan().changes.items())), can.capabilities, can.uses)
    loose.up(acknowledged={demand.name: demand.code})
    with connected(database, "keeper") as session:
        assert seen(session, "documents") == (20, [1, 2])


LEAK = (
    "CREATE FUNCTION pg_temp.leak(org int) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS "
    "$$ BEGIN RAISE NOTICE 'saw %', org; RETURN true; END $$"
)


def leaked(database: Database) -> set[str]:
    """Which tenants' rows a function of the reader's own gets to see through the wall, asked by tenant 1."""
    notices: set[str] = set()
    with connected(database) as session:
        session.add_notice_handler(lambda notice: notices.add(str(notice.message_primary)))
        with tenant(session, 1):
            session.execute(LEAK.encode())
            session.execute("SELECT count(*) FROM my_metrics WHERE pg_temp.leak(org)")
    return notices


def test_a_readers_own_function_sees_no_row_of_another_tenant(system: Managed) -> None:
    """security_barrier runs the wall's condition first; without it the cheap function runs first and sees all."""
    assert leaked(system.database) == {"saw 1"}
    bare = Managed(system.database, [{**WALL, "security_barrier": False}])
    can = bare.reader.snapshot()
    (demand,) = gate.demands(*next(iter(bare.plan().changes.items())), can.capabilities, can.uses)
    assert demand.name == "open:public.my_metrics"
    bare.up(acknowledged={demand.name: demand.code})
    assert leaked(system.database) == {"saw 1", "saw 2"}
    system.up()  # a barrier closes rows and needs no word
    assert leaked(system.database) == {"saw 1"}


def test_a_declaration_that_goes_takes_no_protection_away(system: Managed) -> None:
    """Neither row security nor the wall is touched."""
    before = system.database.sql("SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy")
    for name in ("public.documents", "public.my_metrics"):
        assert apply.release(system.reader, system.named(name), apache_fallback=True) == []
    assert system.database.sql("SELECT polname, pg_get_expr(polqual, polrelid) FROM pg_policy") == before
    with connected(system.database) as session, tenant(session, 2):
        assert seen(session, "documents") == (10, [2])
        assert seen(session, "my_metrics") == (30, [2])
