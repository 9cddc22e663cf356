"""Small looks at databases that do not exist, to judge the doctor's checks by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_timescaledb.cli.doctor.facts import Facts
from pulumi_timescaledb.cli.doctor.machine import Given
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kind import Found
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.snapshot import Snapshot
from pulumi_timescaledb.database.tables import Table

from tests.unit.database.worlds import CAN

NOW = 1_800_000_000.0
MACHINE = Given(4 * 1024**3, 2)
COMMUNITY = replace(CAN, database="lighthouse", system_identifier="1")


def table(name: str, *, row_security: bool = False) -> Table:
    """A plain table of the schema public."""
    return Table(Relation("public", name), "r", frozenset(), (), row_security, "postgres", True, 0)


def facts(
    found: Mapping[str, Mapping[str, Found]] | None = None,
    *,
    tables: Sequence[Table] = (),
    made: frozenset[tuple[str, str]] = frozenset(),
    can: Capabilities = COMMUNITY,
    **others: Any,
) -> Facts:
    """A look with only what a test names; others are fields of the facts."""
    everything: dict[str, Any] = {kind: {} for kind in KINDS}
    everything.update(found or {})
    snapshot = Snapshot(can, everything, {str(each.relation): each for each in tables}, made, {})
    return Facts(**{"snapshot": snapshot, "jobs": (), "ledger": False, "given": MACHINE, "now": NOW, **others})
