"""The visible list of checks. A check is a file with ``findings``, a pure function over the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..facts import Facts
from ..finding import ORDER, Finding
from . import indexes, jobs, retention, row_security, undeclared, versions

CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    versions.findings,
    row_security.findings,
    retention.findings,
    jobs.findings,
    undeclared.findings,
    indexes.findings,
)


def all_findings(facts: Facts) -> list[Finding]:
    """Every finding, the worst first."""
    found = [finding for check in CHECKS for finding in check(facts)]
    return sorted(found, key=lambda each: ORDER.index(each.severity))
