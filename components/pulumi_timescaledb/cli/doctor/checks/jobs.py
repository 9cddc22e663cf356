"""Jobs that fail, never run, are switched off, or whose owner cannot log in."""

from __future__ import annotations

from collections.abc import Iterator

from ....database.names import quoted
from ..facts import Facts, Job
from ..finding import ERROR, WARNING, Finding

LATE = 2  # a job is late when it has not started for twice its interval
PATIENCE_SECONDS = 600
# PostgreSQL 15.20 with TimescaleDB 2.26.4 and 2.28.3 (measured): the work is committed, and the run recorded as failed
MISREPORTED = ("24000", 'cannot drop portal "" while it is being set up')


def findings(facts: Facts) -> Iterator[Finding]:
    """At most one finding a job, the most telling one; jobs that only look failed share a single warning."""
    misreported = []
    for job in facts.jobs:
        finding = _finding(job)
        if finding is not None:
            yield finding
        elif only_looks_failed(job):
            misreported.append(job)
    if misreported:
        can = facts.snapshot.capabilities
        yield Finding(
            WARNING,
            f"{len(misreported)} job{'s' if len(misreported) > 1 else ''}",
            f"PostgreSQL {can.postgres_version} with TimescaleDB {can.timescaledb} records every run as failed "
            f"({MISREPORTED[1]}) although its work is committed; the next run follows the retry period",
            "judge these jobs by their effect (chunks dropped or converted, newest bucket), or update both",
        )


def only_looks_failed(job: Job) -> bool:
    """Whether the last error is the one that comes after the work was committed, and exactly that one."""
    return job.failed and job.code == MISREPORTED[0] and MISREPORTED[1] in job.message


def _finding(job: Job) -> Finding | None:
    about = _about(job)
    if not job.owner_login and not job.cron:  # pg_cron asks for no login on a socket with trust; its own record tells
        return Finding(ERROR, about, f"never runs, because its owner {job.owner} cannot log in",
                       f"ALTER ROLE {quoted(job.owner)} LOGIN, or give the table to another role")  # fmt: skip
    if not job.scheduled:
        back = f"cron.alter_job({job.id}, active => true)" if job.cron else f"alter_job({job.id}, scheduled => true)"
        return Finding(WARNING, about, "is switched off", f"SELECT {back}")
    if job.failed and not only_looks_failed(job):
        reason = " ".join(job.message.split()) or "the reason is not shown to this role"
        place = "cron.job_run_details" if job.cron else "timescaledb_information.job_errors"
        return Finding(ERROR, about, f"failed at its last run: {reason} ({job.failures} of {job.runs} runs failed)",
                       f"mend the cause; earlier errors are in {place}")  # fmt: skip
    late = job.overdue_seconds > max(LATE * job.interval_seconds, PATIENCE_SECONDS)
    if job.runs == 0 and late:
        return Finding(ERROR, about, "has never run though it is due", "look at the server's background workers")
    if late:
        return Finding(WARNING, about, f"has not started for {job.overdue_seconds:.0f} s though it is due",
                       "raise timescaledb.max_background_workers")  # fmt: skip
    return None


def _about(job: Job) -> str:
    words = ", ".join(word for word in (job.name, job.relation) if word)
    return f"{'cron job' if job.cron else 'job'} {job.id}{f' ({words})' if words else ''}"
