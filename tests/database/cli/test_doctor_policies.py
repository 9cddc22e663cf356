"""``tsdb doctor`` judges policies by what they left behind, on a real server, and its remedies mend what it names."""

from __future__ import annotations

import time

import pytest

from tests.support.fix_database import Database

from .lighthouse import Answer, tsdb

READINGS = """
CREATE EXTENSION timescaledb;
CREATE TABLE readings (at timestamptz NOT NULL, device int, value float8);
SELECT create_hypertable('readings', 'at', chunk_time_interval => interval '1 day');
"""
HOURLY = """
CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous) AS
SELECT time_bucket('1 hour', at) AS hour, device, avg(value) AS value FROM readings GROUP BY 1, 2 WITH NO DATA
"""
CANCELED = """{"sqlerrcode": "57014", "message": "canceling statement"}"""


@pytest.fixture
def readings(community_database: Database) -> Database:
    """A hypertable with a row an hour for 30 days, the newest 3 days old."""
    community_database.sql(READINGS)
    fill(community_database, "30 days", "3 days")
    return community_database


def fill(database: Database, first: str, last: str) -> None:
    """A row an hour between two ages."""
    database.sql(
        "INSERT INTO readings SELECT at, 1, random() FROM "
        f"generate_series(now() - interval '{first}', now() - interval '{last}', interval '1 hour') at"
    )


def doctor(database: Database, *arguments: str, user: str = "") -> Answer:
    """The doctor's JSON."""
    return tsdb(database, "doctor", "--json", *arguments, user=user)


def ran(database: Database, job: int) -> None:
    """Wait until the server's own worker has run a job."""
    deadline = time.monotonic() + 60
    query = "SELECT last_run_status IS NOT NULL AND job_status <> 'Running' FROM timescaledb_information.job_stats"
    while database.sql(f"{query} WHERE job_id = {job}") != [(True,)]:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def recorded(database: Database, job: int, *, success: bool, error: str = CANCELED) -> None:
    """The last run as another server would have recorded it: PostgreSQL 15.20 records every run as failed."""
    database.sql(f"UPDATE _timescaledb_internal.bgw_job_stat SET last_run_success = {success} WHERE job_id = {job}")
    database.sql(f"DELETE FROM _timescaledb_internal.bgw_job_stat_history WHERE job_id = {job}")
    database.sql(
        "INSERT INTO _timescaledb_internal.bgw_job_stat_history (job_id, pid, execution_finish, succeeded, data) "
        f"""VALUES ({job}, 1, now(), {success}, '{{"error_data": {error}}}')"""
    )


def policy(database: Database, call: str) -> int:
    """Add a policy by hand, without a run of its own until a test asks for it."""
    function, _, rest = call.partition("(")
    return int(database.sql(f"SELECT {function}({rest[:-1]}, initial_start => now() + interval '1 hour')")[0][0])


def start(database: Database, job: int) -> None:
    """Have the server's worker run it now."""
    database.sql(f"SELECT alter_job({job}, next_start => now())")
    ran(database, job)


# -------------------------------------------------------------------------------------------------------- retention
def test_a_retention_job_recorded_failed_whose_chunks_are_gone_is_no_error(readings: Database) -> None:
    job = policy(readings, "add_retention_policy('readings', interval '10 days')")
    assert doctor(readings).check("jobs") == []  # not due yet, so nothing is undone
    start(readings, job)
    recorded(readings, job, success=False)
    answer = doctor(readings)
    assert answer.code == 0
    ((severity, name, what),) = answer.check("jobs")
    assert (severity, name) == ("warning", f"job {job} (Retention Policy [{job}], public.readings)")
    assert "canceling statement" in what
    assert "yet no chunk older than 10 days is left" in what


def test_a_retention_job_recorded_successful_whose_chunks_are_there_is_an_error(readings: Database) -> None:
    job = policy(readings, "add_retention_policy('readings', interval '1 year')")
    start(readings, job)
    recorded(readings, job, success=True)
    assert doctor(readings).check("jobs") == []
    readings.sql(
        "UPDATE _timescaledb_catalog.bgw_job SET config = jsonb_set(config, '{drop_after}', '\"10 days\"') "
        f"WHERE id = {job}"
    )
    answer = doctor(readings)
    assert answer.code == 1
    ((severity, _, what),) = answer.check("jobs")
    assert severity == "error"
    assert "recorded successful, but 20 chunks older than 10 days are still there" in what or "21 chunks" in what
    (remedy,) = answer.remedies("jobs")
    readings.sql(remedy.partition(" and ")[0])
    assert doctor(readings).check("jobs") == []


# ------------------------------------------------------------------------------------------------------ columnstore
def test_a_columnstore_job_recorded_successful_while_old_chunks_stay_is_an_error(readings: Database) -> None:
    readings.sql("ALTER TABLE readings SET (timescaledb.compress, timescaledb.compress_segmentby = 'device')")
    job = policy(readings, "add_compression_policy('readings', interval '7 days')")
    start(readings, job)
    recorded(readings, job, success=True)
    assert doctor(readings).check("jobs") == []
    readings.sql("SELECT decompress_chunk(c) FROM show_chunks('readings', older_than => interval '20 days') c")
    answer = doctor(readings)
    assert answer.code == 1
    ((severity, name, what),) = answer.check("jobs")
    assert severity == "error"
    assert "public.readings" in name
    assert "recorded successful" in what
    assert "still not converted" in what
    assert answer.check("columnstore") == []  # said once
    (remedy,) = answer.remedies("jobs")
    readings.sql(remedy.partition(" and ")[0])
    assert doctor(readings).check("jobs") == []


def test_a_job_that_only_looks_failed_is_judged_by_its_effect(readings: Database) -> None:
    readings.sql("ALTER TABLE readings SET (timescaledb.compress)")
    job = policy(readings, "add_compression_policy('readings', interval '7 days')")
    start(readings, job)
    error = """{"sqlerrcode": "24000", "message": "cannot drop portal \\"\\" while it is being set up"}"""
    recorded(readings, job, success=False, error=error)
    answer = doctor(readings)
    assert answer.code == 0
    ((severity, _, what),) = answer.check("jobs")
    assert severity == "warning"
    assert "1 of these jobs did what was due" in what
    readings.sql("SELECT decompress_chunk(c) FROM show_chunks('readings', older_than => interval '20 days') c")
    assert [severity for severity, _, _ in doctor(readings).check("jobs")] == ["error"]


def test_chunks_that_wait_for_the_columnstore(readings: Database) -> None:
    readings.sql("ALTER TABLE readings SET (timescaledb.compress)")
    answer = doctor(readings)
    assert [(severity, "without a policy" in what) for severity, _, what in answer.check("columnstore")] == [
        ("note", True)
    ]
    job = policy(readings, "add_compression_policy('readings', interval '7 days')")
    answer = doctor(readings)
    ((severity, name, what),) = answer.check("columnstore")
    assert (severity, name) == ("warning", "public.readings")
    assert "older than 7 days wait for the columnstore" in what
    figures = answer.json["hypertables"][0]
    assert figures["waiting"] > 20
    readings.sql(f"CALL run_job({job})")
    answer = doctor(readings)
    assert answer.check("columnstore") == []
    figures = answer.json["hypertables"][0]
    assert figures["waiting"] == 0
    assert figures["converted"] > 20
    assert figures["ratio"] is not None


def test_a_columnstore_that_saves_little(readings: Database) -> None:
    readings.sql("CREATE TABLE keyed (at timestamptz NOT NULL, id uuid); SELECT create_hypertable('keyed', 'at')")
    readings.sql("ALTER TABLE keyed SET (timescaledb.compress, timescaledb.compress_segmentby = 'id')")
    readings.sql("CREATE INDEX ON keyed (id)")
    readings.sql("INSERT INTO keyed SELECT now(), gen_random_uuid() FROM generate_series(1, 120000)")
    assert doctor(readings).check("columnstore") == []
    readings.sql("SELECT compress_chunk(c) FROM show_chunks('keyed') c")
    ((severity, name, what),) = doctor(readings).check("columnstore")
    assert (severity, name) == ("warning", "public.keyed")
    assert "saves little" in what


# ------------------------------------------------------------------------------------------------------- aggregates
def test_an_aggregate_that_is_behind_and_its_remedy(readings: Database) -> None:
    readings.sql(HOURLY)
    ((severity, name, what),) = doctor(readings).check("aggregates")
    assert (severity, name) == ("warning", "public.hourly")
    assert "no refresh policy" in what
    call = "add_continuous_aggregate_policy('hourly', interval '40 days', interval '1 hour', interval '1 hour')"
    job = policy(readings, call)
    assert doctor(readings).check("aggregates") == []  # its first run is still to come
    start(readings, job)
    assert doctor(readings).check("aggregates") == []  # without new rows the watermark stands still, and that is right
    readings.sql(f"SELECT alter_job({job}, scheduled => false)")
    fill(readings, "2 days", "1 minute")
    answer = doctor(readings)
    ((severity, name, what),) = answer.check("aggregates")
    assert (severity, name) == ("warning", "public.hourly")
    assert "is behind: it ends at" in what
    for remedy in answer.remedies("aggregates"):
        readings.sql(remedy)
    assert doctor(readings).check("aggregates") == []


def test_rows_that_no_refresh_policy_will_take(readings: Database) -> None:
    readings.sql(HOURLY)
    job = policy(
        readings, "add_continuous_aggregate_policy('hourly', interval '10 days', interval '1 hour', interval '1 hour')"
    )
    start(readings, job)
    answer = doctor(readings)
    ((severity, _, what),) = answer.check("aggregates")
    assert severity == "note"
    assert "never materialized" in what
    readings.sql(answer.remedies("aggregates")[0])
    assert doctor(readings).check("aggregates") == []
    readings.sql("INSERT INTO readings SELECT now() - interval '20 days', 2, 1")
    readings.sql("CALL refresh_continuous_aggregate('hourly', now() - interval '10 days', now())")  # reads the late row
    answer = doctor(readings)
    ((severity, _, what),) = answer.check("aggregates")
    assert severity == "warning"
    assert "changed after they were materialized" in what
    readings.sql(answer.remedies("aggregates")[0])
    assert doctor(readings).check("aggregates") == []


@pytest.mark.parametrize(
    ("type_", "now", "hour"),
    [
        ("timestamp", "now()::timestamp", "interval '1 hour'"),
        ("date", "current_date", "interval '1 day'"),
        ("bigint", "extract(epoch FROM now())::bigint", "3600::bigint"),
        ("int", "extract(epoch FROM now())::int", "3600"),
    ],
)
def test_other_kinds_of_time_are_judged_too(community_database: Database, type_: str, now: str, hour: str) -> None:
    database = community_database
    database.sql("CREATE EXTENSION timescaledb")
    database.sql(
        f'CREATE SCHEMA "Odd 100%"; CREATE TABLE "Odd 100%"."naïve ""x""\'s" ("The Time" {type_} NOT NULL, v float8)'
    )
    table = '"Odd 100%"."naïve ""x""\'s"'
    days = "interval '1 day'" if type_ in ("timestamp", "date") else "86400"
    lag = {"timestamp": "interval '3 days'", "date": "interval '3 days'"}.get(type_, f"259200::{type_}")
    text = table.replace("'", "''")
    database.sql(f"SELECT create_hypertable('{text}', 'The Time', chunk_time_interval => {days})")
    if type_ in ("bigint", "int"):
        database.sql(f'CREATE FUNCTION "Odd 100%"."Now?"() RETURNS {type_} LANGUAGE sql STABLE AS $$SELECT {now}$$')
        database.sql(f"SELECT set_integer_now_func('{text}', '\"Odd 100%\".\"Now?\"')")
    database.sql(f"INSERT INTO {table} SELECT {now} - i * {days}, i FROM generate_series(0, 20) i")
    database.sql(f"ALTER TABLE {table} SET (timescaledb.compress)")
    job = policy(database, f"add_compression_policy('{text}', {lag})")
    view = '"Odd 100%"."hourly %s"'
    database.sql(
        f"CREATE MATERIALIZED VIEW {view} WITH (timescaledb.continuous) AS "
        f'SELECT time_bucket({hour}, "The Time") AS hour, avg(v) FROM {table} GROUP BY 1 WITH NO DATA'
    )
    answer = doctor(database)
    assert [(severity, name) for severity, name, _ in answer.check("columnstore")] == [("warning", table)]
    assert [(severity, name) for severity, name, _ in answer.check("aggregates")] == [("warning", view)]
    assert answer.check("unread") == []
    database.sql(f"CALL run_job({job})")
    database.sql(f"CALL refresh_continuous_aggregate('{view}', NULL, NULL)")
    answer = doctor(database)
    assert (answer.check("columnstore"), answer.check("aggregates"), answer.check("unread")) == ([], [], [])
    assert tsdb(database, "doctor").code == 0
