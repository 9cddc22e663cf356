"""A note: jobs that are due at one moment wait for each other where there are more of them than workers.

TimescaleDB needs a launcher, a scheduler for each database and a worker for each running job, all out of
timescaledb.max_background_workers (manual, "Background workers"; the log says "background worker limit of N exceeded").
Short jobs get along with fewer, so this is no refusal.
"""

from __future__ import annotations

from collections.abc import Iterator

from .context import Context

ID = "background-workers"
JOBS = ("retention", "columnstore", "reorder", "compaction", "refresh", "job", "partitioned_retention")
OWN = 2  # launcher, and the scheduler of this database


def note(context: Context) -> Iterator[str]:
    """Count what is declared, and what is live and not declared."""
    workers = context.can.background_workers
    if context.fallback or workers is None:
        return
    declared = {(part.kind, part.key): part.value for each in context.objects for part in each.parts}
    live = {
        (kind, key): found.value
        for kind in JOBS
        for key, found in context.snapshot.found[kind].items()
        if (kind, key) not in declared
    }
    count = sum(_jobs(kind, value) for (kind, _), value in (declared | live).items())
    if count > workers - OWN:
        yield (
            f"{count} jobs share {max(workers - OWN, 0)} background workers and wait for each other when they are due "
            f"together: set timescaledb.max_background_workers to {count + OWN}, and max_worker_processes above it"
        )


def _jobs(kind: str, value: object) -> int:
    """How many jobs run for a part; one that is switched off does not."""
    if kind not in JOBS or value is None:
        return 0
    policies = getattr(value, "policies", None)
    if policies is not None:
        return sum(policy.enabled for policy in policies)
    if kind == "columnstore" and getattr(value, "after", None) is None:
        return 0
    return int(bool(getattr(value, "enabled", True)))
