"""Statements for reorder policies (docs: add_reorder_policy, alter_job)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Reorder


def statements(change: Change, wanted: Reorder | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Add, alter by job id, or remove. The adder takes no schedule: another one is altered in a second look."""
    if change.action == "remove" or wanted is None:
        statement = sql.SQL("SELECT remove_reorder_policy(%s::regclass, if_exists => true)")
        return [Step(statement, f"remove the reorder policy of {change.object}", (change.object,))]
    if found is None:
        statement = sql.SQL("SELECT add_reorder_policy(%s::regclass, %s)")
        sentence = f"reorder chunks of {change.object} by {wanted.index}"
        return [Step(statement, sentence, (change.object, wanted.index))]
    sentence = f"set {change.field} of the reorder policy of {change.object} to {change.new}"
    return [
        jobs.alter(found.facts["job_id"], change.field, change.new, sentence, capabilities, key="index_name"),
    ]
