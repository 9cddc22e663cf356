"""Rolling back without giving up what the session has prepared."""

from __future__ import annotations

from typing import Any

import psycopg


def undo(session: psycopg.Connection[Any], savepoint: str = "") -> None:
    """Roll the transaction back, or to a savepoint, and keep what the session has prepared.

    psycopg gives up everything prepared at each ROLLBACK that it sees, because what was rolled back may have been a
    type. Our reading prepares queries of catalogs alone, and planning them anew takes half of the time of a look
    (20 and 40 ms of 50 and 90, for 100 and 200 hypertables, measured on 2.28.3).
    """
    text = f"ROLLBACK TO SAVEPOINT {savepoint}" if savepoint else "ROLLBACK"
    result = session.pgconn.exec_(text.encode())
    if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
        raise psycopg.OperationalError(result.error_message.decode(errors="replace").strip() or f"{text} failed")
