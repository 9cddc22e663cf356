"""Whether anything at all was written since a look: the server's own list of transactions, asked again.

Every catalog row belongs to a transaction, so where none that a look did not see has been committed since, another look
would see the same rows (PostgreSQL manual, "Transaction ID and Snapshot Information Functions"). Transactions are
counted and not understood: where others write all the time, a writer looks again as if nobody had looked before.
"""

from __future__ import annotations

from .kind import Cursor

MOST = 1000  # transactions to ask about; after more of them a look is made anew
# on a standby a snapshot does not list who is in progress (GetSnapshotData in storage/ipc/procarray.c), so nothing can
# be said there; settings of the server are no rows, and change when its files are read again
_NOW = """
SELECT pg_current_snapshot() || ' ' || pg_conf_load_time() AS horizon WHERE NOT pg_is_in_recovery()
"""
# one that was in progress at the look, or began since: each has been rolled back, or is in progress and not seen now
_STILL = """
WITH t AS (
  SELECT k.then, pg_snapshot_xmax(k.then)::text::bigint AS first, pg_snapshot_xmax(k.now)::text::bigint AS beyond
  FROM (SELECT %(snapshot)s::pg_snapshot AS then, pg_current_snapshot() AS now) k
)
SELECT NOT pg_is_in_recovery() AND pg_conf_load_time()::text = %(loaded)s AND t.beyond - t.first BETWEEN 0 AND %(most)s
  AND NOT EXISTS (
    SELECT FROM (SELECT pg_snapshot_xip(t.then) UNION ALL
                 SELECT i::text::xid8 FROM generate_series(t.first, least(t.beyond, t.first + %(most)s) - 1) i) x (id)
    WHERE coalesce(pg_xact_status(x.id) NOT IN ('aborted', 'in progress'), true)) AS still
FROM t
"""


def now(cursor: Cursor) -> str | None:
    """What the cursor's transaction sees: its snapshot, and when the server's settings were read; None on a standby."""
    row = cursor.execute(_NOW).fetchone()
    return row["horizon"] if row else None


def still(cursor: Cursor, known: str) -> bool:
    """Whether the cursor's transaction sees what that of ``known`` saw; False where that cannot be said."""
    snapshot, _, loaded = known.partition(" ")
    row = cursor.execute(_STILL, {"snapshot": snapshot, "loaded": loaded, "most": MOST}).fetchone()
    return row is not None and row["still"] is True
