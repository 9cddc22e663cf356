"""Statements for compaction policies (sql/policy_api.sql of 2.29.2: add_compaction_policy)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Compaction


def statements(
    change: Change, wanted: Compaction | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Add, alter by job id, or remove."""
    if change.action == "remove" or wanted is None:
        statement = sql.SQL("SELECT remove_compaction_policy(%s::regclass, if_exists => true)")
        return [Step(statement, f"remove the compaction policy of {change.object}", (change.object,))]
    if found is None:
        add = sql.SQL(
            "SELECT add_compaction_policy(%s::regclass, schedule_interval => %s::interval, max_chunks => %s::int, "
            "max_batches => %s::int, inactive_for => %s::interval)"
        )
        given = (wanted.schedule, wanted.max_chunks, wanted.max_batches, wanted.inactive_for)
        row = [str(each) if each is not None else None for each in given]
        return [Step(add, f"merge small batches of {change.object}", (change.object, *row))]
    sentence = f"set {change.field} of the compaction policy of {change.object} to {change.new}"
    return [jobs.alter(found.facts["job_id"], change.field, change.new, sentence, capabilities, key=change.field)]
