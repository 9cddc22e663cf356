"""What the checks look at: the shared look at the catalogs, how the jobs fare, and who could read past row security."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...database import ledger
from ...database.kind import Cursor
from ...database.names import Relation
from ...database.snapshot import Snapshot, look

# ids below 1000 are TimescaleDB's own (telemetry, job history); errors are shown to the owner's members alone
_JOBS = """
SELECT j.job_id, j.application_name AS name, j.owner::text AS owner, j.scheduled, r.rolcanlogin AS owner_login,
       coalesce(a.view_schema, j.hypertable_schema)::text AS schema,
       coalesce(a.view_name, j.hypertable_name)::text AS relation,
       s.last_run_status, s.total_runs, s.total_failures, e.sqlerrcode AS code, e.err_message AS message,
       extract(epoch FROM j.schedule_interval) AS interval_seconds,
       CASE WHEN isfinite(j.next_start) THEN extract(epoch FROM now() - j.next_start) END AS seconds_overdue
FROM timescaledb_information.jobs j
LEFT JOIN timescaledb_information.job_stats s USING (job_id)
LEFT JOIN pg_roles r ON r.rolname = j.owner::text
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = j.hypertable_schema AND a.materialization_hypertable_name = j.hypertable_name
LEFT JOIN LATERAL (
  SELECT sqlerrcode, err_message FROM timescaledb_information.job_errors e
  WHERE e.job_id = j.job_id ORDER BY e.start_time DESC NULLS LAST LIMIT 1
) e ON true
WHERE j.job_id >= 1000 ORDER BY j.job_id
"""
_CRON = """
SELECT j.jobid, j.jobname, j.active, j.username::text AS owner, r.rolcanlogin AS owner_login, d.status,
       d.return_message AS message,
       (SELECT count(*) FROM cron.job_run_details n WHERE n.jobid = j.jobid) AS runs,
       (SELECT count(*) FROM cron.job_run_details n WHERE n.jobid = j.jobid AND n.status = 'failed') AS failures
FROM cron.job j LEFT JOIN pg_roles r ON r.rolname = j.username LEFT JOIN LATERAL (
  SELECT status, return_message FROM cron.job_run_details d
  WHERE d.jobid = j.jobid AND d.status IN ('succeeded', 'failed') ORDER BY runid DESC LIMIT 1
) d ON true WHERE j.database = current_database()
"""
# who reads a stored result without being subject to the row security of the tables it was made from
_READERS = r"""
SELECT n.nspname AS schema, c.relname AS name, array_agg(r.rolname::text ORDER BY r.rolname) AS readers
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON NOT r.rolsuper AND NOT r.rolbypassrls AND r.oid <> c.relowner AND r.rolname !~ '^pg_'
  AND has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
WHERE c.relkind IN ('v', 'm') AND n.nspname !~ '^(pg_|_timescaledb|timescaledb_|information_schema)'
GROUP BY 1, 2
"""
# a materialized view's tables, also those behind the views that it reads
_SOURCES = r"""
WITH RECURSIVE reads (view, relation) AS (
  SELECT w.ev_class, d.refobjid FROM pg_rewrite w
  JOIN pg_class v ON v.oid = w.ev_class AND v.relkind = 'm'
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  WHERE d.refobjid <> w.ev_class
  UNION
  SELECT r.view, d.refobjid FROM reads r JOIN pg_rewrite w ON w.ev_class = r.relation
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  WHERE d.refobjid <> w.ev_class
)
SELECT vn.nspname AS schema, v.relname AS name, tn.nspname AS source_schema, t.relname AS source_name
FROM reads r JOIN pg_class v ON v.oid = r.view JOIN pg_namespace vn ON vn.oid = v.relnamespace
JOIN pg_class t ON t.oid = r.relation JOIN pg_namespace tn ON tn.oid = t.relnamespace
WHERE t.relkind IN ('r', 'p') ORDER BY 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Job:
    """A background job of TimescaleDB or pg_cron, and how its runs ended. code, message: of its last error, empty
    where this session may not see it. cron: whether it is pg_cron's."""

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


@dataclass(frozen=True)
class Facts:
    """snapshot: the look that everybody shares. jobs: TimescaleDB's and pg_cron's. ledger: whether ours exists.
    sources: the tables that each materialized view reads. readers: the roles that may read a view, without
    superusers, its owner and those whom row security does not bind."""

    snapshot: Snapshot
    jobs: Sequence[Job]
    ledger: bool
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    readers: Mapping[str, Sequence[str]] = field(default_factory=dict)


def gather(cursor: Cursor) -> Facts:
    """Read everything; the caller's transaction is read-only and REPEATABLE READ."""
    snapshot = look(cursor)
    jobs: list[Job] = []
    if snapshot.capabilities.timescaledb is not None:
        jobs += [_job(row) for row in cursor.execute(_JOBS)]
    if snapshot.capabilities.cron is not None:
        jobs += [_cron_job(row) for row in cursor.execute(_CRON)]
    sources: dict[str, list[str]] = {}
    for row in cursor.execute(_SOURCES):
        source = str(Relation(row["source_schema"], row["source_name"]))
        sources.setdefault(str(Relation(row["schema"], row["name"])), []).append(source)
    readers = {str(Relation(row["schema"], row["name"])): tuple(row["readers"]) for row in cursor.execute(_READERS)}
    return Facts(snapshot, jobs, bool(ledger.tables(cursor)), sources, readers)


def _job(row: Mapping[str, Any]) -> Job:
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
        overdue_seconds=float(row["seconds_overdue"] or 0),
        interval_seconds=float(row["interval_seconds"] or 0),
        code=row["code"] or "",
        message=row["message"] or "",
    )


def _cron_job(row: Mapping[str, Any]) -> Job:
    return Job(
        id=row["jobid"],
        name=row["jobname"] or "",
        scheduled=row["active"],
        owner_login=row["owner_login"] is not False,
        owner=row["owner"],
        failed=row["status"] == "failed",
        runs=row["runs"],
        failures=row["failures"],
        message=row["message"] or "",
        cron=True,
    )
