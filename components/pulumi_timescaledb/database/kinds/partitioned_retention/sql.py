"""Statements for retention per key: our procedure, and a job of it a declaration (docs: add_job, alter_job)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Statement, Step
from .procedure import CREATE
from .wanted import PartitionedRetention

PROCEDURE = sql.SQL("'pulumi_timescaledb.partitioned_retention(integer, jsonb)'::regprocedure::oid::regproc")
NAME = "Partitioned Retention"


def statements(
    change: Change, wanted: PartitionedRetention | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Write the procedure where it lacks or is older, then add, alter by job id, or delete."""
    name = change.object
    if change.action == "remove" or wanted is None:
        return _delete(name, (found.facts["job_id"], *found.facts["others"])) if found else []
    if found is None:
        return [_procedure(), *_add(name, wanted)]
    job_id = found.facts["job_id"]
    if change.field == "procedure":
        return [_procedure()]
    if change.field == "copies":
        return _delete(name, found.facts["others"])
    if change.field == "owner":
        return [*_delete(name, (job_id,)), *_add(name, wanted)]
    if wanted.owner is not None and wanted.owner != found.value.owner:
        return []  # the job that is made anew for its owner has it
    sentence = f"set {change.field} of the retention of {name} to {change.new}"
    if change.field in ("schedule", "enabled"):
        return [jobs.alter(job_id, change.field, change.new, sentence, capabilities)]
    alter = sql.SQL("SELECT alter_job({}, config => {}::jsonb, timezone => {})").format(
        sql.Literal(job_id), sql.Literal(wanted.config), jobs.kept_zone(job_id, capabilities)
    )
    return [Step(alter, sentence)]


def _procedure() -> Step:
    return Step(CREATE, "write the procedure pulumi_timescaledb.partitioned_retention")


def _delete(name: str, ids: tuple[int, ...]) -> list[Step]:
    return [Step(sql.SQL("SELECT delete_job(%s)"), f"delete job {each}, retention of {name}", (each,)) for each in ids]


def _add(name: str, wanted: PartitionedRetention) -> list[Step]:
    statement: Statement = sql.SQL(
        "SELECT add_job({}, {}::interval, config => {}::jsonb, scheduled => {}, fixed_schedule => false, "
        "job_name => {})"
    ).format(
        PROCEDURE,
        sql.Literal(str(wanted.schedule)),
        sql.Literal(wanted.config),
        sql.Literal(wanted.enabled),
        sql.Literal(NAME),
    )
    if wanted.owner is not None:
        role = sql.Identifier(wanted.owner)
        rights = sql.SQL("GRANT USAGE ON SCHEMA pulumi_timescaledb TO {}; SET LOCAL ROLE {}; ").format(role, role)
        statement = rights + statement + sql.SQL("; RESET ROLE")
    return [Step(statement, f"delete rows of {name} older than {wanted.limits} says")]
