"""Reorder policies as the jobs view shows them."""

from __future__ import annotations

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import Reorder


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Reordering by hypertable."""
    if not capabilities.tsl:
        return {}
    return {
        str(job.relation): Found(
            Reorder(str(job.config.get("index_name")), job.schedule, job.enabled),
            {"job_id": job.id, "owner": job.owner, "relation": job.relation},
        )
        for job in jobs.read(cursor, "policy_reorder")
    }
