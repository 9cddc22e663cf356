"""Random whole systems on a real server: declared, applied, read back as declared, planned again to nothing.

Once more under other defaults of the database and the role, which reach every session that does not set its own. What
is generated is what a server accepts (tests/database/generated); refusals and drift have tests of their own.
A plain run takes a few on one drawn edition, `make systems` a hundred on each. `TSDB_EXAMPLES` says how many systems an
edition gets, `TSDB_SHRINK` that a failing one is made smaller. Not proved here: a system that was declared otherwise
before (tests/database/test_cases.py changes one).
"""

from __future__ import annotations

import importlib
import inspect
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pulumi_timescaledb.database.declared import COMPOSITIONS, Declared
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.plan import gate, order, view
from pulumi_timescaledb.database.plan.editions import Edition

from ..support.fix_database import Database
from .generated.systems import MAKERS, System, systems
from .generated.world import SPACES
from .system import Managed

EXAMPLES = int(os.environ.get("TSDB_EXAMPLES", "6"))
DRAWN = 150  # further systems that are only drawn and read, so that a rare attribute is not missed by chance
# making a failing system smaller takes minutes: only where somebody asked for it
PHASES = [Phase.generate, Phase.shrink] if "TSDB_SHRINK" in os.environ else [Phase.generate]
LEAST = 0.05
# what an edition cannot have, or what no declaration can say
NEVER: Mapping[str, set[str]] = {
    "apache": {
        "aggregate.real_time", "aggregate.group_indexes", "aggregate.swap_in", "job.initial_start", "job.max_runtime",
        "job.max_retries", "job.retry_period", "job.check_config", "partitioned_retention",
        "refresh.policy.buckets_per_batch", "refresh.policy.max_batches_per_execution",
        "refresh.policy.refresh_newest_first",
    },
    "community": {"cron_job", "materialized_view", "role.membership.inherit", "role.membership.set"},
}  # fmt: skip
# what no system here can have, and why; tests/cases holds what each does, and what it is refused
NOT_DRAWN = {
    "compaction",  # TimescaleDB 2.29
    "refresh.policy.include_tiered_data",  # tiered storage, on Tiger Cloud alone
    "migrations.half_run",  # an answer to an update that was interrupted, not a state that is read back
    # what is found, and cannot be declared otherwise
    "index.valid", "job.copies", "partitioned_retention.copies", "partitioned_retention.procedure",
    "migrate_command.pending",
}  # fmt: skip
CLEAN = Path(__file__).with_name("clean.sql").read_text(encoding="utf-8")


@pytest.mark.one_edition("systems")
def test_what_is_declared_is_read_back_and_planned_again_to_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every example is a system of its own on an emptied database."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    monkeypatch.chdir(tmp_path)
    seen: list[Sequence[Declared]] = []
    database.sql("CREATE EXTENSION timescaledb")
    database.sql("SELECT _timescaledb_functions.stop_background_workers()")
    # in_place: within the server's own directory, which PostgreSQL allows where tests want them
    database.sql("ALTER ROLE CURRENT_USER SET allow_in_place_tablespaces = on")
    for space in SPACES:
        database.sql(f"CREATE TABLESPACE \"{space}\" LOCATION ''")
        database.sql(f'GRANT CREATE ON TABLESPACE "{space}" TO PUBLIC')
    hold_for_all(database, seen)
    edition = database.edition
    shares, applied = attributes([*seen, *drawn(edition)], edition), attributes(seen, edition)
    with capsys.disabled():
        print(f"\n  {edition}: how often each attribute was not its default, in {len(seen)} systems and {DRAWN} drawn:")
        for name, (count, total) in sorted(shares.items()):
            here = "{} of {}".format(*applied[name])
            print(f"    {name:<36} {here:>10}  {count:>5} of {total:>5}  {100 * count / max(total, 1):3.0f} %")
    kinds = {each.kind for system in (*seen, *drawn(edition)) for each in system}
    assert kinds == set(MAKERS) == set(COMPOSITIONS)
    assert {name for name, (count, total) in shares.items() if count < LEAST * total or not total} == set()


def hold_for_all(database: Database, seen: list[Sequence[Declared]]) -> None:
    """The property over the examples; those that held are collected."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=PHASES,
    )
    @given(systems(database.edition))
    def hold(system: System) -> None:
        seen.append(round_trip(database, system))

    hold()


@cache
def drawn(edition: str) -> Sequence[Sequence[Declared]]:
    """Systems as they are read, applied to nothing."""
    found: list[Sequence[Declared]] = []

    @settings(max_examples=DRAWN, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=PHASES)
    @given(systems(edition))
    def read(system: System) -> None:
        write(system)
        found.append(view.parse(system.objects))

    read()
    return found


def write(system: System) -> None:
    """The folders of migrations, and no other files in them."""
    for folder in {Path(name).parent for name in system.files}:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    for name, text in system.files.items():
        Path(name).write_text(text, encoding="utf-8", newline="")


def round_trip(database: Database, system: System) -> Sequence[Declared]:
    """Apply a system under some defaults, and look at it under others; what was declared, as it was read."""
    defaults(database, {})
    database.sql(CLEAN)
    database.sql(";\n".join(system.setup))
    write(system)
    defaults(database, system.before)
    managed = Managed(database, list(system.objects))
    waits = order.edges(managed.declared)
    managed.declared.sort(key=lambda each: depth(order.name(each), waits))
    managed.up(acknowledged=codes(managed, system.acknowledged))
    for turn in (system.before, system.after):
        if turn is system.after:
            managed.reader.close()
            defaults(database, turn)
        plan = managed.plan()
        assert not plan.refusals, plan.refusals
        assert {name: rows for name, rows in plan.changes.items() if rows} == {}
        for each in managed.declared:
            wanted = view.normal(each)
            assert view.View.of(managed.reader, True).live(each) == wanted
            assert view.normal(view.parse([{"kind": each.kind, **wanted}])[0]) == wanted
    assert managed.up() == []
    managed.reader.close()
    return managed.declared


def codes(managed: Managed, names: Sequence[str]) -> dict[str, str]:
    """The codes of what must be acknowledged."""
    if not names:
        return {}
    plan, snapshot = managed.plan(), managed.reader.snapshot()
    demanded = [
        demand
        for name, changes in plan.changes.items()
        for demand in gate.demands(name, changes, snapshot.capabilities, snapshot.uses)
    ]
    assert {each.name for each in demanded} == set(names)
    return {each.name: each.code for each in demanded}


def depth(name: str, waits: Mapping[str, tuple[str, ...]]) -> int:
    """How long the chain before an object is."""
    return 1 + max((depth(other, waits) for other in waits[name]), default=0)


def defaults(database: Database, values: Mapping[str, str]) -> None:
    """Set the defaults of every new session of this database, half of them for the role alone."""
    name, role = database.connection.database, database.connection.user
    statements = [f"ALTER DATABASE {name} RESET ALL", f"ALTER ROLE {role} IN DATABASE {name} RESET ALL"]
    for place, (setting, value) in enumerate(sorted(values.items())):
        where = f"ROLE {role} IN DATABASE {name}" if place % 2 else f"DATABASE {name}"
        text = value if setting == "search_path" else f"'{value}'"
        statements.append(f"ALTER {where} SET {setting} = {text}")
    database.sql("; ".join(statements))


def attributes(seen: list[Sequence[Declared]], edition: str) -> dict[str, tuple[int, int]]:
    """For each field of every value that can be wanted: how often it was not its default, of how many values."""
    counts: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for system in seen:
        for declared in system:
            parts = {*declared.parts, *Edition(edition == "apache").parts(declared)}
            for part in parts:
                for value in values(part.value):
                    for name, default in defaults_of(type(value)).items():
                        label = f"{part.kind}.{name}"
                        totals[label] += 1
                        counts[label] += getattr(value, name.rpartition(".")[2]) != default
    for kind in KINDS:
        module = importlib.import_module(f"pulumi_timescaledb.database.kinds.{kind}.wanted")
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if cls.__module__ == module.__name__ and (is_dataclass(cls) or hasattr(cls, "_field_defaults")):
                for name in defaults_of(cls):
                    totals[f"{kind}.{name}"] += 0
    never = NEVER[edition] | NOT_DRAWN
    return {name: (counts[name], totals[name]) for name in totals if not {name, name.partition(".")[0]} & never}


def values(value: Any) -> Iterator[Any]:
    """A wanted value and the named values inside it."""
    if is_dataclass(value) and type(value).__module__.endswith(".wanted"):
        yield value
        for each in fields(value):
            yield from values(getattr(value, each.name))
    elif isinstance(value, tuple):
        if hasattr(value, "_fields") and type(value).__module__.endswith(".wanted"):
            yield value
        for each in value:
            yield from values(each)


def defaults_of(cls: type) -> dict[str, Any]:
    """The fields of a class of wanted values with their defaults; those inside another bear its name."""
    if is_dataclass(cls):
        return {each.name: None if each.default is MISSING else each.default for each in fields(cls)}
    names: tuple[str, ...] = getattr(cls, "_fields", ())
    given: dict[str, Any] = getattr(cls, "_field_defaults", {})
    return {f"{cls.__name__.lower()}.{name}": given.get(name) for name in names}
