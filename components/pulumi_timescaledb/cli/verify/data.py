"""The checks that a verification inserts and removes again, and what the aggregates hold of them.

They belong to fifty subscriptions with ids of one namespace, so that a run that was killed is cleaned by the next one
and nobody else's rows are touched. The subscriptions themselves are never inserted: history refers to none.
Chunks that were made for them stay, empty, until retention takes them: dropping one could hit a concurrent insert.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from .span import Span

Session = psycopg.Connection[dict[str, Any]]
SUBSCRIPTIONS = 50
PREFIX = "7e57c4ec"  # the first group of every id of ours: "test check"
OURS = [UUID(f"{PREFIX}-0000-4000-8000-{number:012x}") for number in range(SUBSCRIPTIONS)]
AGGREGATES = {
    "hourly_metrics": "hour",
    "daily_metrics": "day",
}  # with their time columns; the second is made of the first

# equality with the columnstore's segment column: in a converted chunk only our own batches are unpacked
_INSERT = """
INSERT INTO check_history (time, subscription_id, status, http_status, latency_ms)
SELECT %(end)s::timestamptz - (i * ((%(end)s::timestamptz - %(start)s::timestamptz) / %(rows)s)),
       (%(ours)s::uuid[])[1 + i %% cardinality(%(ours)s::uuid[])],
       CASE WHEN i %% 97 = 0 THEN 'down' ELSE 'up' END, CASE WHEN i %% 97 = 0 THEN 503 ELSE 200 END, 20 + i %% 180
FROM generate_series(0, %(rows)s - 1) i
"""
_COUNT = """
SELECT count(*) AS count, count(*) FILTER (WHERE time >= %(from)s AND time < %(until)s) AS inside
FROM check_history WHERE subscription_id = ANY (%(ours)s)
"""
_OLDEST = "SELECT min({column}) AS oldest FROM {name} WHERE subscription_id = ANY (%(ours)s)"
_HELD = """
SELECT coalesce(sum(checks), 0)::bigint AS checks, count(*) AS rows FROM {name}
WHERE subscription_id = ANY (%(ours)s)
"""
# a sum does not depend on the order of rows, and needs no memory for a table of any size
_DIGEST = """
SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) AS digest FROM {name} t
WHERE subscription_id <> ALL (%(ours)s) AND {column} >= %(from)s AND {column} < %(until)s
"""


def insert(session: Session, span: Span, rows: int) -> int:
    """Insert the checks, evenly over the span; how many there are now."""
    session.execute(_INSERT, {"start": span.start, "end": span.now, "rows": rows, "ours": OURS})
    session.execute("ANALYZE check_history")
    return count(session)


def count(session: Session) -> int:
    """How many of our checks are there."""
    return int(_row(session, _COUNT, {"from": None, "until": None})["count"])


def oldest(session: Session) -> Any:
    """The time of our oldest check or bucket, None when there is neither."""
    places = {"check_history": "time", **AGGREGATES}
    found = [_row(session, _OLDEST.format(name=name, column=column))["oldest"] for name, column in places.items()]
    return min((each for each in found if each is not None), default=None)


def remove(session: Session) -> int:
    """Remove our checks and no others; how many went."""
    return session.execute("DELETE FROM check_history WHERE subscription_id = ANY (%s)", (OURS,)).rowcount


def held(session: Session, name: str) -> tuple[int, int]:
    """(checks, rows) that an aggregate holds of ours."""
    row = _row(session, _HELD.format(name=name))
    return int(row["checks"]), int(row["rows"])


def between(session: Session, span: Span, name: str) -> int:
    """How many of our checks an aggregate must hold: those in buckets that were over when the run began."""
    return int(_row(session, _COUNT, {"from": span.window_start, "until": span.closed(name)})["inside"])


def digests(session: Session, span: Span) -> dict[str, str]:
    """What the aggregates hold of everybody else in the span, up to the buckets that were over when it began.

    A later bucket changes while an application writes, and so says nothing about us.
    """
    return {
        name: str(
            _row(
                session,
                _DIGEST.format(name=name, column=column),
                {"from": span.window_start, "until": span.closed(name)},
            )["digest"]
        )
        for name, column in AGGREGATES.items()
    }


def _row(session: Session, query: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    row = session.execute(query, {"ours": OURS, **(parameters or {})}).fetchone()
    return row or {}
