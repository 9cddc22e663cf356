"""Statements for refresh policies (docs: add_continuous_aggregate_policy, alter_job).

The adder is never called where a policy could be altered: with disjoint offsets it would add a second one, with
overlapping ones it fails (measured on 2.26.4). alter_job fails on an overlap too (job_api.c of 2.28.3), so windows
that move are altered in an order in which none ever reaches into another.
"""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Policy, Refresh, managed, overlap, pairs


def statements(change: Change, wanted: Refresh | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Keep what is right, delete what is left over, alter what differs, add what is missing."""
    have: list[tuple[int, Policy]] = list(found.facts["jobs"]) if found else []
    want = list(wanted.policies) if wanted else []
    paired = pairs(want, [policy for _, policy in have])
    over = [have[place] for place in range(len(have)) if place not in {live for _, live in paired}]
    missing = [want[place] for place in range(len(want)) if place not in {one for one, _ in paired}]
    steps = [_delete(change.object, job_id) for job_id, _ in over]
    live = {have[place][0]: have[place][1] for _, place in paired}
    waiting = {have[place][0]: want[one] for one, place in paired if managed(want[one], have[place][1]) != want[one]}
    while waiting:
        free = [each for each in waiting if not any(overlap(waiting[each], live[o]) for o in live if o != each)]
        job_id = next(iter(free or waiting))
        policy = waiting.pop(job_id)
        if free:
            live[job_id] = policy
            steps.append(_alter(change.object, job_id, policy, capabilities))
        else:  # windows that change places: one has to go first
            del live[job_id]
            steps.append(_delete(change.object, job_id))
            missing.append(policy)
    return steps + [_add(change.object, policy, capabilities) for policy in missing]


def _delete(relation: str, job_id: int) -> Step:
    return Step(sql.SQL("SELECT delete_job(%s)"), f"delete a refresh policy of {relation}", (job_id,))


def _alter(relation: str, job_id: int, policy: Policy, capabilities: Capabilities) -> Step:
    options = sql.SQL("").join(
        sql.SQL(", {}, {}").format(sql.Literal(name), sql.Literal(value)) for name, value in policy.options.items()
    )
    statement = sql.SQL(
        "SELECT alter_job(%s, schedule_interval => %s::interval, scheduled => %s, "
        "config => config || jsonb_build_object('start_offset', {}, 'end_offset', {}{}), timezone => {}) "
        "FROM timescaledb_information.jobs WHERE job_id = %s"
    ).format(
        jobs.as_json(policy.start_offset),
        jobs.as_json(policy.end_offset),
        options,
        jobs.kept_zone(job_id, capabilities),
    )
    parameters = (job_id, str(policy.schedule), policy.enabled, job_id)
    return Step(statement, f"refresh {relation} from {policy}", parameters)


def _add(relation: str, policy: Policy, capabilities: Capabilities) -> Step:
    options = sql.SQL("").join(
        sql.SQL(", {} => {}").format(sql.Identifier(name), sql.Literal(value)) for name, value in policy.options.items()
    )
    statement = sql.SQL(
        "SELECT add_continuous_aggregate_policy({}::regclass, start_offset => {}, end_offset => {}, "
        "schedule_interval => {}::interval{}) AS job_id"
    ).format(
        sql.Literal(relation),
        jobs.lag_sql(policy.start_offset),
        jobs.lag_sql(policy.end_offset),
        sql.Literal(str(policy.schedule)),
        options,
    )
    return jobs.add(statement, f"refresh {relation} from {policy}", capabilities, enabled=policy.enabled)
