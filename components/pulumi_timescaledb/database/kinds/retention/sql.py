"""Statements for retention policies (docs: add_retention_policy, alter_job)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Retention


def statements(change: Change, wanted: Retention | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Add, alter by job id, or remove."""
    if change.action == "remove" or wanted is None:
        statement = sql.SQL("SELECT remove_retention_policy(%s::regclass, if_exists => true)")
        return [Step(statement, f"remove the retention policy of {change.object}", (change.object,))]
    if found is None:
        add = sql.SQL(
            "SELECT add_retention_policy({}::regclass, {} => {}, schedule_interval => {}::interval) AS job_id"
        ).format(
            sql.Literal(change.object),
            sql.Identifier(_keys(wanted)[0]),
            jobs.lag_sql(wanted.drop_after),
            sql.Literal(str(wanted.schedule or "1 day")),
        )
        sentence = f"drop chunks of {change.object} older than {wanted.drop_after}"
        return [jobs.add(add, sentence, capabilities, enabled=wanted.enabled)]
    job_id = found.facts["job_id"]
    if change.field in ("schedule", "enabled"):
        sentence = f"set {change.field} of the retention of {change.object} to {change.new}"
        return [jobs.alter(job_id, change.field, change.new, sentence, capabilities)]
    key, other = _keys(wanted)
    sentence = f"set {key} of the retention of {change.object} to {wanted.drop_after}"
    return [jobs.alter(job_id, key, wanted.drop_after, sentence, capabilities, key=key, instead_of=other)]


def _keys(wanted: Retention) -> tuple[str, str]:
    """The argument and configuration key of this kind of age, and the one that it excludes."""
    keys = ("drop_created_before", "drop_after")
    return keys if wanted.by_creation else (keys[1], keys[0])
