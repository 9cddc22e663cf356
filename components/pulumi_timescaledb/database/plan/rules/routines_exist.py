"""What a job calls, what checks its configuration and what tells integer time must exist, or come with a migration.

add_job and set_integer_now_func look a routine up when they are called (tsl/src/bgw_policy/job_api.c of 2.28.3); a job
whose procedure is dropped later stays and fails at every run.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...kinds.job.wanted import NO_CHECK
from ...routines import CHECK, JOB, NOW
from .context import Context

ID = "routines-exist"


def check(context: Context) -> Iterator[str]:
    """One sentence a routine that is missing or has other arguments."""
    if context.pending_migrations():
        return
    known = context.snapshot.routines
    for each in context.declared("job"):
        job = each.parts[0].value
        if (job.procedure, JOB) not in known:
            yield (
                f"job {each.key}: there is no procedure {job.procedure}({JOB}); create it in a migration, with those "
                f"two arguments"
            )
        if job.check_config not in (None, NO_CHECK) and (job.check_config, CHECK) not in known:
            yield (
                f"job {each.key}: there is no function {job.check_config}({CHECK}) to check its config; create it in a "
                f"migration"
            )
    for each in context.declared("hypertable"):
        now = each.parts[0].value.integer_now
        if now is not None and (now, NOW) not in known:
            yield f"hypertable {each.key}: there is no function {now}() for integer_now; create it in a migration"
