"""Statements for retention policies (docs: add_retention_policy, alter_job)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Retention


def statements(change: Change, wanted: Retention | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Add, alter by job id, or remove."""
    del capabilities
    if change.action == "remove" or wanted is None:
        statement = sql.SQL("SELECT remove_retention_policy(%s::regclass, if_exists => true)")
        return [Step(statement, f"remove the retention policy of {change.object}", (change.object,))]
    if found is None:
        add = sql.SQL(
            "SELECT add_retention_policy({}::regclass, drop_after => {}, schedule_interval => {}::interval)"
        ).format(
            sql.Literal(change.object),
            jobs.lag_sql(wanted.drop_after),
            sql.Literal(str(wanted.schedule or "1 day")),
        )
        return [Step(add, f"drop chunks of {change.object} older than {wanted.drop_after}")]
    sentence = f"set {change.field} of the retention of {change.object} to {change.new}"
    return [jobs.alter(found.facts["job_id"], change.field, change.new, sentence, key="drop_after")]
