"""From where on the aggregates could be computed again from what is still there."""

from __future__ import annotations

from datetime import datetime

from ...database.snapshot import Snapshot
from ...units import Interval
from .data import OURS, Session
from .span import MARGIN

# what is left of the source begins later than the aggregate does: chunks leave from the oldest on, by policy or by hand
_LOST = """
SELECT max(a.{column}) + %(bucket)s::interval AS until FROM {aggregate} a
WHERE a.{column} >= %(from)s AND a.subscription_id <> ALL (%(ours)s) AND a.{column} < date_trunc(%(unit)s, coalesce((
  SELECT min(s.{source_column}) FROM {source} s
  WHERE s.{source_column} >= %(from)s AND s.subscription_id <> ALL (%(ours)s)), 'infinity'))
"""
_CHAIN = (
    ("check_history", "time", "hourly_metrics", "hour", "hour"),
    ("hourly_metrics", "hour", "daily_metrics", "day", "day"),
)


def kept_from(session: Session, snapshot: Snapshot, now: datetime, start: datetime) -> datetime | None:
    """The edge, looking back to start; None when nothing is lost. On the Apache edition a view is always computed
    whole from what is there, so a verification can lose nothing."""
    if not snapshot.capabilities.tsl:
        return None
    edges = [
        row["edge"]
        for name in ("check_history", "hourly_metrics")
        if (lag := _lag(snapshot, f"public.{name}")) is not None
        and (row := session.execute("SELECT %s::timestamptz - %s::interval AS edge", (now, str(lag))).fetchone())
    ]
    edges = [edge + MARGIN for edge in edges]
    for source, source_column, aggregate, column, unit in _CHAIN:
        query = _LOST.format(source=source, source_column=source_column, aggregate=aggregate, column=column)
        row = session.execute(query, {"from": start, "ours": OURS, "unit": unit, "bucket": f"1 {unit}"}).fetchone()
        if row and row["until"] is not None:
            edges.append(row["until"])
    return max(edges, default=None)


def _lag(snapshot: Snapshot, name: str) -> Interval | None:
    retention = snapshot.get("retention", name)
    lag = retention.value.drop_after if retention else None
    return lag if isinstance(lag, Interval) else None
