"""The checks that a verification inserts and removes again.

They belong to subscriptions with ids of one namespace, so that a run that was killed is cleaned by the next one and
nobody else's rows are touched. The subscriptions themselves are never inserted: history refers to none.
"""

from __future__ import annotations

from typing import Any

import psycopg

from ...database.capabilities import Capabilities

Session = psycopg.Connection[dict[str, Any]]
SUBSCRIPTIONS = 50
DAYS = 30
PREFIX = "7e57c4ec"  # the first group of every id of ours: "test check"
_OURS = f"subscription_id::text LIKE '{PREFIX}-%'"
_SPAN_START = "date_trunc('day', now()) - interval '31 days'"

_INSERT = f"""
INSERT INTO check_history (time, subscription_id, status, http_status, latency_ms)
SELECT now() - (i * interval '{DAYS} days' / %(rows)s),
       ('{PREFIX}-0000-4000-8000-' || lpad(to_hex(i %% {SUBSCRIPTIONS}), 12, '0'))::uuid,
       CASE WHEN i %% 97 = 0 THEN 'down' ELSE 'up' END, CASE WHEN i %% 97 = 0 THEN 503 ELSE 200 END, 20 + i %% 180
FROM generate_series(0, %(rows)s - 1) i
"""  # noqa: S608 - constants of this module
_DIGEST = """
SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), 'empty') AS digest FROM {} t
"""
AGGREGATES = ("hourly_metrics", "daily_metrics")


def insert(session: Session, rows: int) -> int:
    """Insert the checks; how many there are now."""
    session.execute(_INSERT, {"rows": rows})
    session.execute("ANALYZE check_history")
    return count(session)


def count(session: Session) -> int:
    """How many of our checks are there."""
    row = session.execute(f"SELECT count(*) AS count FROM check_history WHERE {_OURS}").fetchone()  # noqa: S608
    return int(row["count"]) if row else 0


def remove(session: Session) -> int:
    """Remove our checks and no others; how many went."""
    return session.execute(f"DELETE FROM check_history WHERE {_OURS}").rowcount  # noqa: S608


def refresh(session: Session, can: Capabilities) -> None:
    """Bring the aggregates up to date over the span of our checks, in order of their chain."""
    for name in AGGREGATES:
        if can.tsl:
            session.execute(
                f"CALL refresh_continuous_aggregate('{name}', {_SPAN_START}, date_trunc('day', now()) + "
                "interval '1 day')"
            )
        else:
            session.execute(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {name}")
        session.execute(f"ANALYZE {name}")


def digests(session: Session) -> dict[str, str]:
    """The contents of the aggregates, by name."""
    found = {}
    for name in AGGREGATES:
        row = session.execute(_DIGEST.format(name)).fetchone()
        found[name] = row["digest"] if row else "missing"
    return found
