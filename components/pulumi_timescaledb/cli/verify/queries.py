"""The three queries of Lighthouse with their targets (the reference system's figures), and what a plan must show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

CHECKS, HOURLY, DAILY = "public.check_history", "public.hourly_metrics", "public.daily_metrics"
NEWEST = 100  # rows that the first query asks for
_COLUMNAR = ("DecompressChunk", "ColumnarScan")  # renamed in TimescaleDB 2.22


@dataclass(frozen=True)
class Query:
    """target_ms: what the system asks for. reads: the relation the plan must read; avoids: the one it must not read;
    by_time: whether every larger part of it must be found by an index on time."""

    name: str
    target_ms: float
    text: str
    reads: str
    avoids: str = ""
    by_time: bool = False


QUERIES = (
    Query("recent checks", 10, "SELECT * FROM check_history ORDER BY time DESC LIMIT 100", CHECKS, by_time=True),
    Query(
        "hourly metrics of the last 24 h",
        20,
        "SELECT * FROM hourly_metrics WHERE hour >= now() - interval '24 hours' ORDER BY hour DESC",
        HOURLY,
        CHECKS,
    ),
    Query(
        "uptime of 30 days by subscription",
        50,
        "SELECT subscription_id, sum(checks_up) / nullif(sum(checks), 0) AS uptime_ratio FROM daily_metrics "
        "WHERE day >= now() - interval '30 days' GROUP BY subscription_id",
        DAILY,
        CHECKS,
    ),
)


@dataclass(frozen=True)
class Catalog:
    """owners: the hypertable or aggregate that each chunk and materialization table belongs to, as schema.name.
    time_indexes: the indexes whose first column is the time of the checks, as schema.name."""

    owners: Mapping[str, str] = field(default_factory=dict)
    time_indexes: frozenset[str] = frozenset()


def scans(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every node that reads a relation, in an EXPLAIN (VERBOSE, FORMAT JSON) plan.

    Below the columnstore's scan of a chunk lies the chunk's converted table, which no view lists; the chunk itself
    tells what is read. An append that is named after its hypertable reads nothing but its children.
    """
    provider = plan.get("Custom Plan Provider")
    if plan.get("Relation Name") and (provider is None or provider in _COLUMNAR):
        yield plan
    if provider not in _COLUMNAR:
        for child in plan.get("Plans", ()):
            yield from scans(child)


def index_of(scan: Mapping[str, Any]) -> str:
    """The index that a scan uses, schema.name; empty for none. An index lies in its table's schema."""
    name = scan.get("Index Name") if "Index" in str(scan.get("Node Type")) else None
    return f"{scan.get('Schema')}.{name}" if name else ""


def problem(query: Query, plan: Mapping[str, Any], catalog: Catalog) -> str:
    """What is wrong with an executed plan (EXPLAIN ANALYZE), empty when nothing is."""
    read = {_owner(scan, catalog) for scan in scans(plan)}
    if query.avoids and query.avoids in read:
        return f"the plan reads {query.avoids} instead of {query.reads}"
    if query.reads not in read:
        return f"the plan does not read {query.reads}"
    if read != {query.reads}:
        return f"the plan also reads {', '.join(sorted(read - {query.reads}))}"
    return _not_by_time(plan, catalog) if query.by_time else ""


def _owner(scan: Mapping[str, Any], catalog: Catalog) -> str:
    name = f"{scan.get('Schema')}.{scan['Relation Name']}"
    return catalog.owners.get(name, name)


def _not_by_time(plan: Mapping[str, Any], catalog: Catalog) -> str:
    """A chunk of no more rows than are asked for may be read whole (just after midnight the newest one is that
    small); reading more than that without the index means that all checks are read and sorted."""
    if not catalog.time_indexes:
        return "no index begins with time"
    for scan in scans(plan):
        if not scan.get("Actual Loops") or index_of(scan) in catalog.time_indexes:
            continue
        rows = (scan.get("Actual Rows") or 0) * scan["Actual Loops"] + (scan.get("Rows Removed by Filter") or 0)
        if rows > NEWEST:
            return f"the plan reads {rows:.0f} rows of {scan['Relation Name']} without the index on time"
    return ""
