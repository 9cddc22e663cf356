"""Statements for the columnstore (docs: ALTER TABLE hypercore, add_columnstore_policy, alter_job)."""

from __future__ import annotations

from psycopg import sql

from ... import jobs
from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from ...names import Relation
from .wanted import Columnstore


def statements(
    change: Change, wanted: Columnstore | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Settings by ALTER, the policy by its function or by job id."""
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
        return [_settings(relation, wanted), *_policy(relation, wanted, capabilities)]
    if change.field in ("segment_by", "order_by", "chunk_interval"):
        return [_settings(relation, wanted)]
    job_id = found.facts["job_id"]
    if job_id is None:
        return _policy(relation, wanted, capabilities)
    if change.field in ("schedule", "enabled"):
        sentence = f"set {change.field} of the columnstore policy of {relation} to {change.new}"
        return [jobs.alter(job_id, change.field, change.new, sentence, capabilities)]
    key, other = _keys(wanted)
    sentence = f"set {key} of the columnstore policy of {relation} to {wanted.after}"
    return [jobs.alter(job_id, key, wanted.after, sentence, capabilities, key=key, instead_of=other)]


def _keys(wanted: Columnstore) -> tuple[str, str]:
    """The argument and configuration key of this kind of age, and the one that it excludes."""
    keys = ("compress_created_before", "compress_after")
    return keys if wanted.by_creation else (keys[1], keys[0])


def _settings(relation: Relation, wanted: Columnstore) -> Step:
    options = {"enable_columnstore": "true"}
    if wanted.segment_by is not None:
        options["segmentby"] = ", ".join(map(_column, wanted.segment_by))
    if wanted.order_by is not None:
        options["orderby"] = ", ".join(str(each._replace(column=_column(each.column))) for each in wanted.order_by)
    if wanted.chunk_interval is not None:
        # the server takes an interval alone, and keeps its microseconds as the number of integer time (2.28.3)
        unit = " microseconds" if isinstance(wanted.chunk_interval, int) else ""
        options["compress_chunk_time_interval"] = f"{wanted.chunk_interval}{unit}"
    return Step(_alter(relation, options), f"set the columnstore of {relation}")


def _column(name: str) -> str:
    """A column within an option's text, which the server parses: a word of SQL is a name only in quotes."""
    return '"' + name.replace('"', '""') + '"'


def _policy(relation: Relation, wanted: Columnstore, capabilities: Capabilities) -> list[Step]:
    if wanted.after is None:
        return []
    schedule = sql.SQL("NULL") if wanted.schedule is None else sql.Literal(str(wanted.schedule))
    statement = sql.SQL(
        "SELECT add_compression_policy({}::regclass, {} => {}, schedule_interval => {}::interval) AS job_id"
    ).format(sql.Literal(str(relation)), sql.Identifier(_keys(wanted)[0]), jobs.lag_sql(wanted.after), schedule)
    sentence = f"convert chunks of {relation} after {wanted.after}"
    return [jobs.add(statement, sentence, capabilities, enabled=wanted.enabled)]


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
