"""One look at the catalogs serves writers as long as nobody wrote, and not a transaction longer."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pulumi_timescaledb.database.snapshot import MAX_AGE_SECONDS, Reader
from pulumi_timescaledb.errors import Busy, Unreachable

from ..support.fix_database import Database
from .system import Managed

TABLE = "CREATE TABLE readings (at timestamptz NOT NULL, device text)"
DECLARED = [
    {
        "kind": "hypertable",
        "table": "readings",
        "time_column": "at",
        "indexes": [{"name": "odd", "columns": ["lower(device)", "(at || 'x')"], "where": "device <> 'a'"}],
    }
]


@pytest.fixture
def looking(database: Database) -> Reader:
    """A reader of a database with the extension and a table, whose background workers rest."""
    database.sql("CREATE EXTENSION timescaledb")
    database.sql("SELECT _timescaledb_functions.stop_background_workers()")
    database.sql(TABLE)
    return Managed(database, []).reader


def serves_again(looking: Reader, meanwhile: Callable[[], object]) -> bool:
    """If the look before something serves after it.

    Ten times at most: what the server's own workers commit between the two (autovacuum in any database of it) counts
    as written, rightly.
    """
    for _ in range(10):
        first = looking.snapshot(fresh=True)
        meanwhile()
        if looking.snapshot(fresh=True) is first:
            return True
    return False


def test_a_writer_is_served_by_the_last_look_while_nobody_writes(looking: Reader) -> None:
    """The very same value, also after the reader itself asked something else."""

    def read() -> None:
        with looking.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM readings")

    assert serves_again(looking, read)


def test_what_the_server_respelled_is_no_reason_to_look_again(looking: Reader, database: Database) -> None:
    """An index that it spells in other words is built on a copy and rolled back, which takes transaction numbers."""
    database.sql("SELECT create_hypertable('readings', by_range('at'))")
    database.sql("CREATE INDEX odd ON readings ((LOWER(device)), at) WHERE device != 'a'")
    declared = [
        {**DECLARED[0], "indexes": [{"name": "odd", "columns": ["lower(device)", "at"], "where": "device<>'a'"}]}
    ]
    managed = Managed(database, declared)
    wanted = managed.declared[0].parts[1]
    found = looking.found(wanted)
    assert found is not None
    assert found.value.definition == wanted.value.definition != "btree (lower(device), at)"

    def respell() -> None:
        looking._respelled.clear()
        assert looking.found(wanted) == found

    assert serves_again(looking, respell)


@pytest.mark.parametrize("written", ["CREATE TABLE other (id int)", "INSERT INTO readings VALUES (now(), 'd')"])
def test_any_write_by_anybody_makes_a_writer_look_again(looking: Reader, database: Database, written: str) -> None:
    """Also one that touches no catalog: the server's transactions are counted, not understood."""
    first = looking.snapshot(fresh=True)
    database.sql(written)
    assert looking.snapshot(fresh=True) is not first
    assert looking.snapshot() is not first


def test_what_was_rolled_back_was_not_written(looking: Reader, database: Database) -> None:
    """By anybody, with savepoints too; the transaction after it counts again."""
    rolled_back = (
        "BEGIN; SAVEPOINT a; CREATE TABLE other (id int); ROLLBACK TO a; CREATE TABLE other (id int); ROLLBACK"
    )
    assert serves_again(looking, lambda: database.sql(rolled_back))
    database.sql("BEGIN; SAVEPOINT a; CREATE TABLE other (id int); RELEASE a; COMMIT")
    assert "public.other" in looking.snapshot(fresh=True).tables


def test_settings_that_the_server_read_again_make_a_writer_look_again(looking: Reader, database: Database) -> None:
    """They are no rows, so they have no transaction; the signal may take a moment."""
    first = looking.snapshot(fresh=True)
    database.sql("SELECT pg_reload_conf()")
    deadline = time.monotonic() + MAX_AGE_SECONDS / 2
    while looking.snapshot(fresh=True) is first:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_broken_session_is_not_asked_about_the_time_before_it(looking: Reader, database: Database) -> None:
    """Behind the same address there may be another server."""
    first = looking.snapshot(fresh=True)
    with looking.cursor() as cursor:
        process = cursor.connection.info.backend_pid
    database.sql(f"SELECT pg_terminate_backend({process})")
    with pytest.raises(Unreachable, match="broke off"):
        looking.snapshot(fresh=True)
    assert looking.snapshot(fresh=True) is not first


def test_a_transaction_that_was_open_at_the_look_counts_when_it_ends(looking: Reader, database: Database) -> None:
    """It took its number before the look, and its table came after it."""
    with database.session() as other:
        other.execute("CREATE TABLE late (id int)")
        first = looking.snapshot(fresh=True)
        assert "public.late" not in first.tables
        assert serves_again(looking, lambda: None)
        other.commit()
    assert "public.late" in looking.snapshot(fresh=True).tables


def test_what_a_sparing_look_reads_later_is_of_the_same_moment(looking: Reader, database: Database) -> None:
    """Its transaction stays open, whatever others write meanwhile."""
    with looking.sparing() as looks:
        snapshot = looks.snapshot(fresh=True)
        database.sql("CREATE TABLE late (id int)")
        assert "public.late" not in snapshot.tables
        assert "public.late" in looks.snapshot(fresh=True).tables


def test_a_sparing_look_does_not_age_while_its_transaction_is_open(looking: Reader, database: Database) -> None:
    """However long a plan takes to make on a database that others write to, it is made of one look."""
    with looking.sparing() as looks:
        snapshot = looks.snapshot(fresh=True)
        looks._taken -= MAX_AGE_SECONDS + 1
        database.sql("CREATE TABLE late (id int)")
        assert looks.snapshot() is snapshot
        assert "public.late" not in snapshot.tables
        looks.rest()
        assert "public.late" in looks.snapshot().tables


def test_routines_of_a_schema_that_is_only_named_like_ours_are_known(looking: Reader, database: Database) -> None:
    """timescaledb_reports is a user's."""
    database.sql("CREATE SCHEMA timescaledb_reports")
    database.sql("CREATE FUNCTION timescaledb_reports.hours() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 1::bigint'")
    assert ("timescaledb_reports.hours", "") in looking.snapshot().routines


def test_after_its_rest_a_sparing_look_is_completed_only_while_nobody_writes(
    looking: Reader, database: Database
) -> None:
    """Half of one moment and half of another would be a plan for a database that never was."""
    with looking.sparing() as looks:
        for _ in range(10):  # the server's own workers write too, now and then
            snapshot = looks.snapshot(fresh=True)
            looks.rest()
            with contextlib.suppress(Busy):
                assert "public.readings" in snapshot.tables
                break
        else:
            pytest.fail("never completed")
        snapshot = looks.snapshot(fresh=True)
        assert snapshot.found["role"]
        looks.rest()
        database.sql("INSERT INTO readings VALUES (now(), 'd')")
        assert snapshot.found["role"]
        with pytest.raises(Busy, match="written to by somebody else"):
            snapshot.get("index", "public.readings odd")


def test_a_sparing_look_at_rest_holds_no_lock_and_no_transaction(looking: Reader, database: Database) -> None:
    """Or the writer would wait for itself, and vacuum for both."""
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    with looking.sparing() as looks:
        assert looks.snapshot(fresh=True).found["view"] is not None
        assert database.sql(open_ones) == [(1,)]
        looks.rest()
        assert database.sql(open_ones) == [(0,)]
        looks.snapshot()
    assert database.sql(open_ones) == [(0,)]


def test_a_session_setting_of_a_migration_does_not_reach_the_next_object(database: Database, tmp_path: Path) -> None:
    """Writers share a session; what a file sets in it is taken back."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "001.sql").write_text(f"{TABLE}; SET search_path = nowhere; SET default_transaction_read_only = on;")
    managed = Managed(
        database,
        [{"kind": "extension", "name": "timescaledb"}, {"kind": "migrations", "directory": str(folder)}, DECLARED[0]],
    )
    managed.declared = managed.declared[:2]
    managed.up()
    assert database.sql("SELECT to_regclass('public.readings') IS NOT NULL") == [(True,)]
    after = Managed(database, [{**DECLARED[0], "indexes": []}])
    assert after.up() != []
    assert not after.plan().changes["hypertable:public.readings"]


def test_the_region_of_a_connection_is_known_to_whoever_looks(database: Database) -> None:
    """Declared roles take their passwords from there; a connection without one says nothing."""
    elsewhere = Reader(replace(database.connection, region="eu-west-1"))
    assert elsewhere.snapshot().capabilities.region == "eu-west-1"
    elsewhere.close()
    assert Managed(database, []).reader.snapshot().capabilities.region == ""
