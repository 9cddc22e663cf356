"""Every case of `tests/cases`, on a real server of each edition: planned, applied, planned to nothing, back, again.

A file's cases run one after the other on one database, some on what those before them made, so that a file is run whole
or not at all. A plain run draws eight files with their editions, `make cases` takes every file on both. Not proved
here: what the engine shows of them (tests/engine).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pulumi_timescaledb.database.plan import gate
from pulumi_timescaledb.errors import TimescaleDBError

from ..engine.trial import catalog_queries
from ..support import cases, sampling
from ..support.fix_database import Database, Server, fresh
from .system import Managed

SEED = sampling.SEED
FILES = [(file, edition) for file in cases.files() for edition in file.editions]


class World:
    """A converged system, and declarations that replace it for a while."""

    def __init__(self, database: Database, file: cases.File) -> None:
        """Creates the extensions, runs the setup and converges."""
        self.database, self.file = database, file
        write(file.files)
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
            for demand in gate.demands(name, changes, snapshot.capabilities, snapshot.uses):
                given[demand.name] = demand.code
                needed.add(demand.name)
        if allowed is not None and needed != allowed:
            raise AssertionError(f"to be acknowledged: {sorted(needed)}, expected {sorted(allowed)}")
        managed.up({name for name, changes in plan.changes.items() if changes}, acknowledged=given)
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


def write(files: cases.Files) -> None:
    """Write files into the program's folder; None takes one away."""
    for name, content in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(content, encoding="utf-8")


@contextmanager
def with_files(world: World, files: cases.Files) -> Iterator[None]:
    """The program's folder with a case's files, and afterwards as it was."""
    write(files)
    try:
        yield
    finally:
        write({name: world.file.files.get(name) for name in files})


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


@pytest.mark.sample("cases", count=8)
@pytest.mark.parametrize(("file", "edition"), [pytest.param(*each, id=f"{each[0].name}-{each[1]}") for each in FILES])
def test_every_case_of_a_file_holds(
    file: cases.File,
    edition: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each case of a file; all that is wrong is listed at once."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    server: Server = request.getfixturevalue(edition)
    with capsys.disabled():
        print(f"\n  {file.name} on {edition}: seed {SEED}", flush=True)
    wrong: list[str] = []
    for database in fresh(server, monkeypatch):
        world = World(database, file)
        wrong += [f"at first: {line}" for line in sorted(world.planned(world.base))]
        for drift in file.drift:
            if drift.holds_on(database):
                wrong += [f"drift {drift.attribute}: {drift.sql}: {text}" for text in drifted(world, drift)]
        for change in file.changes:
            if change.holds_on(database):
                wrong += [f"change {change.name}: {text}" for text in declared(world, change)]
        for refusal in file.refusals:
            if refusal.holds_on(database):
                wrong += [f"refusal {refusal.name}: {text}" for text in refused(world, refusal)]
    assert not wrong, "\n".join(wrong)


def drifted(world: World, case: cases.Drift) -> Iterator[str]:
    """Shown at exactly its place, and repaired."""
    for statement in split(case.sql):
        world.database.sql(statement)
    with with_files(world, case.files):
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
    try:
        with with_files(world, case.files):
            other = Managed(world.database, cases.changed(world.file.declared, case))
            shown = world.planned(other)
        if shown != set(case.plan):
            yield f"planned {sorted(shown)}, expected {sorted(case.plan)}"
        for turn in ("first", "again"):
            with with_files(world, case.files):
                world.up(other, set(case.acknowledge))
                left = world.planned(other)
            if left:
                yield f"{turn}: planned after it was applied: {sorted(left)}"
            if case.check and world.database.sql(case.check) != [(True,)]:
                yield f"{turn}: {case.check} says {world.database.sql(case.check)}"
            if case.back == "never":
                for statement in split(case.undo):
                    world.database.sql(statement)
                left = world.planned(world.base) if case.undo else set()
                if left:
                    yield f"planned after it was undone: {sorted(left)}"
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
    with with_files(world, case.files):
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
