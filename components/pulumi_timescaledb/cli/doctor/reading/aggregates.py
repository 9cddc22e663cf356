"""How far each continuous aggregate is materialized, and whether rows wait that its policies ought to have taken.

The watermark alone does not tell: without new rows it stands still and nothing is behind. So where the catalogs leave
room for doubt, and only there, the source is asked whether it holds any row in that span of time.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from ....database.names import Relation
from ....database.snapshot import Snapshot
from ....units import BadInterval, Interval
from .freshness import ENDLESS, Freshness, Span, amount, promised, suspects
from .section import Sections
from .stores import Store

PROBE_MILLISECONDS = 2000
RANGES = 50  # invalidation log entries looked at for one aggregate, the oldest first
# before anything is materialized the watermark is the first value of the type, 4714 BC for times (measured on 2.28.3),
# and the log's one entry runs from there or from the smallest number to the largest
_TIMES = dict.fromkeys(("timestamp with time zone", "timestamp without time zone", "date"), -210866803200000000)
_FIRST = {**_TIMES, "smallint": -(2**15), "integer": -(2**31), "bigint": -(2**63)}
_SCALE = dict.fromkeys(_TIMES, 1_000_000)

# times are in microseconds since 1970, for integer time as they are; log entries are inclusive on both ends
_STATE = """
SELECT g.user_view_schema::text AS schema, g.user_view_name::text AS name, w.watermark, b.bucket_width AS bucket,
       h.schema_name::text AS source_schema, h.table_name::text AS source_name, d.column_name::text AS column,
       d.column_type::text AS type,
       has_schema_privilege(n.oid, 'USAGE') AND has_column_privilege(c.oid, d.column_name, 'SELECT') AS readable,
       (SELECT json_agg(json_build_array(l.low, l.high) ORDER BY l.low) FROM (
          SELECT lowest_modified_value AS low, greatest_modified_value AS high
          FROM _timescaledb_catalog.continuous_aggs_materialization_invalidation_log
          WHERE materialization_id = g.mat_hypertable_id ORDER BY 1 LIMIT %s) l) AS log
FROM _timescaledb_catalog.continuous_agg g
JOIN _timescaledb_catalog.hypertable h ON h.id = g.raw_hypertable_id
JOIN pg_namespace n ON n.nspname = h.schema_name
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = h.table_name
JOIN LATERAL (SELECT column_name, column_type FROM _timescaledb_catalog.dimension d
              WHERE d.hypertable_id = h.id ORDER BY d.id LIMIT 1) d ON true
LEFT JOIN _timescaledb_catalog.continuous_aggs_watermark w USING (mat_hypertable_id)
LEFT JOIN _timescaledb_catalog.continuous_aggs_bucket_function b USING (mat_hypertable_id)
"""
# a literal of the column's type, so that the planner leaves out chunks
_BOUNDS = {
    "timestamp with time zone": sql.SQL("to_timestamp({})"),
    "timestamp without time zone": sql.SQL("(to_timestamp({}) AT TIME ZONE 'UTC')"),
    "date": sql.SQL("(to_timestamp({}) AT TIME ZONE 'UTC')::date"),
    **dict.fromkeys(("bigint", "integer", "smallint"), sql.SQL("{}::bigint")),
}


class Doubt(NamedTuple):
    """A question about an aggregate's source: whether it has a row in the span. kind: what it would be."""

    name: str
    row: Mapping[str, Any]
    kind: str
    span: Span


def read(sections: Sections, snapshot: Snapshot, stores: Mapping[str, Store]) -> dict[str, Freshness]:
    """Every aggregate by name."""
    by_table = {each.own: each for each in stores.values()}
    found: dict[str, Freshness] = {}
    doubts: list[Doubt] = []
    blind = []
    for row in sections.cursor.execute(_STATE, (RANGES,)).fetchall():
        name = str(Relation(row["schema"], row["name"]))
        source = by_table.get(str(Relation(row["source_schema"], row["source_name"])))
        if source is None or source.now is None or row["type"] not in _BOUNDS:
            found[name] = Freshness(name, looked=False)
            continue
        mark, bucket = _mark(row["watermark"], row["type"]), _width(row["bucket"], row["type"])
        fresh = Freshness(name, mark, bucket, integer=row["type"] not in _SCALE)
        refresh = snapshot.get("refresh", name)
        policies = refresh.value.policies if refresh else ()
        promise = promised(fresh, policies, source.now, source.slack)
        found[name] = fresh = replace(fresh, current=mark is not None and mark >= promise)
        asked = suspects(fresh, policies, _log(row["log"], row["type"]), source.now, source.slack)
        if any(asked.values()) and not row["readable"]:
            blind.append(name)
            found[name] = replace(fresh, looked=False)
        else:
            doubts += [Doubt(name, row, kind, span) for kind, spans in asked.items() for span in spans]
    if blind:
        names = ", ".join(sorted(blind))
        why = "this role may not read the rows that it is made of"
        sections.miss(f"how far behind {names} is", why, sections.grant("pg_read_all_data"))
    return {**found, **_answered(sections, found, doubts)}


def _answered(sections: Sections, found: Mapping[str, Freshness], doubts: Sequence[Doubt]) -> dict[str, Freshness]:
    """All aggregates are asked at once; where that gives no answer, each alone, so that one cannot hide the others."""
    names = list(dict.fromkeys(each.name for each in doubts))
    if not names:
        return {}
    try:
        with sections.cursor.connection.transaction():
            return _asked(sections, found, doubts)
    except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable):
        answered = {}
        for name in names:
            own = [each for each in doubts if each.name == name]
            blind = {name: replace(found[name], looked=False)}
            reading = functools.partial(_asked, sections, found, own)
            answered.update(sections.read(f"how far behind {name} is", reading, blind))
        return answered


def _asked(sections: Sections, found: Mapping[str, Freshness], doubts: Sequence[Doubt]) -> dict[str, Freshness]:
    questions = sql.SQL(", ").join(_question(each) for each in doubts)
    with sections.no_longer_than(PROBE_MILLISECONDS):
        answer = sections.cursor.execute(sql.SQL("SELECT ARRAY[{}] AS answers").format(questions)).fetchone()
    answers = answer["answers"] if answer else []
    there: dict[str, dict[str, list[Span]]] = {each.name: {} for each in doubts}
    for each, yes in zip(doubts, answers, strict=True):
        if yes:
            there[each.name].setdefault(each.kind, []).append(each.span)
    return {
        name: replace(
            found[name],
            due=_hull(spans.get("due")),
            history=_hull(spans.get("history")),
            changed=_hull(spans.get("changed")),
        )
        for name, spans in there.items()
    }


def _question(doubt: Doubt) -> sql.Composable:
    table = sql.Identifier(doubt.row["source_schema"], doubt.row["source_name"])
    column, type_ = sql.Identifier(doubt.row["column"]), doubt.row["type"]
    limits = [sql.SQL("{} < {}").format(column, _bound(type_, doubt.span.end))]
    if doubt.span.start is not None:
        limits.append(sql.SQL("{} >= {}").format(column, _bound(type_, doubt.span.start)))
    return sql.SQL("EXISTS (SELECT FROM {} WHERE {})").format(table, sql.SQL(" AND ").join(limits))


def _bound(type_: str, value: float) -> sql.Composable:
    return _BOUNDS[type_].format(sql.Literal(value if type_ in _SCALE else int(value)))


def _hull(spans: Sequence[Span] | None) -> Span | None:
    if not spans:
        return None
    starts = [each.start for each in spans if each.start is not None]
    return Span(min(starts) if len(starts) == len(spans) else None, max(each.end for each in spans))


def _mark(value: int | None, type_: str) -> float | None:
    if value is None or value <= _FIRST[type_]:
        return None
    return value / _SCALE.get(type_, 1)


def _width(text: str | None, type_: str) -> float:
    if text is None:
        return 0.0
    try:
        return float(text) if type_ not in _SCALE else amount(Interval.parse(text))
    except (BadInterval, ValueError):  # an unknown spelling makes the judgement a little stricter, no more
        return 0.0


def _log(entries: Sequence[Sequence[int]] | None, type_: str) -> list[tuple[float, float]]:
    scale = _SCALE.get(type_, 1)
    return [
        (
            -ENDLESS if low <= _FIRST[type_] else low / scale,
            ENDLESS if high >= -_FIRST[type_] - 1 else (high + 1) / scale,
        )
        for low, high in entries or ()
    ]
