"""Tenants that leak through a stored result, or through chunks: neither knows the row security of the table.

The server refuses an aggregate over a table with row security, but accepts row security enabled afterwards; a plain
materialized view, also the one that stands for an aggregate on the Apache edition, is never refused (measured). A chunk
has its hypertable's grants and not its policies, and its schema is open to everybody (measured on 2.28.3; closing the
schema leaves reading and writing through the hypertable as they are).
"""

from __future__ import annotations

from collections.abc import Iterator

from ....database.names import quoted
from ..facts import Facts
from ..finding import ERROR, NOTE, Finding


def findings(facts: Facts) -> Iterator[Finding]:
    """Each aggregate or materialized view over a table with row security, also through a chain of them.

    An error where somebody may read it whom row security would bind; otherwise it is only worth knowing.
    """
    for name, sources in sorted(_sources(facts).items()):
        tables = facts.snapshot.tables
        secured = sorted(source for source in sources if source in tables and tables[source].row_security)
        if not secured:
            continue
        readers = facts.readers.get(name, ())
        source = ", ".join(secured)
        if readers:
            roles = ", ".join(map(quoted, readers))
            yield Finding(
                ERROR,
                name,
                f"shows every tenant's rows to {', '.join(readers)}, past row security of {source}",
                f"REVOKE SELECT ON {name} FROM {roles}; give tenants a security_barrier view",  # noqa: S608 - shown only
            )
        else:
            yield Finding(
                NOTE,
                name,
                f"holds every tenant's rows of {source}, which has row security; nobody but its owner reads it",
                "grant no tenant SELECT on it",
            )
    yield from _chunks(facts)


def _chunks(facts: Facts) -> Iterator[Finding]:
    for name, readers in sorted(facts.chunk_readers.items()):
        what = f"its chunks show every tenant's rows to {', '.join(readers)}, past its row security"
        yield Finding(ERROR, name, what, "REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC")


def _sources(facts: Facts) -> dict[str, set[str]]:
    """The tables below each aggregate and materialized view, chains of aggregates followed down."""
    found = {name: set(tables) for name, tables in facts.sources.items()}
    aggregates = facts.snapshot.found["aggregate"]
    by_table = {str(each.facts["materialization"]): name for name, each in aggregates.items()}
    for name in aggregates:
        source = str(aggregates[name].facts["source"])
        while source in by_table:
            source = str(aggregates[by_table[source]].facts["source"])
        found.setdefault(name, set()).add(source)
    return found
