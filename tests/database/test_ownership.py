"""Whose an object is, who writes, and what is set before something is lost: on a real server of each edition."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest
from pulumi_timescaledb.database.plan import apply, execute, gate, locks
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.errors import Busy, Refusal

from ..support.fix_database import Database
from .system import Managed

TABLE = {"kind": "hypertable", "table": "readings", "time_column": "at", "chunk_interval": "1 day"}
ONE, OTHER = "acme/metrics/prod", "acme/other/prod"


@pytest.fixture
def readings(database: Database) -> Managed:
    """A table, and the declaration that makes it a hypertable."""
    database.sql("CREATE EXTENSION timescaledb")
    database.sql("CREATE TABLE readings (at timestamptz NOT NULL, device text)")
    return Managed(database, [TABLE])


def converge(system: Managed, stack: str) -> list[str]:
    """Bring the one object to its declaration on behalf of a stack."""
    return apply.converge(system.reader, system.declared[0], apache_fallback=True, acknowledged={}, stack=stack)


def test_a_second_stack_is_refused_until_it_takes_the_object_over(readings: Managed) -> None:
    """The refusal names the owner and the line to type; afterwards the first one is refused, and releases nothing."""
    assert converge(readings, ONE)
    assert converge(readings, ONE) == []
    with pytest.raises(Refusal, match=r"acme/metrics/prod.*take:public\.readings"):
        converge(readings, OTHER)
    owner = "SELECT stack FROM pulumi_timescaledb.owner WHERE object = 'hypertable:public.readings'"
    assert readings.database.sql(owner) == [(ONE,)]
    can = readings.reader.snapshot().capabilities
    needed = gate.ownership("hypertable:public.readings", ONE, OTHER, can)
    given = {needed.name: needed.code}
    apply.converge(readings.reader, readings.declared[0], apache_fallback=True, acknowledged=given, stack=OTHER)
    assert readings.database.sql(owner) == [(OTHER,)]
    with pytest.raises(Refusal, match="acme/other/prod"):
        converge(readings, ONE)
    apply.release(readings.reader, readings.declared[0], apache_fallback=True, stack=ONE)
    assert readings.database.sql(owner) == [(OTHER,)]
    apply.release(readings.reader, readings.declared[0], apache_fallback=True, stack=OTHER)
    assert readings.database.sql(owner) == []
    assert converge(readings, ONE) == []  # adopted as it is, and ours again
    assert readings.database.sql(owner) == [(ONE,)]


def another(connection: Connection, run: str) -> subprocess.Popen[str]:
    """Another process, which has written as part of a run, and lives until its input ends."""
    program = (
        "import sys; from pulumi_timescaledb.database.plan import locks; "
        "from pulumi_timescaledb.database.session import Connection\n"
        f"with locks.writing(Connection({connection.host!r}, {connection.database!r}, {connection.user!r}, "
        f"{connection.port}, {connection.tls!r}, {connection.password_ref!r})): pass\n"
        "print('wrote', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, run]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "wrote\n"
    return process


def test_processes_of_one_run_write_in_turn(readings: Managed) -> None:
    """The engine starts a second provider when the configuration changed; the first one waits for it."""
    connection = readings.database.connection
    with another(connection, "127.0.0.1:1") as first, another(connection, "127.0.0.1:1") as second:
        assert (first.poll(), second.poll()) == (None, None)
        first.communicate()
        second.communicate()


def test_two_runs_never_interleave(readings: Managed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run that has begun to write is waited for, then named; when it has ended, we go on."""
    monkeypatch.setattr(locks, "WAIT_SECONDS", 1)
    with another(readings.database.connection, "127.0.0.1:1") as other:
        with pytest.raises(Busy, match=r"process \d+ \(pulumi_timescaledb .*is writing to this database"):
            converge(readings, ONE)
        assert readings.database.sql("SELECT to_regnamespace('pulumi_timescaledb') IS NULL") == [(True,)]
        other.communicate()
    assert converge(readings, ONE)


def test_the_statement_in_the_way_is_reported(readings: Managed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table locked by somebody: asked for again for a while, then refused with process, age and statement."""
    monkeypatch.setattr(execute, "ATTEMPTS", 2)
    monkeypatch.setattr("pulumi_timescaledb.database.session.LOCK_TIMEOUT_SECONDS", 1)
    with readings.database.session() as holder:
        holder.execute("LOCK TABLE readings IN SHARE MODE")
        pid = holder.info.backend_pid
        with pytest.raises(Busy, match=rf"hypertable:public\.readings.*process {pid} .*LOCK TABLE readings"):
            converge(readings, ONE)
    assert readings.live("public.readings") is None
    assert converge(readings, ONE)


def test_a_lock_that_is_given_back_in_time_is_no_failure(readings: Managed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step is tried again, and the transaction with what it did before is kept."""
    monkeypatch.setattr("pulumi_timescaledb.database.session.LOCK_TIMEOUT_SECONDS", 1)
    holder = readings.database.session()
    holder.execute("LOCK TABLE readings IN SHARE MODE")
    waiter = threading.Timer(2.5, holder.close)
    waiter.start()
    began = time.monotonic()
    assert converge(readings, ONE)
    assert time.monotonic() - began > 2
    waiter.join()


def test_a_restore_point_is_set_before_something_is_destroyed(readings: Managed) -> None:
    """Its name is in the history, and in the write-ahead log where the server writes one."""
    converge(readings, ONE)
    absent = Managed(readings.database, [{"kind": "hypertable", "table": "readings", "absent": True}])
    refused = absent.plan()
    snapshot = absent.reader.snapshot()
    name = "hypertable:public.readings"
    (needed,) = gate.demands(name, refused.changes[name], snapshot.capabilities, {})
    given = {needed.name: needed.code}
    done = apply.converge(absent.reader, absent.declared[0], apache_fallback=True, acknowledged=given, stack=ONE)
    points = [sentence for sentence in done if "restore point" in sentence]
    assert len(points) == 1
    assert needed.code in points[0]
    history = readings.database.sql("SELECT sentence, acknowledgement FROM pulumi_timescaledb.history ORDER BY id")
    assert history[-2] == (points[0], needed.code)
    assert history[-1][1] == needed.code


def test_a_role_that_may_not_set_one_goes_on_without(readings: Managed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table's owner, who is no superuser."""
    database = readings.database
    database.sql("CREATE ROLE keeper LOGIN PASSWORD 'keeper'")
    database.sql("GRANT CREATE ON DATABASE lighthouse TO keeper")
    database.sql("ALTER TABLE readings OWNER TO keeper")
    monkeypatch.setenv("TSDB_TEST_KEEPER", "keeper")
    connection = replace(database.connection, user="keeper", password_ref="env:TSDB_TEST_KEEPER")
    theirs = Database(database.server, connection)
    system = Managed(theirs, [TABLE])
    converge(system, ONE)
    absent = Managed(theirs, [{"kind": "hypertable", "table": "readings", "absent": True}])
    name = "hypertable:public.readings"
    changes = absent.plan().changes[name]
    (needed,) = gate.demands(name, changes, absent.reader.snapshot().capabilities, {})
    given = {needed.name: needed.code}
    done = apply.converge(absent.reader, absent.declared[0], apache_fallback=True, acknowledged=given, stack=ONE)
    assert done
    assert not any("restore point" in sentence for sentence in done)
    absent.reader.close()
