"""Compaction policies as the jobs view shows them."""

from __future__ import annotations

from ....units import Interval
from ... import jobs
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import Compaction


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Compaction by hypertable."""
    if not capabilities.tsl or not capabilities.compacts:
        return {}
    return {
        str(job.relation): Found(value(job), {"job_id": job.id, "owner": job.owner, "relation": job.relation})
        for job in jobs.read(cursor, "policy_compaction")
    }


def value(job: jobs.Job) -> Compaction:
    """A job as a value; a bound of zero is left out of the configuration (compaction_api.c of 2.29.2)."""
    idle = job.config.get("inactive_for")
    return Compaction(
        job.schedule,
        int(job.config.get("max_chunks", 0)),
        int(job.config.get("max_batches", 0)),
        Interval.parse(idle) if idle is not None else None,
        job.enabled,
    )
