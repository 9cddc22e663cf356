"""Each attribute changed by hand is shown at exactly its place, and repaired to what it was."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.chunk_skipping.wanted import ChunkSkipping
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore
from pulumi_timescaledb.database.kinds.extension.wanted import Extension
from pulumi_timescaledb.database.kinds.hypertable.wanted import Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.job.wanted import Job
from pulumi_timescaledb.database.kinds.migrate_command.wanted import MigrateCommand
from pulumi_timescaledb.database.kinds.migrations.wanted import Migrations
from pulumi_timescaledb.database.kinds.partitioned_retention.wanted import PartitionedRetention
from pulumi_timescaledb.database.kinds.refresh.wanted import Refresh
from pulumi_timescaledb.database.kinds.reorder.wanted import Reorder
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.role.wanted import Role
from pulumi_timescaledb.database.kinds.tablespaces.wanted import Tablespaces

from ..support import cases
from ..support.fix_database import Database
from .drift_cases import DRIFTS, Drift
from .system import Managed, objects

# fields that no statement can change alone: the partition column and the query need the object made anew
UNCHANGEABLE = {"hypertable.time_column", "index.relation", "migrations.directory", "extension.name"}
# how a file is read and as whom it runs, which is in no catalog
UNCHANGEABLE |= {"migrations.baseline", "migrations.makes", "migrations.owner"}
# what is only declared: it says what is to happen, and nothing live could differ from it
DECLARED = {"migrations.version", "migrations.half_run", "aggregate.swap_in"}
DECLARED |= {"migrate_command.command", "migrate_command.check_command", "migrate_command.timeout"}
UNCHANGEABLE |= {"partitioned_retention.relation", "partitioned_retention.key"}  # they are its name
ONLY_WHEN_MADE = {"hypertable.migrate_data", "hypertable.default_indexes", "index.per_chunk"}
SHARED = {"partitioned_retention.procedure"}  # one for all declarations: among the changes of its file of cases
ATTRIBUTES = {
    "extension": Extension,
    "migrate_command": MigrateCommand,
    "migrations": Migrations,
    "role": Role,
    "hypertable": Hypertable,
    "index": Index,
    "columnstore": Columnstore,
    "retention": Retention,
    "aggregate": Aggregate,
    "refresh": Refresh,
    "job": Job,
    "partitioned_retention": PartitionedRetention,
    "reorder": Reorder,
    "chunk_skipping": ChunkSkipping,
    "tablespaces": Tablespaces,
}


def test_every_attribute_has_a_case() -> None:
    """A field of a wanted value without a change by hand, in the list or in a file of cases, fails here."""
    wanted = {f"{kind}.{each.name}" for kind, value in ATTRIBUTES.items() for each in fields(value)}
    covered = {each.attribute for each in DRIFTS} | {each.attribute for file in cases.files() for each in file.drift}
    assert wanted - UNCHANGEABLE - DECLARED - ONLY_WHEN_MADE - SHARED - covered == set()


def test_drift_is_shown_at_its_place_and_repaired(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Every change by hand, one after the other on one database: shown, repaired, and the catalog as before."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    edition = database.edition
    system = Managed(database, objects(tmp_path, edition))
    system.up()
    assert system.differences() == {}
    drifts = [case._replace(object=case.object.format(folder=tmp_path)) for case in DRIFTS if edition in case.editions]
    wrong = [text for case in drifts for text in _problems(case, system, database)]
    assert wrong == []


def _problems(case: Drift, system: Managed, database: Database) -> list[str]:
    for statement in case.sql.split(";"):
        database.sql(statement)
    expected = {case.object: set(case.path.split() or [""])} if case.object else {}
    shown = system.differences()
    problems = []
    if not _same(shown, expected):
        problems.append(f"{case.attribute}: {case.sql}: shown {shown}, expected {expected}")
    done = system.up(set(shown))
    if case.object and not done:
        problems.append(f"{case.attribute}: {case.sql}: nothing was repaired")
    left = system.differences()
    if left:
        problems.append(f"{case.attribute}: {case.sql}: left after the repair {left}")
    return problems


def _same(shown: dict[str, set[str]], expected: dict[str, set[str]]) -> bool:
    """Exactly the object and path; a policy that is gone shows all its fields, a dropped scheduler all its jobs."""
    if "extension:pg_cron" in expected:
        return expected.items() <= shown.items()
    whole = {name: {path.split(".")[0] for path in paths} for name, paths in shown.items()}
    return expected in (shown, whole)
