"""``tsdb verify`` on real servers: what is good, what falls short, and that nothing is left behind."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress

import psycopg
import pytest

from tests.support.fix_database import Database

from .lighthouse import converge, dsn, environment, tsdb

OURS = "subscription_id::text LIKE '7e57c4ec-%'"
# a subscription of somebody's own: a check every ten minutes for forty days
REAL = """
INSERT INTO check_history (time, subscription_id, status, latency_ms)
SELECT now() - i * interval '10 minutes', 'aaaaaaaa-0000-4000-8000-000000000001', 'up', i % 90
FROM generate_series(0, 5760) i
"""


@pytest.fixture
def lighthouse(database: Database) -> Database:
    """Lighthouse with data of its own, aggregates up to date."""
    converge(database)
    database.sql(REAL)
    refresh(database)
    return database


def patiently(database: Database, statement: str) -> None:
    """As an operator would: again where a job of the database is in the way."""
    for attempt in range(10):
        try:
            database.sql(statement)
            return
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            assert attempt < 9
            time.sleep(0.5)


def refresh(database: Database) -> None:
    """Bring the aggregates up to their last closed bucket."""
    for name, unit in (("hourly_metrics", "hour"), ("daily_metrics", "day")):
        if database.edition == "apache":
            patiently(database, f"REFRESH MATERIALIZED VIEW {name}")
        else:
            since = "date_trunc('day', now() - interval '60 days')"
            patiently(database, f"CALL refresh_continuous_aggregate('{name}', {since}, date_trunc('{unit}', now()))")


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of checks and aggregates."""
    names = ("check_history", "hourly_metrics", "daily_metrics")
    return {name: database.sql(f"SELECT md5(t::text) FROM {name} t ORDER BY 1") for name in names}


def test_a_good_system_passes_and_is_left_as_it_was(lighthouse: Database) -> None:
    before = contents(lighthouse)
    answer = tsdb(lighthouse, "verify", "--json")
    assert answer.bad() == set(), answer
    assert (answer.json["plans"] == {}) is answer.json["good"]
    timed = [row for row in answer.json["checks"] if "milliseconds" in row]
    assert [row["target_ms"] for row in timed] == [10, 20, 50]
    print(lighthouse.edition, [(row["check"], row["milliseconds"]) for row in timed])
    assert contents(lighthouse) == before


def test_it_passes_again_after_the_columnstore_took_over(lighthouse: Database) -> None:
    if lighthouse.edition == "apache":
        lighthouse.sql("SELECT 1")  # nothing to convert there: a second run must pass all the same
    else:
        assert tsdb(lighthouse, "verify", "--json").bad() == set()
        for name in ("check_history", "hourly_metrics"):
            lighthouse.sql(
                f"SELECT compress_chunk(c, if_not_compressed => true) "
                f"FROM show_chunks('{name}', older_than => interval '7 days') c"
            )
    before = contents(lighthouse)
    answer = tsdb(lighthouse, "verify", "--json")
    assert answer.bad() == set(), answer
    assert contents(lighthouse) == before


def test_kept_checks_stay_until_the_next_run(lighthouse: Database) -> None:
    before = contents(lighthouse)
    assert tsdb(lighthouse, "verify", "--json", "--keep").bad() == set()
    rows = lighthouse.sql(
        "SELECT count(*), count(DISTINCT subscription_id), (max(time) - min(time)) > interval '29 days 23 hours' "
        f"FROM check_history WHERE {OURS}"
    )
    assert rows == [(10_000, 50, True)]
    assert tsdb(lighthouse, "verify", "--json").bad() == set()
    assert contents(lighthouse) == before


def test_a_dropped_aggregate_falls_short(lighthouse: Database) -> None:
    kind = "MATERIALIZED VIEW"
    lighthouse.sql(f"DROP {kind} daily_metrics")
    answer = tsdb(lighthouse, "verify", "--json")
    assert answer.code == 1
    assert "aggregate daily_metrics" in answer.bad()
    assert lighthouse.sql(f"SELECT count(*) FROM check_history WHERE {OURS}") == [(0,)]


def test_an_aggregate_that_is_a_plain_view_falls_short(lighthouse: Database) -> None:
    lighthouse.sql("DROP MATERIALIZED VIEW daily_metrics")
    lighthouse.sql(
        "CREATE VIEW daily_metrics AS SELECT time_bucket('1 day', hour) AS day, subscription_id, "
        "sum(checks) AS checks, sum(checks_up) AS checks_up FROM hourly_metrics GROUP BY 1, 2"
    )
    answer = tsdb(lighthouse, "verify", "--json")
    assert answer.code == 1
    assert "aggregate daily_metrics" in answer.bad()


def test_checks_without_an_index_on_time_fall_short_with_the_plan(lighthouse: Database) -> None:
    before = contents(lighthouse)
    for _ in range(5):  # the first run of a policy may hold what the statement needs, and wait for what it holds
        with suppress(psycopg.errors.DeadlockDetected):
            lighthouse.sql("DROP INDEX IF EXISTS check_history_time_idx")
            break
    answer = tsdb(lighthouse, "verify", "--json")
    assert answer.code == 1
    assert answer.bad() == {"recent checks"}
    assert "check_history" in answer.json["plans"]["recent checks"] or "chunk" in answer.json["plans"]["recent checks"]
    table = tsdb(lighthouse, "verify")
    assert table.code == 1
    assert "plan of recent checks" in table.out
    assert contents(lighthouse) == before


def test_an_aggregate_that_reads_checks_falls_short(community_database: Database) -> None:
    converge(community_database)
    community_database.sql(REAL)
    community_database.sql("ALTER MATERIALIZED VIEW hourly_metrics SET (timescaledb.materialized_only = false)")
    answer = tsdb(community_database, "verify", "--json")
    assert answer.code == 1
    assert answer.bad() == {"hourly metrics of the last 24 h"}


def test_buckets_whose_checks_have_expired_survive(community_database: Database) -> None:
    """Refreshing over thirty days would delete them: checks are kept for ten, metrics for longer."""
    converge(community_database, check_retention="10 days", metrics_retention="1 year")
    # the policy's first run is due at once, and would drop the rows before they are aggregated
    jobs = "FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'"
    community_database.sql(f"SELECT alter_job(job_id, next_start => now() + interval '1 day') {jobs}")
    time.sleep(1)
    community_database.sql(REAL)
    refresh(community_database)
    patiently(community_database, "SELECT drop_chunks('check_history', older_than => interval '10 days')")
    before = contents(community_database)
    assert len(before["daily_metrics"]) > 35
    answer = tsdb(community_database, "verify", "--json")
    assert answer.bad() == set(), answer
    assert contents(community_database) == before


def test_buckets_whose_checks_were_dropped_by_hand_survive(community_database: Database) -> None:
    converge(community_database)
    community_database.sql(REAL)
    refresh(community_database)
    patiently(community_database, "SELECT drop_chunks('check_history', older_than => interval '10 days')")
    before = contents(community_database)
    answer = tsdb(community_database, "verify", "--json")
    assert answer.bad() == set(), answer
    assert contents(community_database) == before


def test_a_role_that_may_not_insert_is_told_in_a_sentence(lighthouse: Database) -> None:
    lighthouse.sql(f"CREATE ROLE onlooker LOGIN PASSWORD '{lighthouse.server.password or 'none'}'")
    answer = tsdb(lighthouse, "verify", "--json", user="onlooker")
    assert answer.code == 2
    assert answer.out == ""
    assert "permission denied" in answer.error


def test_a_pipe_gets_no_colour_and_stderr_the_progress(lighthouse: Database) -> None:
    answer = tsdb(lighthouse, "verify")
    assert answer.code in (0, 1)  # 1 where this machine was too busy for the targets
    assert "\x1b" not in answer.out + answer.error
    assert "inserting 10000 checks" in answer.error
    assert "inserting" not in answer.out


def test_a_wrong_password_and_a_missing_database_end_with_two(apache_database: Database) -> None:
    for wrong in ("password=canary-7f3a", "dbname=nowhere"):
        done = subprocess.run(
            [sys.executable, "-m", "pulumi_timescaledb.cli.main", "verify", "--dsn", f"{dsn(apache_database)} {wrong}"],
            env=environment(apache_database),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1
        assert "canary" not in done.stderr
