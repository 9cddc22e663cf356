"""Indexes that exist but do not serve."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import WARNING, Finding
from ..reading.indexes import InvalidIndex


def findings(facts: Facts) -> Iterator[Finding]:
    """Each invalid index, of a chunk too: it costs every write and helps no read."""
    hypertables = {each.own for each in facts.stores.values()}
    for index in facts.invalid:
        yield Finding(
            WARNING, index.about, "is invalid: it costs writes and serves no read", _remedy(index, hypertables)
        )


def _remedy(index: InvalidIndex, hypertables: set[str]) -> str:
    if index.table in hypertables:  # what a build in one transaction a chunk left; it cannot be resumed
        return f"DROP INDEX {index.relation}; then {index.definition}"
    return f"REINDEX INDEX CONCURRENTLY {index.relation}, or DROP INDEX {index.relation}"
