"""``tsdb doctor``: the wiring."""

from __future__ import annotations

from dataclasses import asdict

import psycopg

from ...database import session as sessions
from ...database.names import quoted
from ...errors import Failed
from .. import report, status
from ..target import Target
from .checks import all_findings
from .facts import Facts, gather
from .finding import ERROR, Finding


def run(target: Target, *, as_json: bool) -> bool:
    """Look, print, and say whether there is no finding of severity error."""
    facts = look(target)
    findings = all_findings(facts)
    _print(facts, findings, as_json)
    return not any(finding.severity == ERROR for finding in findings)


def look(target: Target) -> Facts:
    """The facts, read in one read-only transaction."""
    with sessions.connect(target.connection, read_only=True, application_name="tsdb doctor") as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        try:
            with session.cursor() as cursor:
                return gather(cursor)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Failed(
                f"{target.connection} cannot be read as {target.connection.user} ({_line(error)}); GRANT "
                f"pg_read_all_data TO {quoted(target.connection.user)}, or name a role that has it"
            ) from None
        except psycopg.Error as error:
            raise Failed(f"{target.connection} cannot be read: {_line(error)}") from None


def _line(error: Exception) -> str:
    return " ".join(str(error).split("\n")[0].split())


def _print(facts: Facts, findings: list[Finding], as_json: bool) -> None:
    rows = status.listing(facts.snapshot)
    can = facts.snapshot.capabilities
    if as_json:
        server = {"postgres": can.postgres_version, "timescaledb": can.timescaledb, "edition": can.edition}
        objects = [dict(zip(("kind", "object", "state"), row, strict=True)) for row in rows]
        shown = {"server": server, "objects": objects, "findings": [asdict(each) for each in findings]}
        report.document(shown)
        return
    print(f"PostgreSQL {can.postgres_version}, TimescaleDB {can.timescaledb or 'not created'}, {can.edition} edition")
    report.table("objects", ("kind", "object", "state"), rows, as_json=False)
    if findings:
        lines = [(each.severity, each.object, each.what, each.remedy) for each in findings]
        report.table("findings", ("severity", "object", "what", "remedy"), lines, as_json=False)
    else:
        print("nothing found wrong")
