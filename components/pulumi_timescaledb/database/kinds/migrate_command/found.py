"""Whether another tool has migrations to run, asked of the tool itself."""

from __future__ import annotations

from dataclasses import replace

from ... import child
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from .wanted import MigrateCommand


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """No catalog shows another tool's migrations."""
    del cursor, capabilities
    return {}


def look(cursor: Cursor, key: str, wanted: MigrateCommand) -> Found:
    """Run the check; key is the folder it runs in."""
    ended = child.run(wanted.check_command, key, cursor.connection.info, wanted.timeout, shown=False)
    return Found(replace(wanted, pending=ended.code != 0), {"said": ended.last_line})
