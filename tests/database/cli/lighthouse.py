"""Lighthouse as its program declares it, on a database of a test, and ``tsdb`` run against it as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_timescaledb.database.plan import apply
from pulumi_timescaledb.database.plan.view import parse
from pulumi_timescaledb.database.snapshot import reader

from tests.support.fix_database import Database

PROJECT = Path(__file__).parents[3]
HOURLY = """
SELECT time_bucket('1 hour', time) AS hour, subscription_id,
       count(*) AS checks, count(*) FILTER (WHERE status = 'up') AS checks_up,
       count(latency_ms) AS latencies, sum(latency_ms) AS latency_sum_ms,
       avg(latency_ms) AS latency_avg_ms, max(latency_ms) AS latency_max_ms
FROM check_history GROUP BY hour, subscription_id"""
DAILY = """
SELECT time_bucket('1 day', hour) AS day, subscription_id,
       sum(checks)::bigint AS checks, sum(checks_up)::bigint AS checks_up, sum(checks_up) / sum(checks) AS uptime_ratio,
       sum(latency_sum_ms) / nullif(sum(latencies), 0) AS latency_avg_ms, max(latency_max_ms) AS latency_max_ms
FROM hourly_metrics GROUP BY day, subscription_id"""


def declarations(edition: str, check_retention: str = "90 days", metrics_retention: str = "90 days") -> list[Any]:
    """The objects of the program; its own text is compared with these by a test."""
    newest = [{"column": "time", "descending": True}]
    by_subscription = {"after": "7 days", "segment_by": ["subscription_id"]}
    names = ["timescaledb", "pg_stat_statements", *(["pg_cron"] if edition == "apache" else [])]
    return [
        *({"kind": "extension", "name": name} for name in names),
        {"kind": "role", "name": "lighthouse_app", "login": False},
        {"kind": "migrations", "directory": str(PROJECT / "migrations")},
        {
            "kind": "hypertable",
            "table": "check_history",
            "time_column": "time",
            "chunk_interval": "1 day",
            "indexes": [
                {"name": "check_history_time_idx", "columns": ["time DESC"]},
                {"name": "check_history_subscription_time_idx", "columns": ["subscription_id", "time DESC"]},
            ],
            "columnstore": {**by_subscription, "order_by": newest},
            "retention": {"drop_after": check_retention},
        },
        {
            "kind": "hypertable",
            "table": "alert_history",
            "time_column": "time",
            "chunk_interval": "7 days",
            "indexes": [{"name": "alert_history_subscription_time_idx", "columns": ["subscription_id", "time DESC"]}],
            "columnstore": {**by_subscription, "order_by": [*newest, {"column": "id"}]},
            "retention": {"drop_after": check_retention},
        },
        {
            "kind": "continuous_aggregate",
            "name": "hourly_metrics",
            "source": "check_history",
            "query": HOURLY,
            "real_time": False,
            "refresh": [{"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}],
            "columnstore": {**by_subscription, "order_by": [{"column": "hour", "descending": True}]},
            "retention": {"drop_after": metrics_retention},
        },
        {
            "kind": "continuous_aggregate",
            "name": "daily_metrics",
            "source": "hourly_metrics",
            "query": DAILY,
            "real_time": False,
            "refresh": [{"start_offset": "7 days", "end_offset": "1 day", "schedule": "6 hours"}],
            "retention": {"drop_after": metrics_retention},
        },
    ]


def converge(database: Database, **settings: str) -> None:
    """Make Lighthouse in the database."""
    look = reader(database.connection)
    for each in parse(declarations(database.edition, **settings)):
        apply.converge(look, each, apache_fallback=True, acknowledged={})


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        """Its stdout, which must be JSON and nothing else."""
        return json.loads(self.out)

    def bad(self) -> set[str]:
        """The checks of a verification that fell short, but for those that were merely slow on a busy machine.

        The exit code must agree with the whole of it.
        """
        assert self.code == (0 if self.json["good"] else 1)
        rows = [row for row in self.json["checks"] if not row["good"]]
        return {row["check"] for row in rows if "milliseconds" not in row or "; " in row["found"]}

    def found(self, severity: str | None = None) -> list[tuple[str, str]]:
        """(object, what) of the doctor's findings."""
        rows = self.json["findings"]
        return [(row["object"], row["what"]) for row in rows if severity in (None, row["severity"])]

    def check(self, name: str) -> list[tuple[str, str, str]]:
        """(severity, object, what) of the findings of one of the doctor's checks."""
        rows = self.json["findings"]
        return [(row["severity"], row["object"], row["what"]) for row in rows if row["check"] == name]

    def remedies(self, name: str) -> list[str]:
        """What the doctor says to type, for the findings of one check."""
        return [row["remedy"] for row in self.json["findings"] if row["check"] == name]


def dsn(database: Database, user: str = "") -> str:
    """How the command line reaches the database; the password travels in PGPASSWORD."""
    there = database.connection
    return f"host={there.host} port={there.port} dbname={there.database} user={user or there.user}"


def environment(database: Database) -> dict[str, str]:
    """For a process of its own."""
    paths = os.pathsep.join([str(PROJECT / "components"), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": paths, "PGPASSWORD": database.server.password, "COLUMNS": "200"}


def command(database: Database, name: str, *arguments: str, user: str = "") -> list[str]:
    """The command line of tsdb."""
    return [sys.executable, "-m", "pulumi_timescaledb.cli.main", name, "--dsn", dsn(database, user), *arguments]


def tsdb(database: Database, name: str, *arguments: str, user: str = "") -> Answer:
    """Run tsdb to its end."""
    done = subprocess.run(
        command(database, name, *arguments, user=user),
        env=environment(database),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stderr
    return Answer(done.returncode, done.stdout, done.stderr)
