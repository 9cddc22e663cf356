"""Statements for cron jobs (pg_cron README: cron.schedule, cron.alter_job, cron.unschedule)."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import CronJob

_ARGUMENTS = {"schedule": "schedule", "command": "command", "owner": "username", "enabled": "active"}


def statements(change: Change, wanted: CronJob | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Schedule by name, alter by id, unschedule."""
    if change.action == "remove" or wanted is None:
        statement = sql.SQL("SELECT cron.unschedule(%s)")
        return [Step(statement, f"unschedule {change.object}", (change.object,))]
    if found is None:
        steps = []
        if capabilities.cron is None:
            steps.append(Step(sql.SQL("CREATE EXTENSION IF NOT EXISTS pg_cron"), "create extension pg_cron"))
        schedule = sql.SQL("SELECT cron.schedule(%s, %s, %s)")
        if not wanted.enabled:  # in the same transaction, so that it never runs
            schedule = sql.SQL(
                "SELECT cron.alter_job(job_id, active => false) FROM cron.schedule(%s, %s, %s) AS job_id"
            )
        row = (change.object, wanted.schedule, wanted.command)
        steps.append(Step(schedule, f"schedule {change.object}{'' if wanted.enabled else ', switched off'}", row))
        return steps
    argument = sql.SQL(_ARGUMENTS[change.field])
    alter = sql.SQL("SELECT cron.alter_job(%s, {} => %s)").format(argument)
    return [Step(alter, f"set {change.field} of {change.object}", (found.facts["job_id"], change.new))]
