"""Statements for migrations: the file itself, then its row in the ledger, in one transaction."""

from __future__ import annotations

import hashlib
from pathlib import Path

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import BadMigrations, Migrations, content

RECORD = sql.SQL("INSERT INTO pulumi_timescaledb.migration (directory, name, checksum) VALUES (%s, %s, %s)")


def statements(
    change: Change, wanted: Migrations | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Run one file. What runs must be what was planned: the checksum is taken again from the bytes that run."""
    del wanted, found, capabilities
    raw = content(Path(change.object) / change.field)
    if hashlib.sha256(raw).hexdigest() != change.new:
        raise BadMigrations(f"migrations: {change.field} changed while the plan ran; run the command again")
    # the text is the user's own file: run as it is, without parameters, so that % and several statements are fine
    script = sql.SQL(raw.decode("utf-8"))
    return [
        Step(script, f"run {change.field}"),
        Step(RECORD, f"record {change.field}", (change.object, change.field, change.new)),
    ]
