"""Refreshing, and taking out everything of ours, from checks and aggregates alike."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import psycopg
from psycopg import sql

from ...database.snapshot import Snapshot
from . import data, kept
from .data import AGGREGATES, Session
from .span import Span, midnight, span, whole_day

ATTEMPTS = 6
PAUSE_SECONDS = 2.0
# the database's own jobs refresh, convert and drop at any time
_PASSING = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)
_MATERIALIZED = """
SELECT materialization_hypertable_schema::text AS schema, materialization_hypertable_name::text AS name
FROM timescaledb_information.continuous_aggregates WHERE view_schema = 'public' AND view_name = %s
"""
_T = TypeVar("_T")


def choose_span(session: Session, snapshot: Snapshot) -> Span:
    """The span of this run by the server's clock; raises :class:`.span.TooShort`."""
    row = session.execute("SELECT now() AS now").fetchone()
    now: datetime = row["now"] if row else datetime.min
    return span(now, kept.kept_from(session, snapshot, now, span(now, None).window_start))


def refresh(session: Session, snapshot: Snapshot, chosen: Span, start: datetime | None = None) -> None:
    """Bring the aggregates up to date from start (default the span's) to their last closed bucket, in chain order."""
    for name in AGGREGATES:
        if snapshot.capabilities.tsl:
            begin = start or chosen.window_start
            call = "CALL refresh_continuous_aggregate(%s::regclass, %s::timestamptz, %s::timestamptz)"
            patiently(lambda: session.execute(call, (name, begin, chosen.closed(name))))  # noqa: B023 - called at once
        else:
            statement = sql.SQL("REFRESH MATERIALIZED VIEW CONCURRENTLY {}").format(sql.Identifier(name))
            patiently(lambda: session.execute(statement))  # noqa: B023 - called at once
        session.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))


def clear(session: Session, snapshot: Snapshot, chosen: Span) -> int:
    """Remove every check of ours and every trace in the aggregates, this run's and a killed one's; how many checks.

    What a refresh may not reach (see :mod:`.span`), because a killed run lies too far back, is deleted from the
    aggregate's own table: rows are by subscription, so nobody else's bucket is touched.
    """
    oldest = data.oldest(session)
    if oldest is None:
        return 0
    removed = patiently(lambda: data.remove(session))
    start = midnight(oldest)
    edge = kept.kept_from(session, snapshot, chosen.now, start)
    start = start if edge is None else max(start, whole_day(edge))
    if start < chosen.closed("daily_metrics"):
        refresh(session, snapshot, chosen, start)
    if snapshot.capabilities.tsl:
        for name in AGGREGATES:
            if data.held(session, name)[1]:
                _delete(session, name)
    return removed


def _delete(session: Session, name: str) -> None:
    row = session.execute(_MATERIALIZED, (name,)).fetchone()
    if row is not None:
        table = sql.Identifier(row["schema"], row["name"])
        statement = sql.SQL("DELETE FROM {} WHERE subscription_id = ANY (%s)").format(table)
        patiently(lambda: session.execute(statement, (data.OURS,)))


def patiently(work: Callable[[], _T]) -> _T:
    """Do it again while another session holds a lock; each piece of work is one statement, so nothing is half done."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except _PASSING:
            time.sleep(PAUSE_SECONDS)
    return work()
