"""Statements for migrations: the file itself and its row in the ledger, in one transaction.

A file whose first line is ``-- tsdb: no transaction`` runs statement by statement on a session of its own, for what
the server refuses inside a transaction (CREATE INDEX CONCURRENTLY, VACUUM, CALL refresh_continuous_aggregate). That it
was started is recorded before and taken away with its end, so a file that was interrupted is known.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from psycopg import sql

from ... import script
from ...capabilities import Capabilities
from ...kind import Change, Found, Session, Step
from .wanted import COMPLETE, BadMigrations, Migrations, content, down_of

RECORD = sql.SQL(
    "WITH ended AS (DELETE FROM pulumi_timescaledb.migration_started"
    " WHERE directory = %(directory)s AND name = %(name)s)"
    " INSERT INTO pulumi_timescaledb.migration (directory, name, checksum)"
    " VALUES (%(directory)s, %(name)s, %(checksum)s) ON CONFLICT (directory, name) DO UPDATE"
    " SET checksum = excluded.checksum, applied_at = clock_timestamp(), applied_by = session_user"
)
FORGET = sql.SQL(
    "WITH ended AS (DELETE FROM pulumi_timescaledb.migration_started"
    " WHERE directory = %(directory)s AND name = %(down)s)"
    " DELETE FROM pulumi_timescaledb.migration WHERE directory = %(directory)s AND name = %(name)s"
)
STARTED = sql.SQL(
    "INSERT INTO pulumi_timescaledb.migration_started (directory, name, checksum) VALUES (%s, %s, %s)"
    " ON CONFLICT (directory, name) DO UPDATE SET checksum = excluded.checksum, started_at = clock_timestamp()"
)
RECORD_ONCE = sql.SQL(
    "INSERT INTO pulumi_timescaledb.migration (directory, name, checksum) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
)
_DIRECTIVE = re.compile(r"--\s*tsdb:\s*(?P<words>[^\n]*)", re.IGNORECASE)
_ENDS = re.compile(
    r"(begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b(?!\s+to)", re.IGNORECASE
)


def statements(
    change: Change, wanted: Migrations | None, found: Found | None, capabilities: Capabilities
) -> list[Step]:
    """Run one file, or the file that undoes it, and record it.

    A baseline that counted as applied is written down with the first file that runs after it.
    """
    del capabilities
    if wanted is None:
        return []
    directory, name = change.object, change.field
    file = down_of(name) if change.action == "remove" else name
    row = {"directory": directory, "name": name, "down": file, "checksum": change.new}
    if change.action == "remove":
        record = Step(FORGET, f"forget {name}, which {file} has undone", row)
    else:
        record = Step(RECORD, f"record {name}", row)
    before = _presumed(wanted, found)
    if dict(wanted.half_run).get(file) == COMPLETE:
        return [*before, record]
    text = _text(directory, file, dict(wanted.files)[file])
    said = f"run {file}" if wanted.owner is None else f"run {file} as {wanted.owner}"
    if in_transaction(text, file):
        _refuse_ends(text, file)
        return [*before, Step(sql.SQL(""), said, run=lambda session: _run(session, text, file, wanted.owner)), record]
    alone = f"{said} outside of a transaction"
    return [
        *before,
        Step(STARTED, f"start {file}", (directory, file, dict(wanted.files)[file])),
        Step(
            sql.SQL(""),
            alone,
            outside_transaction=True,
            run=lambda session: _run_alone(session, text, file, wanted.owner),
        ),
        replace(record, outside_transaction=True),  # on another session, because a script may end as another role
    ]


def _run(session: Session, text: str, file: str, owner: str | None) -> None:
    """The ledger's row after it is written by the connection's own role again."""
    if owner is not None:
        session.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner)))
    script.run(session, text, file)
    if owner is not None:
        session.execute("RESET ROLE")


def _run_alone(session: Session, text: str, file: str, owner: str | None) -> None:
    if owner is not None:
        session.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner)))
    script.run_alone(session, text, file)


def _presumed(wanted: Migrations, found: Found | None) -> list[Step]:
    if found is None or not found.facts.get("presumed"):
        return []
    name = found.facts["presumed"]
    return [
        Step(
            RECORD_ONCE,
            f"record {name}, which was there before",
            (wanted.directory, name, dict(wanted.files)[name]),
        )
    ]


def _text(directory: str, file: str, checksum: str) -> str:
    """What runs must be what was planned: the checksum is taken again from the bytes that run."""
    raw = content(Path(directory) / file)
    if hashlib.sha256(raw).hexdigest() != checksum:
        raise BadMigrations(f"migrations: {file} changed while the plan ran; run the command again")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadMigrations(f"migrations: {file} is not UTF-8 at line {line}; save it as UTF-8") from None


def in_transaction(text: str, file: str) -> bool:
    """Whether a file runs in a transaction, which its first line may decline; refuses other words there."""
    match = _DIRECTIVE.match(text)
    if match is None:
        return True
    if " ".join(match["words"].lower().split()) != "no transaction":
        raise BadMigrations(f'migrations: the first line of {file} is no directive; write "-- tsdb: no transaction"')
    return False


def _refuse_ends(text: str, file: str) -> None:
    """A file that ended our transaction would leave its first half behind, unrecorded."""
    for statement in script.statements(text):
        if _ENDS.match(statement.text):
            word = statement.text.split()[0].upper()
            raise BadMigrations(
                f"migrations: {file} has {word} at line {statement.line}, but the file is one transaction already; "
                f'take it out, or begin the file with "-- tsdb: no transaction"'
            )
