"""Statements for refresh policies (docs: add_continuous_aggregate_policy, alter_job).

The adder is never called where a policy could be altered: with disjoint offsets it would add a second one, with
overlapping ones it fails (measured on 2.26.4).
"""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Policy, Refresh


def statements(change: Change, wanted: Refresh | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Keep what is right, alter what is left over, then delete or add."""
    del capabilities
    have = list(zip(found.facts["job_ids"], found.value.policies, strict=True)) if found else []
    want = list(wanted.policies) if wanted else []
    for pair in list(have):
        if pair[1] in want:
            have.remove(pair)
            want.remove(pair[1])
    steps = []
    for job_id, _ in have[len(want) :]:
        steps.append(Step(sql.SQL("SELECT delete_job(%s)"), f"delete a refresh policy of {change.object}", (job_id,)))
    for (job_id, _), policy in zip(have, want, strict=False):
        steps.append(_alter(change.object, job_id, policy))
    steps += [_add(change.object, policy) for policy in want[len(have) :]]
    return steps


def _alter(relation: str, job_id: int, policy: Policy) -> Step:
    statement = sql.SQL(
        "SELECT alter_job(%s, schedule_interval => %s::interval, scheduled => %s, "
        "config => config || jsonb_build_object('start_offset', {}, 'end_offset', {})) "
        "FROM timescaledb_information.jobs WHERE job_id = %s"
    ).format(jobs.lag_json(policy.start_offset), jobs.lag_json(policy.end_offset))
    parameters = (job_id, str(policy.schedule), policy.enabled, job_id)
    return Step(statement, f"refresh {relation} from {policy}", parameters)


def _add(relation: str, policy: Policy) -> Step:
    statement = sql.SQL(
        "SELECT add_continuous_aggregate_policy({}::regclass, start_offset => {}, end_offset => {}, "
        "schedule_interval => {}::interval)"
    ).format(
        sql.Literal(relation),
        jobs.lag_sql(policy.start_offset),
        jobs.lag_sql(policy.end_offset),
        sql.Literal(str(policy.schedule)),
    )
    return Step(statement, f"refresh {relation} from {policy}")
