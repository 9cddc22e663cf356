"""Timing the queries and reading their plans."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

from .data import Session
from .queries import CHECKS, Catalog, Query, problem

REPEATS = 7
_OWNERS = """
SELECT k.chunk_schema || '.' || k.chunk_name AS part,
       coalesce(a.view_schema || '.' || a.view_name, k.hypertable_schema || '.' || k.hypertable_name) AS owner
FROM timescaledb_information.chunks k LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = k.hypertable_schema AND a.materialization_hypertable_name = k.hypertable_name
UNION ALL
SELECT materialization_hypertable_schema || '.' || materialization_hypertable_name, view_schema || '.' || view_name
FROM timescaledb_information.continuous_aggregates
"""
_TIME_INDEXES = """
SELECT n.nspname || '.' || i.relname AS name
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
WHERE a.attname = 'time' AND x.indisvalid AND x.indpred IS NULL
  AND (x.indrelid = %(table)s::regclass
       OR x.indrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = %(table)s::regclass))
"""


@dataclass(frozen=True)
class Timing:
    """The median of the repeats in milliseconds, what is wrong with the plan, and the plan as text."""

    query: Query
    milliseconds: float
    problem: str
    plan: str

    @property
    def good(self) -> bool:
        """Within the target and with the right plan."""
        return self.milliseconds < self.query.target_ms and not self.problem


def catalog(session: Session) -> Catalog:
    """What a plan's names mean."""
    owners = {row["part"]: row["owner"] for row in session.execute(_OWNERS)}
    indexes = frozenset(row["name"] for row in session.execute(_TIME_INDEXES, {"table": CHECKS}))
    return Catalog(owners, indexes)


def measure(session: Session, query: Query, known: Catalog) -> Timing:
    """Run once to warm up, then the median of several runs, fetching every row."""
    session.execute(query.text).fetchall()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        session.execute(query.text).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    row = session.execute("EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, FORMAT JSON) " + query.text).fetchone()
    wrong = problem(query, row["QUERY PLAN"][0]["Plan"], known) if row else "no plan"
    lines = session.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + query.text).fetchall()
    return Timing(query, statistics.median(taken), wrong, "\n".join(line["QUERY PLAN"] for line in lines))
