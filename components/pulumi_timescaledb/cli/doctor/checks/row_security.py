"""Tenants that leak through an aggregate: row security enabled after the aggregate was made, which is accepted."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import ERROR, Finding


def findings(facts: Facts) -> Iterator[Finding]:
    """Each aggregate, continuous or plain, over a table with row security."""
    tables = facts.snapshot.tables
    for name, found in facts.snapshot.found["aggregate"].items():
        source = str(found.facts["source"])
        table = tables.get(source)
        if table is not None and table.row_security:
            yield Finding(
                ERROR,
                name,
                f"shows every tenant's rows, because its source {source} has row security and an aggregate bypasses it",
                f"revoke SELECT on {name} and give tenants a security_barrier view, or take row security off {source}",
            )
