"""Retention policies as the jobs view shows them."""

from __future__ import annotations

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import Retention


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Retention by relation."""
    if capabilities.timescaledb is None:
        return {}
    found = {}
    for job in jobs.read(cursor, "policy_retention"):
        lag = job.lag("drop_after", "drop_created_before")
        if lag is not None:
            found[str(job.relation)] = Found(
                Retention(lag, job.schedule, job.enabled, "drop_created_before" in job.config),
                {"job_id": job.id, "owner": job.owner, "relation": job.relation},
            )
    return found
