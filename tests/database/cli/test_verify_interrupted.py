"""``tsdb verify`` ended in the middle: by Ctrl-C and SIGTERM it cleans up itself, after SIGKILL the next run does."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.support.fix_database import Database

from .lighthouse import command, converge, environment, tsdb
from .test_verify import OURS, REAL, contents, patiently, refresh

WAIT_SECONDS = 60
MANY = "100000"  # so that inserting and refreshing take long enough to be caught


@pytest.fixture
def lighthouse(database: Database) -> Database:
    """Lighthouse with data of its own."""
    converge(database)
    database.sql(REAL)
    refresh(database)
    return database


def until(good: Callable[[], bool]) -> None:
    """Wait, and fail when it never comes."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not good():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def inserted(database: Database) -> bool:
    """Whether checks of a verification can be seen."""
    return database.sql(f"SELECT EXISTS (SELECT FROM check_history WHERE {OURS})") == [(True,)]


def started(database: Database) -> subprocess.Popen[str]:
    """A verification whose checks are in."""
    process = subprocess.Popen(
        command(database, "verify", "--rows", MANY),
        env=environment(database),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: inserted(database))
    return process


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_cleans_up_and_says_so_by_its_code(lighthouse: Database, number: signal.Signals, code: int) -> None:
    before = contents(lighthouse)
    process = started(lighthouse)
    process.send_signal(number)
    out, error = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == code, error
    assert "Traceback" not in error
    assert out == ""
    assert contents(lighthouse) == before


def test_a_second_signal_does_not_stop_the_cleaning(lighthouse: Database) -> None:
    before = contents(lighthouse)
    process = started(lighthouse)
    process.send_signal(signal.SIGINT)
    time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    _, error = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode in (130, 143), error
    assert "Traceback" not in error
    assert contents(lighthouse) == before


def test_after_a_kill_the_next_run_cleans(lighthouse: Database) -> None:
    before = contents(lighthouse)
    process = started(lighthouse)
    process.kill()
    process.communicate(timeout=WAIT_SECONDS)
    assert inserted(lighthouse)
    # what the killed run put into the aggregates must go as well
    refresh(lighthouse)
    assert lighthouse.sql(f"SELECT count(*) > 0 FROM daily_metrics WHERE {OURS}") == [(True,)]
    answer = tsdb(lighthouse, "verify", "--json")
    assert answer.bad() == set(), answer
    assert contents(lighthouse) == before


def test_traces_of_a_kill_long_ago_go_without_a_refresh_over_expired_checks(community_database: Database) -> None:
    database = community_database
    converge(database)
    database.sql(REAL)
    database.sql(
        "INSERT INTO check_history (time, subscription_id, status, latency_ms) "
        "SELECT now() - i * interval '1 hour', '7e57c4ec-0000-4000-8000-000000000007', 'up', 5 "
        "FROM generate_series(0, 24 * 39) i"
    )
    refresh(database)
    patiently(database, "SELECT drop_chunks('check_history', older_than => interval '10 days')")
    others = "subscription_id::text NOT LIKE '7e57c4ec-%'"
    query = f"SELECT hour::text, checks FROM hourly_metrics WHERE {others} ORDER BY 1"
    before = database.sql(query)
    answer = tsdb(database, "verify", "--json")
    assert answer.bad() == set(), answer
    assert database.sql(query) == before
    for name in ("check_history", "hourly_metrics", "daily_metrics"):
        assert database.sql(f"SELECT count(*) FROM {name} WHERE {OURS}") == [(0,)]


def test_a_lost_session_is_replaced_for_cleaning(lighthouse: Database) -> None:
    before = contents(lighthouse)
    process = started(lighthouse)
    lighthouse.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'tsdb verify%'")
    _, error = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 2, error
    assert "Traceback" not in error
    assert contents(lighthouse) == before


def test_a_second_verification_at_the_same_time_is_refused(lighthouse: Database) -> None:
    with lighthouse.session() as other:
        other.execute("SELECT pg_advisory_lock(%s)", (0x7E57C4EC,))
        answer = tsdb(lighthouse, "verify", "--json")
    assert answer.code == 2
    assert "another tsdb verify" in answer.error
    assert not inserted(lighthouse)
