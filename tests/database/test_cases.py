"""Every case of `tests/cases`, on a real server of each edition: planned, applied, planned to nothing, back, again.

A file's cases run one after the other on one database, each starting from the declared system. Not proved here: what
the engine shows of them (tests/engine).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pulumi_timescaledb.database.plan import gate
from pulumi_timescaledb.errors import TimescaleDBError

from ..engine.trial import catalog_queries
from ..support import cases
from ..support.fix_database import Database, Server, fresh
from .system import Managed


class World:
    """A converged system, and declarations that replace it for a while."""

    def __init__(self, database: Database, file: cases.File) -> None:
        """Creates the extensions, runs the setup and converges."""
        self.database, self.file = database, file
        for extension in ("timescaledb", *(["pg_cron"] if database.edition == "apache" else [])):
            database.sql(f"CREATE EXTENSION {extension}")
        for statement in split(file.setup):
            database.sql(statement)
        self.base = Managed(database, [dict(each) for each in file.declared])
        self.up(self.base)

    def up(self, managed: Managed, allowed: set[str] | None = None) -> set[str]:
        """Converge with whatever must be acknowledged; the names of it, which must be among those allowed."""
        needed: set[str] = set()
        plan = managed.plan()
        given: dict[str, str] = {}
        snapshot = managed.reader.snapshot()
        for name, changes in plan.changes.items():
            owner = name.partition(":")[2]
            for demand in gate.demands(owner, changes, snapshot.capabilities, snapshot.uses):
                given[demand.name] = demand.code
                needed.add(demand.name)
        if allowed is not None and needed != allowed:
            raise AssertionError(f"to be acknowledged: {sorted(needed)}, expected {sorted(allowed)}")
        managed.up(acknowledged=given)
        return needed

    def planned(self, managed: Managed) -> set[str]:
        """The plan as cases write it."""
        return {
            f"{change.action} {change.kind} {change.object}"
            f"{' ' + change.field if change.field else ''}: {change.change_class.value}"
            for changes in managed.plan().changes.values()
            for change in changes
        }

    def catalog(self) -> list[tuple[object, ...]]:
        """Rows that nothing refused may touch."""
        return [row for query in catalog_queries(self.database.edition) for row in self.database.sql(query)]


def split(text: str) -> Iterator[str]:
    """The statements of hand-written SQL; a line that ends with a semicolon ends one."""
    lines: list[str] = []
    for line in text.splitlines():
        lines.append(line)
        if line.rstrip().endswith(";"):
            yield "\n".join(lines)
            lines = []
    if "".join(lines).strip():
        yield "\n".join(lines)


@pytest.mark.parametrize("edition", ["apache", "community"])
@pytest.mark.parametrize("file", cases.files(), ids=lambda file: file.name)
def test_every_case_of_a_file_holds(
    file: cases.File,
    edition: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Each case of a file; all that is wrong is listed at once."""
    if edition not in file.editions:
        return
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    server: Server = request.getfixturevalue(edition)
    wrong: list[str] = []
    for database in fresh(server, monkeypatch):
        world = World(database, file)
        wrong += [f"at first: {line}" for line in sorted(world.planned(world.base))]
        for drift in file.drift:
            if edition in drift.editions:
                wrong += [f"drift {drift.attribute}: {drift.sql}: {text}" for text in drifted(world, drift)]
        for change in file.changes:
            if edition in change.editions:
                wrong += [f"change {change.name}: {text}" for text in declared(world, change)]
        for refusal in file.refusals:
            if edition in refusal.editions:
                wrong += [f"refusal {refusal.name}: {text}" for text in refused(world, refusal)]
    assert not wrong, "\n".join(wrong)


def drifted(world: World, case: cases.Drift) -> Iterator[str]:
    """Shown at exactly its place, and repaired."""
    for statement in split(case.sql):
        world.database.sql(statement)
    shown = world.base.differences()
    expected = {case.object: {case.path}}
    whole = {name: {path.split(".")[0] for path in paths} for name, paths in shown.items()}
    if expected not in (shown, whole):
        yield f"shown {shown}, expected {expected}"
    try:
        world.up(world.base)
    except TimescaleDBError as error:
        yield f"not repaired: {error}"
    if world.base.differences():
        yield f"left after the repair: {world.base.differences()}"


def declared(world: World, case: cases.Changed) -> Iterator[str]:
    """Planned as said, applied, planned to nothing, back, and applied again."""
    for statement in split(case.sql):
        world.database.sql(statement)
    other = Managed(world.database, cases.changed(world.file.declared, case))
    try:
        shown = world.planned(other)
        if shown != set(case.plan):
            yield f"planned {sorted(shown)}, expected {sorted(case.plan)}"
        for turn in ("first", "again"):
            world.up(other, set(case.acknowledge))
            left = world.planned(other)
            if left:
                yield f"{turn}: planned after it was applied: {sorted(left)}"
            if case.back == "never":
                return
            world.up(world.base, None if case.back == "acknowledged" else set())
            left = world.planned(world.base)
            if left:
                yield f"{turn}: planned after the way back: {sorted(left)}"
    except (TimescaleDBError, AssertionError) as error:
        yield str(error)
        world.up(world.base)


def refused(world: World, case: cases.Refused) -> Iterator[str]:
    """Refused with these words, and nothing touched."""
    for statement in split(case.sql):
        world.database.sql(statement)
    before = world.catalog()
    try:
        other = Managed(world.database, cases.changed(world.file.declared, case))
        said = "; ".join(other.plan(fallback=case.fallback).refusals)
    except TimescaleDBError as error:
        said = str(error)
    missing = [word for word in case.words if word not in said]
    if not said:
        yield "accepted"
    elif missing:
        yield f"{missing} not in: {said}"
    if world.catalog() != before:
        yield "the catalog changed"
    for statement in split(case.undo):
        world.database.sql(statement)


def test_a_case_that_is_wrong_fails(apache_database: Database) -> None:
    """A positive control: each kind of case with a wrong expectation is found out."""
    file = cases.File(
        "control",
        "CREATE TABLE t (at timestamptz NOT NULL);",
        [{"kind": "hypertable", "table": "t", "time_column": "at", "chunk_interval": "1 day"}],
        [], [], [],
    )  # fmt: skip
    world = World(apache_database, file)
    name = "hypertable:public.t"
    interval = "SELECT set_chunk_time_interval('t', interval '2 days')"
    assert list(drifted(world, cases.Drift("hypertable.chunk_interval", interval, name, "owner")))
    assert list(drifted(world, cases.Drift("hypertable.chunk_interval", interval, name, "chunk_interval"))) == []
    wider = {"chunk_interval": "3 days"}
    line = "alter hypertable public.t chunk_interval: future data only"
    assert list(declared(world, cases.Changed("right", [line], name, wider))) == []
    assert list(declared(world, cases.Changed("wrong", [], name, wider)))
    assert list(refused(world, cases.Refused("accepted", [], name, wider)))
    assert list(refused(world, cases.Refused("words", ["nonesuch"], name, {"time_column": "b"})))
