"""The three queries of Lighthouse with their targets (the reference system's figures), and what a plan must show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Query:
    """target_ms: what the system asks for. reads: the relation the plan must read; avoids: the one it must not."""

    name: str
    target_ms: float
    text: str
    reads: str
    avoids: str = ""


QUERIES = (
    Query("recent checks", 10, "SELECT * FROM check_history ORDER BY time DESC LIMIT 100", "check_history"),
    Query(
        "hourly metrics of the last 24 h",
        20,
        "SELECT * FROM hourly_metrics WHERE hour >= now() - interval '24 hours' ORDER BY hour DESC",
        "hourly_metrics",
        "check_history",
    ),
    Query(
        "uptime of 30 days by subscription",
        50,
        "SELECT subscription_id, sum(checks_up) / nullif(sum(checks), 0) AS uptime_ratio FROM daily_metrics "
        "WHERE day >= now() - interval '30 days' GROUP BY subscription_id",
        "daily_metrics",
        "check_history",
    ),
)


def nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every node of an EXPLAIN (FORMAT JSON) plan."""
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def problem(query: Query, plan: Mapping[str, Any], owners: Mapping[str, str]) -> str:
    """What is wrong with a plan, empty when nothing is; owners maps each chunk and materialization table to the
    relation it belongs to."""
    read = {owners.get(name, name) for node in nodes(plan) if (name := node.get("Relation Name"))}
    if query.avoids and query.avoids in read:
        return f"the plan reads {query.avoids} instead of {query.reads}"
    if read - {query.reads}:
        return f"the plan reads {', '.join(sorted(read))}"
    if query.reads == "check_history":
        scans = [node for node in nodes(plan) if node.get("Relation Name")]
        if not any("Index" in node["Node Type"] for node in scans) and len(scans) > 0:
            return "the plan uses no index on time"
        if any(
            node["Node Type"] == "Sort" and node.get("Plans", [{}])[0].get("Plan Rows", 0) > 10_000
            for node in nodes(plan)
        ):
            return "the plan sorts all checks"
    return ""
