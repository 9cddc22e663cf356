"""Refresh policies as the jobs view shows them."""

from __future__ import annotations

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import Policy, Refresh


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Every aggregate's policies; facts hold each policy's job id, its place in the list being its place in value."""
    if not capabilities.tsl:
        return {}
    policies: dict[str, list[tuple[Policy, jobs.Job]]] = {}
    for job in jobs.read(cursor, "policy_refresh_continuous_aggregate"):
        policy = Policy(job.lag("start_offset"), job.lag("end_offset"), job.schedule, job.enabled)
        policies.setdefault(str(job.relation), []).append((policy, job))
    found = {}
    for relation, pairs in policies.items():
        pairs.sort(key=lambda pair: str(pair[0]))
        facts = {"job_ids": [job.id for _, job in pairs], "relation": pairs[0][1].relation}
        found[relation] = Found(Refresh(tuple(policy for policy, _ in pairs)), facts)
    return found
