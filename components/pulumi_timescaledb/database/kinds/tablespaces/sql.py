"""Statements for tablespaces (docs: attach_tablespace, detach_tablespace)."""

from __future__ import annotations

from psycopg import sql

from ...capabilities import Capabilities
from ...kind import Change, Found, Step
from .wanted import Tablespaces


def statements(
    change: Change, wanted: Tablespaces | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Attach what is missing before anything is detached, so that new chunks never fall back to the default."""
    del capabilities
    new = wanted.names if wanted else ()
    old = found.value.names if found else ()
    steps = []
    for name in new:
        if name not in old:
            attach = sql.SQL("SELECT attach_tablespace(%s, %s::regclass)")
            steps.append(Step(attach, f"put new chunks of {change.object} into {name}", (name, change.object)))
    for name in old:
        if name not in new:
            detach = sql.SQL("SELECT detach_tablespace(%s, %s::regclass)")
            steps.append(Step(detach, f"put no new chunk of {change.object} into {name}", (name, change.object)))
    return steps
