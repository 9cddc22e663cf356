"""Jobs that fail, never run, do nothing, are switched off, or whose owner cannot log in.

A recorded status is not believed alone: a policy's effect is looked at too, in both directions (see effect.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from ....database.names import quoted
from ..effect import Effect, Verdict, judge
from ..facts import Facts
from ..finding import ERROR, WARNING, Finding
from ..reading.jobs import COLUMNSTORE, RETENTION, Job
from ..words import duration

WORKERS = "timescaledb.max_background_workers"
LATE = 2  # a job is late when it has not started for twice its interval
PATIENCE_SECONDS = 600
STUCK_SECONDS = 86_400  # a run of a day is still a run; while one runs, no next start is planned
# PostgreSQL 15.20 with TimescaleDB 2.26.4 and 2.28.3 (measured): the work is committed, and the run recorded as failed
MISREPORTED = ("24000", 'cannot drop portal "" while it is being set up')


def findings(facts: Facts) -> Iterator[Finding]:
    """At most one finding a job, the most telling one; jobs that only look failed share a single warning."""
    misreported = []
    for job in facts.jobs:
        verdict = judge(job, facts)
        finding = _finding(job, verdict)
        if finding is not None:
            yield finding
        elif only_looks_failed(job):
            misreported.append(verdict)
    if misreported:
        yield _misreported(facts, misreported)


def only_looks_failed(job: Job) -> bool:
    """Whether the last error is the one that comes after the work was committed, and exactly that one."""
    return job.failed and job.code == MISREPORTED[0] and MISREPORTED[1] in job.message


def is_late(job: Job) -> bool:
    """Whether it ought to have started long ago."""
    return job.scheduled and job.overdue_seconds > max(LATE * job.interval_seconds, PATIENCE_SECONDS)


def about(job: Job) -> str:
    """The job as a finding names it."""
    words = ", ".join(word for word in (job.name, job.relation) if word)
    return f"{'cron job' if job.cron else 'job'} {job.id}{f' ({words})' if words else ''}"


def _finding(job: Job, verdict: Verdict) -> Finding | None:
    if not job.owner_login and not job.cron:  # pg_cron asks for no login on a socket with trust; its own record tells
        return Finding(ERROR, about(job), f"never runs, because its owner {job.owner} cannot log in",
                       f"ALTER ROLE {quoted(job.owner)} LOGIN, or give the table to another role")  # fmt: skip
    if not job.scheduled:
        back = f"cron.alter_job({job.id}, active => true)" if job.cron else f"alter_job({job.id}, scheduled => true)"
        return Finding(WARNING, about(job), "is switched off", f"SELECT {back}")
    if job.failed and not only_looks_failed(job):
        return _failed(job, verdict)
    return _without_effect(job, verdict) or _late(job)


def _failed(job: Job, verdict: Verdict) -> Finding:
    reason = " ".join(job.message.split()) or "the reason is not kept, or not shown to this role"
    what = f"failed at its last run: {reason} ({job.failures} of {job.runs} runs failed)"
    place = "cron.job_run_details" if job.cron else "timescaledb_information.job_errors"
    key = "jobid" if job.cron else "job_id"
    newest = f"WHERE {key} = {job.id} ORDER BY start_time DESC LIMIT 10"
    remedy = f"mend the cause; more of them: SELECT * FROM {place} {newest}"  # noqa: S608 - shown, never run by us
    if verdict.effect is Effect.DONE:
        return Finding(WARNING, about(job), f"{what}, yet {verdict.words}", remedy)
    if verdict.effect is Effect.MISSING:
        what += f"; {verdict.words}"
    return Finding(ERROR, about(job), what, remedy)


def _without_effect(job: Job, verdict: Verdict) -> Finding | None:
    """Refreshes without effect are told of the aggregate, where the rows that wait are known."""
    if verdict.effect is not Effect.MISSING or job.procedure not in (RETENTION, COLUMNSTORE) or not job.runs:
        return None
    recorded = "failed" if job.failed else "successful"
    what = f"leaves undone what is due: its last run is recorded {recorded}, but {verdict.words}"
    by_hand = "look at the server's log of its last run" if job.cron else f"CALL run_job({job.id}) and see what it says"
    return Finding(ERROR, about(job), what, by_hand)


def _late(job: Job) -> Finding | None:
    if job.unplanned and not job.running and job.runs and job.since > STUCK_SECONDS:
        what = "has no next start, as after a fail-over (fixed in TimescaleDB 2.26.4)"
        return Finding(ERROR, about(job), what, f"SELECT alter_job({job.id}, next_start => now())")
    if not is_late(job):
        return None
    late = duration(job.overdue_seconds)
    if job.runs == 0:
        try_it = f"CALL run_job({job.id}) shows whether it can; the server's log tells why no worker took it"
        return Finding(ERROR, about(job), f"has never run, and was due {late} ago", try_it)
    remedy = f"raise {WORKERS}, and look at the server's log"
    if job.cron:
        remedy = "look for pg_cron in the server's log, and whether cron.use_background_workers has workers"
    return Finding(WARNING, about(job), f"has not started though it was due {late} ago", remedy)


def _misreported(facts: Facts, verdicts: list[Verdict]) -> Finding:
    can = facts.snapshot.capabilities
    done = sum(verdict.effect is Effect.DONE for verdict in verdicts)
    judged = f"; {done} of these jobs did what was due, and of the others it cannot be told" if done else ""
    return Finding(
        WARNING,
        f"{len(verdicts)} job{'s' if len(verdicts) > 1 else ''}",
        f"PostgreSQL {can.postgres_version} with TimescaleDB {can.timescaledb} records every run as failed "
        f"({MISREPORTED[1]}) although its work is committed; the next run follows the retry period{judged}",
        "judge these jobs by their effect (chunks dropped or converted, newest bucket), or update both",
    )
