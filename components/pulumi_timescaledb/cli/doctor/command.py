"""``tsdb doctor``: the wiring."""

from __future__ import annotations

import json
from dataclasses import asdict

import psycopg

from ...database import session as sessions
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
        except psycopg.errors.Error as error:
            text = " ".join(str(error).split("\n")[0].split())
            raise Failed(f"{target.connection} cannot be read: {text}") from None


def _print(facts: Facts, findings: list[Finding], as_json: bool) -> None:
    rows = status.listing(facts.snapshot)
    can = facts.snapshot.capabilities
    if as_json:
        server = {"postgres": can.postgres_version, "timescaledb": can.timescaledb, "edition": can.edition}
        objects = [dict(zip(("kind", "object", "state"), row, strict=True)) for row in rows]
        shown = {"server": server, "objects": objects, "findings": [asdict(each) for each in findings]}
        print(json.dumps(shown, indent=2))
        return
    print(f"PostgreSQL {can.postgres_version}, TimescaleDB {can.timescaledb or 'not created'}, {can.edition} edition")
    report.table("objects", ("kind", "object", "state"), rows, as_json=False)
    if findings:
        lines = [(each.severity, each.object, each.what, each.remedy) for each in findings]
        report.table("findings", ("severity", "object", "what", "remedy"), lines, as_json=False)
    else:
        print("nothing found wrong")
