"""Another tool's migrations are no statements of ours: its command runs as a child process."""

from __future__ import annotations

from psycopg import sql

from ....errors import Failed
from ... import child
from ...capabilities import Capabilities
from ...kind import Change, Found, Session, Step
from .wanted import MigrateCommand


def statements(
    change: Change, wanted: MigrateCommand | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Run the command, then ask the check again: a command that changed nothing would otherwise run at every update."""
    del found, capabilities
    if wanted is None:
        return []
    folder, name = change.object, wanted.command[0]

    def run(session: Session) -> None:
        ended = child.run(wanted.command, folder, session.info, wanted.timeout)
        if ended.code:
            raise Failed(f"migrations {folder}: {name} ended with exit code {ended.code}: {ended.last_line}")
        again = child.run(wanted.check_command, folder, session.info, wanted.timeout, shown=False)
        if again.code:
            raise Failed(
                f"migrations {folder}: {name} ended well, but check_command still ends with exit code {again.code} "
                f"({again.last_line}); give a check that exits with 0 once nothing is to be done"
            )

    return [Step(sql.SQL(""), f"run {wanted}", outside_transaction=True, run=run)]
