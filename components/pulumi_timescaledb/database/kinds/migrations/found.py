"""Migrations that were applied, from our ledger."""

from __future__ import annotations

from ... import ledger
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import Migrations

QUERY = "SELECT directory, name, checksum FROM pulumi_timescaledb.migration ORDER BY directory, name"


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Applied files by folder; none when the ledger does not exist yet."""
    del capabilities
    if "migration" not in ledger.tables(cursor):
        return {}
    folders: dict[str, list[tuple[str, str]]] = {}
    for row in cursor.execute(QUERY):
        folders.setdefault(row["directory"], []).append((row["name"], row["checksum"]))
    return {directory: Found(Migrations(directory, tuple(files))) for directory, files in folders.items()}
