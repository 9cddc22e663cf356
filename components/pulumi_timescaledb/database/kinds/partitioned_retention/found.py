"""Retention per key as the jobs of our procedure show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ....units import Interval
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .procedure import version
from .wanted import Limits, PartitionedRetention, name_of

QUERY = """
SELECT j.job_id, j.schedule_interval::text AS schedule, j.scheduled, j.config,
       (SELECT rolname::text FROM pg_roles r WHERE r.oid = j.owner) AS owner,
       obj_description(p.oid, 'pg_proc') AS comment, encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex') AS digest
FROM timescaledb_information.jobs j
LEFT JOIN pg_namespace n ON n.nspname = j.proc_schema
LEFT JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = j.proc_name
  AND oidvectortypes(p.proargtypes) = 'integer, jsonb'
WHERE j.proc_schema = 'pulumi_timescaledb' AND j.proc_name = 'partitioned_retention'
ORDER BY j.job_id
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Retention per key by table and column; of several for one the oldest counts, facts hold the ids of the others."""
    if not capabilities.tsl:
        return {}
    found: dict[str, Found] = {}
    for row in cursor.execute(QUERY).fetchall():
        config: Mapping[str, Any] = row["config"] or {}
        if not all(isinstance(config.get(each), str) for each in ("schema", "table", "key")):
            continue  # somebody emptied the job: it deletes nothing, and the declared one is missing
        relation = Relation(config["schema"], config["table"])
        name = name_of(relation, config["key"])
        first = found.get(name)
        if first is not None:
            others = (*first.facts["others"], row["job_id"])
            found[name] = Found(replace(first.value, copies=len(others) + 1), {**first.facts, "others": others})
            continue
        facts = {"job_id": row["job_id"], "owner": row["owner"], "others": ()}
        found[name] = Found(_value(relation, config, row), facts)
    return found


def _value(relation: Relation, config: Mapping[str, Any], row: Mapping[str, Any]) -> PartitionedRetention:
    def text(key: str) -> str:
        return str(config.get(key) or "")

    size = config.get("batch_size")
    return PartitionedRetention(
        relation,
        text("key"),
        text("time_column"),
        Limits(str(Relation(text("limits_schema"), text("limits_table"))), text("limits_key"), text("limits_days")),
        int(size) if isinstance(size, (int, float)) else 0,
        Interval.parse(row["schedule"]),
        row["scheduled"],
        row["owner"],
        version(row["comment"], row["digest"]),
    )
