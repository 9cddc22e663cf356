"""Jobs and policies on a server: what converging, releasing and an interruption leave behind.

Not proved here: what the scheduler makes of a job's times.
"""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_timescaledb.database.plan import apply, plan
from pulumi_timescaledb.errors import TimescaleDBError

from ..support.fix_database import Database
from .system import Managed

NIGHTLY: dict[str, Any] = {"kind": "job", "name": "nightly", "procedure": "clean", "schedule": "1 day"}
READINGS: dict[str, Any] = {"kind": "hypertable", "table": "readings", "time_column": "at", "chunk_interval": "1 day"}
ZONES = (
    "SELECT b.timezone FROM _timescaledb_catalog.bgw_job b WHERE b.id >= 1000 "
    "AND b.proc_name IN ('policy_retention', 'policy_compression', 'policy_refresh_continuous_aggregate')"
)


def prepare(database: Database) -> None:
    """A table, and a procedure for jobs."""
    database.sql("CREATE EXTENSION timescaledb")
    database.sql("CREATE TABLE readings (at timestamptz NOT NULL, device int, value float)")
    database.sql("CREATE PROCEDURE clean(job_id int, config jsonb) LANGUAGE plpgsql AS 'BEGIN END'")


def jobs(database: Database) -> list[tuple[int, str]]:
    """The user's jobs, by id."""
    return database.sql(
        "SELECT job_id, application_name::text FROM timescaledb_information.jobs WHERE proc_name = 'clean' ORDER BY 1"
    )


def test_a_job_keeps_its_id_and_is_never_made_twice(community_database: Database) -> None:
    """Converging again does nothing, and a change of every attribute that can be altered keeps the id."""
    database = community_database
    prepare(database)
    Managed(database, [NIGHTLY]).up()
    made = jobs(database)
    assert Managed(database, [NIGHTLY]).up() == []
    more = {"schedule": "2 days", "config": {"a": 1}, "timezone": "Asia/Tokyo", "max_retries": 3, "enabled": False}
    Managed(database, [{**NIGHTLY, **more}]).up()
    assert jobs(database) == made
    assert len(made) == 1


def test_a_job_that_was_there_before_stays_when_its_declaration_goes(community_database: Database) -> None:
    """Adopted ones stay; those made here go, with the policies made here."""
    database = community_database
    prepare(database)
    database.sql("SELECT add_job('clean', '3 days', job_name => 'nightly')")
    reorder = {"reorder": {"index": "readings_at_idx"}}
    system = Managed(database, [NIGHTLY, {**NIGHTLY, "name": "own"}, {**READINGS, **reorder}])
    system.up()
    assert len(jobs(database)) == 2
    for each in system.declared:
        apply.release(system.reader, each, apache_fallback=False)
    assert [name.split(" [")[0] for _, name in jobs(database)] == ["nightly"]
    assert database.sql("SELECT FROM timescaledb_information.jobs WHERE proc_name = 'policy_reorder'") == []


def test_altering_a_policy_keeps_its_time_zone(community_database: Database) -> None:
    """alter_job takes the zone away unless it is said again (measured on 2.28.3)."""
    database = community_database
    prepare(database)
    query = "SELECT time_bucket('1 hour', at) AS hour, count(*) FROM readings GROUP BY 1"
    declared = [
        {**READINGS, "columnstore": {"after": "7 days"}, "retention": {"drop_after": "90 days"}},
        {
            "kind": "continuous_aggregate",
            "name": "hourly",
            "source": "readings",
            "query": query,
            "refresh": [{"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}],
        },
    ]
    Managed(database, declared).up()
    database.sql("UPDATE _timescaledb_catalog.bgw_job SET timezone = 'Europe/Berlin' WHERE id >= 1000")
    declared[0] |= {"columnstore": {"after": "8 days", "schedule": "3 hours"}, "retention": {"drop_after": "91 days"}}
    declared[1] |= {"refresh": [{"start_offset": "4 days", "end_offset": "1 hour", "schedule": "2 hours"}]}
    Managed(database, declared).up()
    assert database.sql(ZONES) == [("Europe/Berlin",)] * 3


def test_an_interrupted_build_per_chunk_is_finished_by_the_next_run(community_database: Database) -> None:
    """A chunk being written to stops it half way and leaves an invalid index; the next run builds all, valid."""
    database = community_database
    prepare(database)
    Managed(database, [READINGS]).up()
    database.sql("INSERT INTO readings SELECT now() - i * interval '1 day', i, i FROM generate_series(1, 6) i")
    index = {"name": "by_device", "columns": ["device"], "where": "device > 2", "per_chunk": True}
    system = Managed(database, [{**READINGS, "indexes": [index]}])
    with database.session() as blocker:
        row = blocker.execute("SELECT max(c::text) FROM show_chunks('readings') c").fetchone()
        assert row is not None
        blocker.execute(f"LOCK TABLE {row[0]} IN ROW EXCLUSIVE MODE")  # as a writer does
        with pytest.raises(TimescaleDBError):
            system.up()
        blocker.rollback()
    assert database.sql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_device'::regclass") == [(False,)]
    assert [change.field for rows in system.plan().changes.values() for change in rows] == ["valid"]
    system.up()
    assert system.differences() == {}
    valid = database.sql(
        "SELECT count(*) FILTER (WHERE indisvalid), count(*) FROM pg_index WHERE indexrelid::regclass::text LIKE "
        "'%by_device'"
    )
    assert valid == [(7, 7)]


def test_notes_stand_in_the_plan_and_refuse_nothing(community_database: Database) -> None:
    """A columnstore that reaches into the refreshed window, and one that retention is faster than."""
    database = community_database
    prepare(database)
    declared = {**READINGS, "columnstore": {"after": "7 days"}, "retention": {"drop_after": "5 days"}}
    made: plan.Plan = Managed(database, [declared]).plan()
    assert made.refusals == []
    assert any("public.readings" in note and "stays empty" in note for note in made.notes)
