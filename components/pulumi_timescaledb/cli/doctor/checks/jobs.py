"""Jobs that fail, never run, are switched off, or whose owner cannot log in."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts, Job
from ..finding import ERROR, WARNING, Finding

LATE = 2  # a job is late when it has not started for twice its interval
PATIENCE_SECONDS = 600


def findings(facts: Facts) -> Iterator[Finding]:
    """At most one finding a job, the most telling one."""
    for job in facts.jobs:
        finding = _finding(job)
        if finding is not None:
            yield finding


def _finding(job: Job) -> Finding | None:
    about = f"job {job.id} ({job.name}{', ' + job.relation if job.relation else ''})"
    if not job.owner_login:
        return Finding(ERROR, about, f"never runs, because its owner {job.owner} cannot log in",
                       f"ALTER ROLE {job.owner} LOGIN, or give the table to another role")  # fmt: skip
    if not job.scheduled:
        return Finding(WARNING, about, "is switched off", f"SELECT alter_job({job.id}, scheduled => true)")
    if job.failed:
        reason = f": {job.message.strip()}" if job.message else ""
        return Finding(ERROR, about, f"failed at its last run{reason} ({job.failures} of {job.runs} runs failed)",
                       "look at timescaledb_information.job_errors or cron.job_run_details")  # fmt: skip
    late = job.overdue_seconds > max(LATE * job.interval_seconds, PATIENCE_SECONDS)
    if job.runs == 0 and late:
        return Finding(ERROR, about, "has never run though it is due", "look at the server's background workers")
    if late:
        return Finding(WARNING, about, f"has not started for {job.overdue_seconds:.0f} s though it is due",
                       "raise timescaledb.max_background_workers")  # fmt: skip
    return None
