"""Policy jobs of TimescaleDB: one query for every policy kind, and the one way to change a job.

Converging goes through ``alter_job`` on the existing id, because ``if_not_exists`` never converges (measured on
2.26.4). ``alter_job(config =>)`` replaces the whole configuration, so single keys are set inside the existing one, and
a call without ``timezone`` takes the job's time zone away (measured on 2.28.3; tsl/src/bgw_policy/job_api.c).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from ..units import Interval
from .capabilities import Capabilities
from .kind import Cursor, Step
from .names import Relation

# hypertable_name is the aggregate's own name since 2.20 and its materialization table before; joined from the catalog,
# because planning the view of aggregates takes ten times as long as reading the jobs (26 ms, measured on 2.28.3)
QUERY = """
SELECT j.job_id, j.scheduled, pg_get_userbyid(j.owner::oid)::text AS owner, j.schedule_interval::text AS schedule,
       coalesce(a.user_view_schema, j.hypertable_schema)::text AS schema,
       coalesce(a.user_view_name, j.hypertable_name)::text AS name,
       (SELECT jsonb_object_agg(c.key, CASE WHEN c.key ~ '_(after|offset|before|for)$'
                                             AND jsonb_typeof(c.value) = 'string'
                                            THEN to_jsonb((c.value #>> '{}')::interval::text) ELSE c.value END)
        FROM jsonb_each(j.config) c) AS config
FROM timescaledb_information.jobs j
LEFT JOIN (_timescaledb_catalog.continuous_agg a JOIN _timescaledb_catalog.hypertable m ON m.id = a.mat_hypertable_id)
  ON m.schema_name = j.hypertable_schema AND m.table_name = j.hypertable_name
WHERE j.proc_name = %s AND j.proc_schema = '_timescaledb_functions' AND j.hypertable_name IS NOT NULL
ORDER BY j.job_id
"""

_INTEGERS = (("smallint", 2**15 - 1), ("integer", 2**31 - 1))


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


def alter(
    job_id: int,
    field: str,
    value: Any,
    sentence: str,
    capabilities: Capabilities,
    *,
    key: str = "",
    instead_of: str = "",
) -> Step:
    """Change one thing of a policy's job in place: its schedule, whether it runs, or one key of its configuration.

    instead_of: the key of the configuration that this one excludes.
    """
    zone = kept_zone(job_id, capabilities)
    if field == "schedule":
        statement = sql.SQL("SELECT alter_job({}, schedule_interval => {}::interval, timezone => {})")
        return Step(statement.format(sql.Literal(job_id), sql.Literal(str(value)), zone), sentence)
    if field == "enabled":
        statement = sql.SQL("SELECT alter_job({}, scheduled => {}, timezone => {})")
        return Step(statement.format(sql.Literal(job_id), sql.Literal(value), zone), sentence)
    statement = sql.SQL(
        "SELECT alter_job({}, config => jsonb_set(config - {}::text, {}, {}), timezone => {}) "
        "FROM timescaledb_information.jobs WHERE job_id = {}"
    )
    path = sql.Literal([key])
    parts = (sql.Literal(job_id), sql.Literal(instead_of), path, as_json(value), zone, sql.Literal(job_id))
    return Step(statement.format(*parts), sentence)


def add(statement: sql.Composed, sentence: str, capabilities: Capabilities, *, enabled: bool) -> Step:
    """Make a policy with a statement that returns its id as job_id; one that is declared switched off never runs."""
    if enabled:
        return Step(statement, sentence)
    switch = f"{sentence}: switch it off"
    return Step(
        statement,
        f"{sentence}, switched off",
        then=lambda rows: [alter(rows[0]["job_id"], "enabled", False, switch, capabilities)],
    )


def kept_zone(job_id: int, capabilities: Capabilities) -> sql.Composed:
    """The time zone that a job has, as an expression: every alter_job must say it again."""
    statement = sql.SQL("(SELECT timezone FROM {} WHERE id = {})")
    return statement.format(capabilities.job_catalog, sql.Literal(job_id))


def as_json(value: Interval | int | str | None) -> sql.Composable:
    """A value as a job's configuration holds it, in the spelling that the policy functions themselves write."""
    if value is None:
        return sql.SQL("'null'::jsonb")
    if isinstance(value, int):
        return sql.SQL("to_jsonb({}::bigint)").format(sql.Literal(value))
    if isinstance(value, str):
        return sql.SQL("to_jsonb({}::text)").format(sql.Literal(value))
    return sql.SQL("to_jsonb({}::interval::text)").format(sql.Literal(str(value)))


def lag_sql(value: Interval | int | str | None) -> sql.Composable:
    """A lag as an SQL literal of the right type; the functions take "any" and refuse plain text.

    A number has the smallest type that holds it: a refresh policy takes what widens to the type of the time column, and
    refuses a bigint for an integer one (convert_interval_arg in tsl/src/bgw_policy/continuous_aggregate_api.c, 2.28.3).
    """
    if value is None:
        return sql.SQL("NULL")
    if isinstance(value, int):
        kind = next((name for name, highest in _INTEGERS if abs(value) <= highest), "bigint")
        return sql.SQL("{}::{}").format(sql.Literal(value), sql.SQL(kind))
    return sql.SQL("{}::interval").format(sql.Literal(str(value)))
