"""User-defined jobs as the jobs view and the catalog show them."""

from __future__ import annotations

from psycopg import sql

from ....units import Interval
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import NO_CHECK, Job, spelled

# ids below 1000 are the server's own; application_name carries " [id]" behind the name (measured); the time zone is in
# the catalog alone; the procedures of our own schema are another kind's
QUERY = sql.SQL(
    """
SELECT j.job_id, left(j.application_name::text, -length(' [' || j.job_id || ']')) AS name,
       j.proc_schema::text AS proc_schema, j.proc_name::text AS proc_name, j.schedule_interval::text AS schedule,
       j.config, j.fixed_schedule, j.max_runtime::text AS max_runtime, j.max_retries,
       j.retry_period::text AS retry_period, j.scheduled, j.check_schema::text AS check_schema,
       j.check_name::text AS check_name, b.timezone,
       (SELECT rolname::text FROM pg_roles r WHERE r.oid = j.owner) AS owner,
       to_char(j.initial_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS initial_start
FROM timescaledb_information.jobs j JOIN {} b ON b.id = j.job_id
WHERE j.job_id >= 1000 AND j.proc_schema !~ '^(_timescaledb_|pulumi_timescaledb$)'
ORDER BY j.job_id
"""
)


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Jobs by name; of several with one name the oldest counts, and facts hold the ids of the others."""
    if not capabilities.tsl:
        return {}
    found: dict[str, Found] = {}
    for row in cursor.execute(QUERY.format(capabilities.job_catalog)).fetchall():
        name = row["name"]
        first = found.get(name)
        if first is not None:
            others = (*first.facts["others"], row["job_id"])
            again = Job(**{**vars(first.value), "copies": len(others) + 1})
            found[name] = Found(again, {**first.facts, "others": others})
            continue
        value = Job(
            str(Relation(row["proc_schema"], row["proc_name"])),
            Interval.parse(row["schedule"]),
            None if row["config"] is None else spelled(row["config"]),
            row["fixed_schedule"],
            row["initial_start"],
            row["timezone"],
            Interval.parse(row["max_runtime"]),
            row["max_retries"],
            Interval.parse(row["retry_period"]),
            row["scheduled"],
            str(Relation(row["check_schema"], row["check_name"])) if row["check_name"] else NO_CHECK,
            row["owner"],
        )
        found[name] = Found(value, {"job_id": row["job_id"], "owner": row["owner"], "others": ()})
    return found
