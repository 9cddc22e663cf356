"""The visible list of checks. A check is a file with ``findings``, a pure function over the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from ..facts import Facts
from ..finding import ORDER, Finding
from . import (
    aggregates,
    chunks,
    columnstore,
    indexes,
    jobs,
    retention,
    row_security,
    settings,
    time_index,
    transaction_ids,
    undeclared,
    unread,
    versions,
    workers,
)

CHECKS: Mapping[str, Callable[[Facts], Iterator[Finding]]] = {
    module.__name__.rpartition(".")[2]: module.findings
    for module in (
        row_security,
        retention,
        jobs,
        workers,
        aggregates,
        transaction_ids,
        columnstore,
        chunks,
        indexes,
        time_index,
        settings,
        versions,
        undeclared,
        unread,
    )
}


def all_findings(facts: Facts) -> list[Finding]:
    """Every finding, the worst first, in the order of the checks."""
    found = [replace(finding, check=name) for name, check in CHECKS.items() for finding in check(facts)]
    return sorted(found, key=lambda each: ORDER.index(each.severity))
