"""Whether there are workers for the jobs: a launcher, a scheduler a database, and one for each job that runs.

The launcher and every scheduler count against timescaledb.max_background_workers (src/loader/bgw_counter.c and
bgw_launcher.c of 2.28.3), and all of them, with parallel workers, against max_worker_processes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....database.names import quoted
from ..facts import Facts
from ..finding import ERROR, NOTE, WARNING, Finding
from ..machine import tuned
from ..reading.server import Workers
from ..words import plural
from .jobs import is_late

LAUNCHER = 1
LOGICAL_REPLICATION_LAUNCHER = 1  # PostgreSQL's own, started unless max_logical_replication_workers is 0
BUSY = 0.7  # above this share jobs begin to wait for each other
SETTING = "timescaledb.max_background_workers"
PROCESSES = "max_worker_processes"


def findings(facts: Facts) -> Iterator[Finding]:
    """On a standby no job runs, and the Apache edition has none."""
    can = facts.snapshot.capabilities
    if facts.workers is None or not can.tsl or can.standby:
        return
    yield from _for_jobs(facts, facts.workers)
    yield from _for_processes(facts, facts.workers)


def _for_jobs(facts: Facts, workers: Workers) -> Iterator[Finding]:
    jobs = [job for job in facts.jobs if job.scheduled and not job.cron]
    if not jobs:
        return
    if not workers.here and any(is_late(job) for job in jobs):
        start = "SELECT _timescaledb_functions.start_background_workers(); then look at the server's log"
        database = quoted(facts.snapshot.capabilities.database)
        yield Finding(ERROR, f"database {database}", "TimescaleDB's scheduler does not run here, so no job does", start)
    schedulers = max(workers.schedulers, 1)
    free = (workers.background or 0) - LAUNCHER - schedulers
    more = f"ALTER SYSTEM SET {SETTING} = {max(16, 2 * (workers.background or 0))}, and restart the server"
    busy = sum(min(1.0, job.duration_seconds / job.interval_seconds) for job in jobs if job.interval_seconds)
    if free < 1:
        what = (
            f"is {workers.background or 0}: the launcher and {plural(schedulers, 'scheduler')} leave no worker for jobs"
        )
        yield Finding(ERROR, SETTING, what, more)
    elif busy > BUSY * free:
        what = f"jobs keep {busy:.1f} workers busy all the time, of {free} that are left for them"
        yield Finding(WARNING, SETTING, what, more)
    elif len(jobs) > free:
        what = f"{plural(len(jobs), 'job')} share {plural(free, 'worker')}: where all are due at once, some wait"
        yield Finding(NOTE, SETTING, what, f"nothing while no job is late; then {more}")


def _for_processes(facts: Facts, workers: Workers) -> Iterator[Finding]:
    """Where the machine is given, the settings are compared with tuned ones, which is the better remedy."""
    background = workers.background or 0
    least = background + LOGICAL_REPLICATION_LAUNCHER
    all_of_them = least + workers.parallel
    if workers.processes >= (least if facts.given.complete else all_of_them):
        return
    wanted = tuned(facts.given, 0, background).get(PROCESSES, all_of_them + 2)
    said = f"is {workers.processes}, but {SETTING} is {background}"
    remedy = f"ALTER SYSTEM SET {PROCESSES} = {wanted}, and restart the server"
    if workers.processes < least:
        yield Finding(WARNING, PROCESSES, f"{said}: jobs fail to start before that many run", remedy)
    else:
        what = f"{said} and max_parallel_workers {workers.parallel}: while many jobs run, queries get fewer helpers"
        yield Finding(NOTE, PROCESSES, what, remedy)
