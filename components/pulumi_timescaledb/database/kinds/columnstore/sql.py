"""Statements for the columnstore (docs: ALTER TABLE hypercore, add_columnstore_policy, alter_job)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation, quoted
from .wanted import Columnstore


def statements(
    change: Change, wanted: Columnstore | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Settings by ALTER, the policy by its function or by job id."""
    del capabilities
    relation = Relation.parse(change.object)
    if change.action == "remove" or wanted is None:
        remove = sql.SQL("SELECT remove_compression_policy(%s::regclass, if_exists => true)")
        policy = Step(remove, f"remove the columnstore policy of {relation}", (change.object,))
        if change.field == "after":
            return [policy]
        return [
            policy,
            Step(_alter(relation, {"enable_columnstore": "false"}), f"disable the columnstore of {relation}"),
        ]
    if found is None:
        return [_settings(relation, wanted), *_policy(relation, wanted)]
    if change.field in ("segment_by", "order_by"):
        return [_settings(relation, wanted)]
    if found.facts["job_id"] is None:
        return _policy(relation, wanted)
    sentence = f"set {change.field} of the columnstore policy of {relation} to {change.new}"
    return [jobs.alter(found.facts["job_id"], change.field, change.new, sentence, key="compress_after")]


def _settings(relation: Relation, wanted: Columnstore) -> Step:
    options = {"enable_columnstore": "true"}
    if wanted.segment_by is not None:
        options["segmentby"] = ", ".join(map(quoted, wanted.segment_by))
    if wanted.order_by is not None:
        options["orderby"] = ", ".join(str(each._replace(column=quoted(each.column))) for each in wanted.order_by)
    return Step(_alter(relation, options), f"set the columnstore of {relation}")


def _policy(relation: Relation, wanted: Columnstore) -> list[Step]:
    if wanted.after is None:
        return []
    schedule = sql.SQL("NULL") if wanted.schedule is None else sql.Literal(str(wanted.schedule))
    statement = sql.SQL(
        "SELECT add_compression_policy({}::regclass, compress_after => {}, schedule_interval => {}::interval)"
    ).format(sql.Literal(str(relation)), jobs.lag_sql(wanted.after), schedule)
    return [Step(statement, f"convert chunks of {relation} after {wanted.after}")]


def _alter(relation: Relation, options: dict[str, str]) -> sql.Composed:
    pairs = [sql.SQL("timescaledb.{} = {}").format(sql.SQL(name), sql.Literal(text)) for name, text in options.items()]
    # ALTER TABLE serves aggregates too? No: they are views, and the server wants the matching command
    return sql.SQL(
        "DO $tsdb$ BEGIN IF (SELECT relkind FROM pg_class WHERE oid = {}::regclass) = 'v' "
        "THEN ALTER MATERIALIZED VIEW {} SET ({}); ELSE ALTER TABLE {} SET ({}); END IF; END $tsdb$"
    ).format(
        sql.Literal(str(relation)),
        relation.identifier,
        sql.SQL(", ").join(pairs),
        relation.identifier,
        sql.SQL(", ").join(pairs),
    )
