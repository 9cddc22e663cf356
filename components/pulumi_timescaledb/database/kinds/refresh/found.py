"""Refresh policies as the jobs view shows them."""

from __future__ import annotations

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import OPTIONS, Policy, Refresh, managed, pairs


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Every aggregate's policies; facts hold them with their job ids, as (id, policy)."""
    if not capabilities.tsl:
        return {}
    policies: dict[str, list[tuple[int, Policy]]] = {}
    relations = {}
    for job in jobs.read(cursor, "policy_refresh_continuous_aggregate"):
        options = {name: job.config.get(name) for name in OPTIONS}
        policy = Policy(job.lag("start_offset"), job.lag("end_offset"), job.schedule, job.enabled, **options)
        policies.setdefault(str(job.relation), []).append((job.id, policy))
        relations[str(job.relation)] = job.relation
    return {
        relation: Found(Refresh(tuple(policy for _, policy in rows)), {"jobs": rows, "relation": relations[relation]})
        for relation, rows in policies.items()
    }


def respell(cursor: Cursor, wanted: Refresh, found: Found) -> Found:
    """Options that a declaration leaves alone are not shown of the policy that it stands for."""
    del cursor
    shown = list(found.value.policies)
    for place, live in pairs(wanted.policies, found.value.policies):
        shown[live] = managed(wanted.policies[place], found.value.policies[live])
    return Found(Refresh(tuple(shown)), found.facts)
