"""Pairs of versions that are unsupported, advised against, or known to misreport."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import NOTE, WARNING, Finding

# every background job is recorded Failed although it did its work (measured)
MISREPORTING = ("15.20", "2.26.4")


def findings(facts: Facts) -> Iterator[Finding]:
    """One finding for the pair, one for a missing extension."""
    can = facts.snapshot.capabilities
    if can.timescaledb is None:
        remedy = (
            "CREATE EXTENSION timescaledb" if can.timescaledb_available else "use an image or a service that has it"
        )
        yield Finding(NOTE, can.database, "the extension timescaledb is not created here", remedy)
    elif can.pair_warning:
        what, _, remedy = can.pair_warning.partition("; ")
        yield Finding(WARNING, "timescaledb", what, remedy)
    if (can.postgres_version, can.timescaledb) == MISREPORTING:
        yield Finding(
            WARNING,
            "jobs",
            "this pair records every background job as failed although its work is done",
            "judge jobs by their effect, or update TimescaleDB",
        )
