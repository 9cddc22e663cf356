"""Pairs of versions that are unsupported or advised against, and a missing extension."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts import Facts
from ..finding import NOTE, WARNING, Finding


def findings(facts: Facts) -> Iterator[Finding]:
    """One finding for the pair, or one for a missing extension."""
    can = facts.snapshot.capabilities
    if can.timescaledb is None:
        remedy = (
            "CREATE EXTENSION timescaledb" if can.timescaledb_available else "use an image or a service that has it"
        )
        yield Finding(NOTE, can.database, "the extension timescaledb is not created here", remedy)
    elif can.pair_warning:
        what, _, remedy = can.pair_warning.partition("; ")
        yield Finding(WARNING, "timescaledb", what, remedy)
