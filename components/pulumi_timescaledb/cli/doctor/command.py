"""``tsdb doctor``: the wiring."""

from __future__ import annotations

from dataclasses import asdict

import psycopg

from ...database import session as sessions
from ...database.names import quoted
from ...database.refused import first_line
from ...errors import Failed
from .. import report, status
from ..target import Target
from .checks import all_findings
from .facts import Facts, gather
from .figures import figures
from .finding import ERROR, Finding
from .machine import Given
from .shown import show


def run(target: Target, *, memory: str | None, cpus: int | None, as_json: bool) -> bool:
    """Look, print, and say whether there is no finding of severity error."""
    facts = look(target, Given.parse(memory, cpus))
    findings = all_findings(facts)
    if as_json:
        report.document(document(facts, findings))
    else:
        show(facts, findings)
    return not any(finding.severity == ERROR for finding in findings)


def look(target: Target, given: Given) -> Facts:
    """The facts, read in one read-only transaction."""
    with sessions.connect(target.connection, read_only=True, application_name="tsdb doctor") as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with session.cursor() as cursor:
                return gather(cursor, given)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Failed(
                f"{target.connection} cannot be read as {target.connection.user} ({first_line(error)}); GRANT "
                f"pg_read_all_data TO {quoted(target.connection.user)}, or name a role that has it"
            ) from None
        except psycopg.Error as error:
            raise Failed(f"{target.connection} cannot be read: {first_line(error)}") from None


def document(facts: Facts, findings: list[Finding]) -> dict[str, object]:
    """What --json prints: findings first and the worst of them first, then figures and objects."""
    can = facts.snapshot.capabilities
    columns = ("kind", "object", "state")
    return {
        "server": {"postgres": can.postgres_version, "timescaledb": can.timescaledb, "edition": can.edition},
        "findings": [asdict(each) for each in findings],
        "hypertables": [asdict(each) for each in figures(facts)],
        "objects": [dict(zip(columns, row, strict=True)) for row in status.listing(facts.snapshot)],
    }
