"""Small looks at databases that do not exist, to judge the doctor's checks by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_timescaledb.cli.doctor.facts import Facts, Job
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kind import Found
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.snapshot import Snapshot
from pulumi_timescaledb.database.tables import Table

COMMUNITY = Capabilities(
    postgres=17,
    postgres_version="17.6",
    database="lighthouse",
    role="postgres",
    system_identifier="1",
    superuser=True,
    createrole=True,
    edition="community",
    timescaledb="2.29.2",
    timescaledb_available="2.29.2",
    cron=None,
    cron_available=None,
    cron_database=None,
    tls=False,
    standby=False,
)


def table(name: str, *, row_security: bool = False) -> Table:
    """A plain table of the schema public."""
    return Table(Relation("public", name), "r", frozenset(), (), row_security, "postgres", True, 0)


def facts(
    found: Mapping[str, Mapping[str, Found]] | None = None,
    *,
    tables: Sequence[Table] = (),
    jobs: Sequence[Job] = (),
    ledger: bool = False,
    made: frozenset[tuple[str, str]] = frozenset(),
    sources: Mapping[str, Sequence[str]] | None = None,
    readers: Mapping[str, Sequence[str]] | None = None,
    can: Capabilities = COMMUNITY,
) -> Facts:
    """A look with only what a test names."""
    everything: dict[str, Any] = {kind: {} for kind in KINDS}
    everything.update(found or {})
    snapshot = Snapshot(can, everything, {str(each.relation): each for each in tables}, made, {})
    return Facts(snapshot, jobs, ledger, sources or {}, readers or {})
