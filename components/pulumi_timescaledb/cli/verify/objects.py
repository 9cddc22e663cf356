"""What must be there before anything is measured."""

from __future__ import annotations

from ...database.capabilities import APACHE
from ...database.snapshot import Snapshot

TABLES = ("users", "subscriptions", "alert_channels")
HYPERTABLES = ("check_history", "alert_history")
AGGREGATES = ("hourly_metrics", "daily_metrics")

Check = tuple[str, bool, str]


def checks(snapshot: Snapshot) -> list[Check]:
    """(what, whether it is good, what was found)."""
    can = snapshot.capabilities
    found: list[Check] = [
        ("PostgreSQL", True, can.postgres_version),
        ("extension timescaledb", can.timescaledb is not None, can.timescaledb or "missing"),
        ("edition", can.edition != "unknown", can.edition),
        ("extension pg_stat_statements", snapshot.get("extension", "pg_stat_statements") is not None, ""),
    ]
    for name in TABLES:
        found.append((f"table {name}", f"public.{name}" in snapshot.tables, ""))
    for name in HYPERTABLES:
        found.append((f"hypertable {name}", snapshot.get("hypertable", f"public.{name}") is not None, ""))
    kind = "materialized_view" if can.edition == APACHE else "aggregate"
    words = "materialized view (Apache fallback)" if can.edition == APACHE else "continuous aggregate"
    for name in AGGREGATES:
        there = snapshot.get(kind, f"public.{name}") is not None
        found.append((f"aggregate {name}", there, words if there else f"missing as {words}"))
    return [(what, good, text or ("there" if good else "missing")) for what, good, text in found]
