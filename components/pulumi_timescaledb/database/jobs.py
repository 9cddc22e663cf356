"""Policy jobs of TimescaleDB: one query for every policy kind, and the one way to change a job.

Converging goes through ``alter_job`` on the existing id, because ``if_not_exists`` never converges (measured on
2.26.4). ``alter_job(config =>)`` replaces the whole configuration, so single keys are set inside the existing one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from ..units import Interval
from .kind import Cursor, Step
from .names import Relation

# hypertable_name is the aggregate's own name since 2.20 and its materialization table before
QUERY = """
SELECT j.job_id, j.scheduled, j.owner::text AS owner, j.schedule_interval::text AS schedule,
       coalesce(a.view_schema, j.hypertable_schema)::text AS schema,
       coalesce(a.view_name, j.hypertable_name)::text AS name,
       (SELECT jsonb_object_agg(c.key, CASE WHEN c.key ~ '_(after|offset|before)$' AND jsonb_typeof(c.value) = 'string'
                                            THEN to_jsonb((c.value #>> '{}')::interval::text) ELSE c.value END)
        FROM jsonb_each(j.config) c) AS config
FROM timescaledb_information.jobs j
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = j.hypertable_schema
 AND a.materialization_hypertable_name = j.hypertable_name
WHERE j.proc_name = %s AND j.proc_schema = '_timescaledb_functions' AND j.hypertable_name IS NOT NULL
ORDER BY j.job_id
"""


@dataclass(frozen=True)
class Job:
    """A policy's job as the catalog shows it; config with its intervals in one style."""

    id: int
    relation: Relation
    schedule: Interval
    enabled: bool
    owner: str
    config: Mapping[str, Any]

    def lag(self, *keys: str) -> Interval | int | None:
        """The first of these configuration keys that is set: a duration, or a number for integer time."""
        for key in keys:
            value = self.config.get(key)
            if isinstance(value, (int, float)):
                return int(value)
            if value is not None:
                return Interval.parse(value)
        return None


def read(cursor: Cursor, procedure: str) -> list[Job]:
    """Every job of one policy procedure."""
    return [
        Job(
            row["job_id"],
            Relation(row["schema"], row["name"]),
            Interval.parse(row["schedule"]),
            row["scheduled"],
            row["owner"],
            row["config"] or {},
        )
        for row in cursor.execute(QUERY, (procedure,))
    ]


def alter(job_id: int, field: str, value: Any, sentence: str, *, key: str = "") -> Step:
    """Change one thing of a job in place: its schedule, whether it runs, or one key of its configuration."""
    if field == "schedule":
        statement = sql.SQL("SELECT alter_job(%s, schedule_interval => %s::interval)")
        return Step(statement, sentence, (job_id, str(value)))
    if field == "enabled":
        return Step(sql.SQL("SELECT alter_job(%s, scheduled => %s)"), sentence, (job_id, value))
    statement = sql.SQL(
        "SELECT alter_job(%s, config => jsonb_set(config, %s, {})) FROM timescaledb_information.jobs WHERE job_id = %s"
    )
    return Step(statement.format(lag_json(value)), sentence, (job_id, [key], job_id))


def lag_json(value: Interval | int | None) -> sql.Composable:
    """A lag as a job's configuration holds it, in the spelling that the policy functions themselves write."""
    if value is None:
        return sql.SQL("'null'::jsonb")
    if isinstance(value, int):
        return sql.SQL("to_jsonb({}::bigint)").format(sql.Literal(value))
    return sql.SQL("to_jsonb({}::interval::text)").format(sql.Literal(str(value)))


def lag_sql(value: Interval | int | str | None) -> sql.Composable:
    """A lag as an SQL literal of the right type; the functions take "any" and refuse plain text."""
    if value is None:
        return sql.SQL("NULL")
    if isinstance(value, int):
        return sql.SQL("{}::bigint").format(sql.Literal(value))
    return sql.SQL("{}::interval").format(sql.Literal(str(value)))
