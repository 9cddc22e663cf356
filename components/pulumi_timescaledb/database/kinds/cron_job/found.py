"""Cron jobs that run in this database."""

from __future__ import annotations

from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import CronJob

QUERY = """
SELECT jobid, jobname, schedule, command, username, active FROM cron.job
WHERE database = current_database() AND jobname IS NOT NULL
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Named jobs by name."""
    if capabilities.cron is None:
        return {}
    found = {}
    for row in cursor.execute(QUERY):
        value = CronJob(row["schedule"], row["command"], row["username"], row["active"])
        found[row["jobname"]] = Found(value, {"job_id": row["jobid"]})
    return found
