"""How the background jobs of TimescaleDB and pg_cron fare."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ....database.kinds.cron_job.wanted import every
from ....database.names import BadName, Relation
from ....units import BadInterval, Interval
from .section import Sections

RETENTION, COLUMNSTORE = "policy_retention", "policy_compression"
REFRESH = "policy_refresh_continuous_aggregate"
# how a policy's configuration spells its age: by the rows' time, or by when the chunk was made
_AGES = {RETENTION: ("drop_after", "drop_created_before"), COLUMNSTORE: ("compress_after", "compress_created_before")}
_DROP = re.compile(
    r"drop_chunks\s*\(\s*'((?:[^']|'')+)'\s*,\s*(?:older_than\s*=>\s*)?(?:interval\s*'([^']+)'|(\d+))", re.I
)

# ids below 1000 are TimescaleDB's own (telemetry, job history); errors are shown to the owner's members alone
_JOBS = """
SELECT j.job_id, j.application_name AS name, r.rolname::text AS owner, j.scheduled, r.rolcanlogin AS owner_login,
       coalesce(a.view_schema, j.hypertable_schema)::text AS schema,
       coalesce(a.view_name, j.hypertable_name)::text AS relation,
       j.proc_schema::text AS proc_schema, j.proc_name::text AS proc_name, j.config,
       s.last_run_status, s.total_runs, s.total_failures, e.sqlerrcode AS code, e.err_message AS message,
       s.job_status = 'Running' AS running,
       CASE WHEN isfinite(s.last_run_started_at) THEN extract(epoch FROM s.last_run_started_at)::float8 END AS started,
       CASE WHEN isfinite(s.last_run_started_at)
            THEN extract(epoch FROM now() - s.last_run_started_at)::float8 END AS since,
       extract(epoch FROM s.last_run_duration)::float8 AS duration,
       extract(epoch FROM j.schedule_interval)::float8 AS interval_seconds,
       j.next_start = '-infinity' AS unplanned,
       CASE WHEN isfinite(j.next_start) THEN extract(epoch FROM now() - j.next_start)::float8 END AS seconds_overdue
FROM timescaledb_information.jobs j
LEFT JOIN timescaledb_information.job_stats s USING (job_id)
JOIN pg_roles r ON r.oid = j.owner  -- a regrole, whose text would come in quotes
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = j.hypertable_schema AND a.materialization_hypertable_name = j.hypertable_name
LEFT JOIN LATERAL (
  SELECT sqlerrcode, err_message FROM timescaledb_information.job_errors e
  WHERE e.job_id = j.job_id ORDER BY e.start_time DESC NULLS LAST LIMIT 1
) e ON s.last_run_status = 'Failed'
WHERE j.job_id >= 1000 ORDER BY j.job_id
"""
_CRON = """
SELECT j.jobid, j.jobname, j.active, j.username::text AS owner, r.rolcanlogin AS owner_login, j.schedule, j.command,
       d.status, d.return_message AS message, extract(epoch FROM d.start_time)::float8 AS started, n.runs, n.failures,
       extract(epoch FROM now() - d.start_time)::float8 AS since
FROM cron.job j LEFT JOIN pg_roles r ON r.rolname = j.username LEFT JOIN LATERAL (
  SELECT status, return_message, start_time FROM cron.job_run_details d
  WHERE d.jobid = j.jobid AND d.status IN ('succeeded', 'failed') ORDER BY runid DESC LIMIT 1
) d ON true LEFT JOIN LATERAL (
  SELECT count(*) AS runs, count(*) FILTER (WHERE n.status = 'failed') AS failures
  FROM cron.job_run_details n WHERE n.jobid = j.jobid
) n ON true WHERE j.database = current_database()
"""


@dataclass(frozen=True)
class Job:
    """A background job of TimescaleDB or pg_cron, and how its runs ended.

    code, message: of its last error, empty where this session may not see it. cron: whether it is pg_cron's.
    procedure: the policy's, "" for a job of the user's own. started: the last run, in seconds since 1970. lag: the age
    that its policy acts upon, by the age of the chunk where by_creation. unplanned: no next start is planned. since:
    seconds since the last start. calls: the procedure by its whole name.
    """

    id: int
    name: str
    relation: str = ""
    scheduled: bool = True
    owner_login: bool = True
    owner: str = ""
    failed: bool = False
    runs: int = 0
    failures: int = 0
    overdue_seconds: float = 0.0
    interval_seconds: float = 0.0
    code: str = ""
    message: str = ""
    cron: bool = False
    procedure: str = ""
    started: float | None = None
    running: bool = False
    duration_seconds: float = 0.0
    lag: Interval | int | None = None
    by_creation: bool = False
    unplanned: bool = False
    since: float = 0.0
    calls: str = ""


def read(sections: Sections) -> list[Job]:
    """The jobs of TimescaleDB."""
    return [_job(row) for row in sections.cursor.execute(_JOBS)]


def read_cron(sections: Sections) -> list[Job]:
    """The jobs of pg_cron in this database; its row security shows a role its own jobs alone."""
    return [_cron_job(row) for row in sections.cursor.execute(_CRON)]


def _job(row: Mapping[str, Any]) -> Job:
    policy = row["proc_schema"] in ("_timescaledb_functions", "_timescaledb_internal")
    procedure = row["proc_name"] if policy else ""
    config = row["config"] if isinstance(row["config"], dict) else {}
    key = next((each for each in _AGES.get(procedure, ()) if each in config), "")
    return Job(
        id=row["job_id"],
        name=row["name"],
        relation=str(Relation(row["schema"], row["relation"])) if row["relation"] else "",
        scheduled=row["scheduled"],
        owner_login=row["owner_login"] is not False,
        owner=row["owner"],
        failed=row["last_run_status"] == "Failed",
        runs=int(row["total_runs"] or 0),
        failures=int(row["total_failures"] or 0),
        overdue_seconds=row["seconds_overdue"] or 0.0,
        interval_seconds=row["interval_seconds"] or 0.0,
        code=row["code"] or "",
        message=row["message"] or "",
        procedure=procedure,
        started=row["started"],
        running=bool(row["running"]),
        duration_seconds=row["duration"] or 0.0,
        lag=_lag(config.get(key)),
        by_creation=key.endswith("_created_before"),
        unplanned=bool(row["unplanned"]),
        since=row["since"] or 0.0,
        calls=str(Relation(row["proc_schema"], row["proc_name"])),
    )


def _cron_job(row: Mapping[str, Any]) -> Job:
    drop = _DROP.search(row["command"])
    planned = every(row["schedule"])
    seconds = planned.total_microseconds / 1e6 if planned else 0.0
    return Job(
        id=row["jobid"],
        name=row["jobname"] or "",
        relation=_relation(drop[1].replace("''", "'")) if drop else "",
        scheduled=row["active"],
        owner_login=row["owner_login"] is not False,
        owner=row["owner"],
        failed=row["status"] == "failed",
        runs=row["runs"],
        failures=row["failures"],
        # the last start is all that pg_cron records; another schedule than those we write is not judged
        overdue_seconds=max(0.0, (row["since"] or 0.0) - seconds) if seconds else 0.0,
        interval_seconds=seconds,
        message=row["message"] or "",
        cron=True,
        procedure=RETENTION if drop else "",
        started=row["started"],
        since=row["since"] or 0.0,
        lag=_lag(int(drop[3]) if drop[3] else drop[2]) if drop else None,
    )


def _lag(value: object) -> Interval | int | None:
    if isinstance(value, (int, float)):
        return int(value)
    try:
        return Interval.parse(value) if isinstance(value, str) else None
    except BadInterval:  # written by hand into the configuration; the job itself will say so when it runs
        return None


def _relation(text: str) -> str:
    try:
        return str(Relation.parse(text))
    except BadName:
        return ""
