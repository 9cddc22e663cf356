"""What the checks look at: the shared look at the catalogs, and how the jobs fare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...database import ledger
from ...database.kind import Cursor
from ...database.names import Relation
from ...database.snapshot import Snapshot, look

# ids below 1000 are TimescaleDB's own (telemetry, job history)
_JOBS = """
SELECT j.job_id, j.application_name AS name, j.proc_name, j.owner::text AS owner, j.scheduled,
       r.rolcanlogin AS owner_login,
       coalesce(a.view_schema, j.hypertable_schema)::text AS schema,
       coalesce(a.view_name, j.hypertable_name)::text AS relation,
       s.last_run_status, s.total_runs, s.total_failures,
       extract(epoch FROM j.schedule_interval) AS interval_seconds,
       CASE WHEN isfinite(j.next_start) THEN extract(epoch FROM now() - j.next_start) END AS seconds_overdue
FROM timescaledb_information.jobs j
LEFT JOIN timescaledb_information.job_stats s USING (job_id)
LEFT JOIN pg_roles r ON r.rolname = j.owner::text
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = j.hypertable_schema AND a.materialization_hypertable_name = j.hypertable_name
WHERE j.job_id >= 1000 ORDER BY j.job_id
"""
_CRON = """
SELECT j.jobid, j.jobname, j.active, d.status, d.return_message AS message
FROM cron.job j LEFT JOIN LATERAL (
  SELECT status, return_message FROM cron.job_run_details d WHERE d.jobid = j.jobid ORDER BY runid DESC LIMIT 1
) d ON true WHERE j.database = current_database()
"""


@dataclass(frozen=True)
class Job:
    """A background job of TimescaleDB or pg_cron, and how its runs ended."""

    id: int
    name: str
    relation: str
    scheduled: bool
    owner_login: bool
    owner: str
    failed: bool
    runs: int
    failures: int
    overdue_seconds: float
    interval_seconds: float
    message: str = ""


@dataclass(frozen=True)
class Facts:
    """snapshot: the look that everybody shares. jobs: TimescaleDB's and pg_cron's. ledger: whether ours exists."""

    snapshot: Snapshot
    jobs: Sequence[Job]
    ledger: bool


def gather(cursor: Cursor) -> Facts:
    """Read everything; the caller's transaction is read-only and REPEATABLE READ."""
    snapshot = look(cursor)
    jobs: list[Job] = []
    if snapshot.capabilities.timescaledb is not None:
        for row in cursor.execute(_JOBS):
            name = str(Relation(row["schema"], row["relation"])) if row["relation"] else ""
            jobs.append(
                Job(
                    row["job_id"],
                    row["name"],
                    name,
                    row["scheduled"],
                    row["owner_login"] is not False,
                    row["owner"],
                    row["last_run_status"] == "Failed",
                    int(row["total_runs"] or 0),
                    int(row["total_failures"] or 0),
                    _finite(row["seconds_overdue"]),
                    _finite(row["interval_seconds"]),
                )
            )
    if snapshot.capabilities.cron is not None:
        for row in cursor.execute(_CRON):
            failed = row["status"] == "failed"
            jobs.append(
                Job(row["jobid"], row["jobname"] or f"cron job {row['jobid']}", "", row["active"], True, "", failed,
                    1 if row["status"] else 0, 1 if failed else 0, 0.0, 0.0, row["message"] or "")
            )  # fmt: skip
    exists = cursor.execute(ledger.EXISTS).fetchone()
    return Facts(snapshot, jobs, bool(exists and exists["exists"]))


def _finite(value: object) -> float:
    """Seconds as a number; a time that is not known counts as 0."""
    return 0.0 if value is None else float(str(value))
