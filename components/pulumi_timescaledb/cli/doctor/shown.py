"""The doctor's answer for people: findings first and the worst of them first, what is alike said once, then figures.

On a terminal sentences are folded at its width; in a pipe each stays one line, so that grep finds it whole.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...database.plan.loss import size
from .facts import Facts
from .figures import Figures, figures
from .finding import ERROR, NOTE, ORDER, WARNING, Finding
from .words import moment, plural

STYLES = {ERROR: "bold red", WARNING: "yellow", NOTE: "cyan"}
NAMED = 5  # objects that share a finding are named up to this number; --json names all
SHOWN = 10  # findings of one check that differ in more than their object
LISTED = 20  # hypertables shown, the largest; --json lists all
INDENT = 9


def show(facts: Facts, findings: Sequence[Finding]) -> None:
    """Print everything."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 10_000, soft_wrap=not sys.stdout.isatty())
    can = facts.snapshot.capabilities
    console.print(
        f"PostgreSQL {can.postgres_version}, TimescaleDB {can.timescaledb or 'not created'}, {can.edition} edition"
    )
    for severity in ORDER:
        _severity(console, [each for each in findings if each.severity == severity])
    console.print()
    _figures(console, facts)
    console.print(summary(findings))


def alike(findings: Sequence[Finding]) -> list[tuple[list[str], Finding]]:
    """Findings that differ in their object alone, together, in the order of the first."""
    groups: dict[tuple[str, str, str], tuple[list[str], Finding]] = {}
    for each in findings:
        # the object's own name stands in many remedies; without it they are the same
        key = (each.check, each.what.replace(each.object, "…"), each.remedy.replace(each.object, "…"))
        groups.setdefault(key, ([], each))[0].append(each.object)
    return list(groups.values())


def summary(findings: Sequence[Finding]) -> str:
    """The last line."""
    count = Counter(each.severity for each in findings)
    words = [plural(count[severity], severity) for severity in ORDER if count[severity]]
    return ", ".join(words) or "nothing found wrong"


def _severity(console: Console, findings: Sequence[Finding]) -> None:
    """Findings of one severity; of one check no more than a screen takes, so that none drowns the others."""
    groups = alike(findings)
    for check in dict.fromkeys(finding.check for _, finding in groups):
        of_check = [(names, finding) for names, finding in groups if finding.check == check]
        for names, finding in of_check[:SHOWN]:
            _finding(console, names, finding)
        left = sum(len(names) for names, _ in of_check[SHOWN:])
        if left:
            console.print(f"\n{' ' * INDENT}and {left:,} more of the check {check}; --json lists all")


def _finding(console: Console, names: list[str], finding: Finding) -> None:
    console.print()
    shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
    console.print(Text.assemble((f"{finding.severity:<{INDENT}}", STYLES[finding.severity]), (shown, "bold")))
    _indented(console, Text(finding.what))
    remedy = Text(f"→ {finding.remedy}", "green")
    _indented(console, remedy)


def _indented(console: Console, text: Text) -> None:
    console.print(Padding(text, (0, 0, 0, INDENT), expand=False) if console.is_terminal else Text(" " * INDENT) + text)


def _figures(console: Console, facts: Facts) -> None:
    rows = figures(facts)
    if not rows:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("hypertable or aggregate", overflow="fold")
    for column in ("chunks", "about", "newest", "converted", "waiting", "ratio", "materialized to"):
        table.add_column(column, justify="right")
    for each in rows[:LISTED]:
        table.add_row(*(Text(cell) for cell in _cells(each, facts)))
    console.print(table)
    if len(rows) > LISTED:
        console.print(f"and {len(rows) - LISTED} smaller ones; --json lists all")
    console.print()


def _cells(row: Figures, facts: Facts) -> tuple[str, ...]:
    fresh = facts.aggregates.get(row.object)
    return (
        row.object,
        str(row.chunks),
        size(row.bytes) if row.bytes or not row.chunks else "?",
        "?" if row.newest_bytes is None else size(row.newest_bytes),
        str(row.converted) if row.converted or row.waiting is not None else "-",
        "-" if row.waiting is None else str(row.waiting),
        "-" if row.ratio is None else f"{row.ratio}:1",
        "-" if fresh is None or fresh.watermark is None else moment(fresh.watermark, fresh.integer),
    )
