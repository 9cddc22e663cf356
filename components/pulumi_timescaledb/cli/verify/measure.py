"""Timing the queries and reading their plans."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass

from .data import Session
from .queries import Query, problem

REPEATS = 7
_OWNERS = """
SELECT k.chunk_name::text AS part, coalesce(a.view_name, k.hypertable_name)::text AS owner
FROM timescaledb_information.chunks k LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = k.hypertable_schema AND a.materialization_hypertable_name = k.hypertable_name
UNION ALL
SELECT materialization_hypertable_name::text, view_name::text FROM timescaledb_information.continuous_aggregates
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


def owners(session: Session) -> dict[str, str]:
    """Which relation each chunk and materialization table belongs to."""
    return {row["part"]: row["owner"] for row in session.execute(_OWNERS)}


def measure(session: Session, query: Query, belongs: Mapping[str, str]) -> Timing:
    """Run once to warm up, then the median of several runs, fetching every row."""
    session.execute(query.text).fetchall()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        session.execute(query.text).fetchall()
        taken.append((time.perf_counter() - began) * 1000)
    row = session.execute("EXPLAIN (FORMAT JSON) " + query.text).fetchone()
    wrong = problem(query, row["QUERY PLAN"][0]["Plan"], belongs) if row else "no plan"
    lines = session.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) " + query.text).fetchall()
    return Timing(query, statistics.median(taken), wrong, "\n".join(line["QUERY PLAN"] for line in lines))
