"""Killed at any point, the next run finishes: rows, jobs and objects equal those of an uninterrupted run.

Inside every step: the server is made to wait there, between the step's statement and its commit, and then the engine,
the program, the provider or the server's session is killed. And anywhere else: at points drawn over a whole run.
`make kills` takes every step with every victim on both editions; a plain run draws one edition for each test, and for
every victim one step, of a migration or of another kind of object each.
What a killed server (not session) leaves is PostgreSQL's business and not tested here.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support import sampling
from ..support.fix_database import Database, reset
from . import kills
from .conftest import declared
from .trial import Trial

VICTIMS = ("engine", "program", "provider", "backend")
HISTORY = "SELECT kind, sentence FROM pulumi_timescaledb.history ORDER BY id"
Catalog = list[tuple[object, ...]]


def recover(trial: Trial) -> None:
    """What `make up` does after a kill: cancel the dead run's lock, clear its pending creates, run again."""
    trial.stack.run("cancel", "--yes")
    trial.stack.refresh("--clear-pending-creates")
    trial.up()


def trials(folder: Path, engine: dict[str, str], database: Database) -> Iterator[Trial]:
    """Trials of their own state, each on an emptied database."""
    while True:
        reset(database.server)
        name = f"k{uuid.uuid4().hex[:8]}"
        trial = Trial(folder / name, engine, database, name)
        trial.declare(declared(trial.folder, database.edition))
        yield trial


def points(steps: list[tuple[str, str]], draw: random.Random) -> list[tuple[str, str]]:
    """(sentence, victim): everything, or for each victim one step, a migration and three of other kinds."""
    if kills.ALL:
        return [(sentence, victim) for _, sentence in steps for victim in VICTIMS]
    others = draw.sample(sorted({kind for kind, _ in steps} - {"migrations"}), len(VICTIMS) - 1)
    chosen = [draw.choice([sentence for kind, sentence in steps if kind == other]) for other in others]
    chosen.append(
        draw.choice([sentence for kind, sentence in steps if kind == "migrations" and sentence[:4] == "run "])
    )
    return list(zip(chosen, draw.sample(VICTIMS, len(VICTIMS)), strict=True))


@pytest.mark.one_edition("kills", each=True)
def test_a_run_killed_inside_a_step_is_finished_by_the_next(
    database: Database, engine: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Creates of every kind and migrations; afterwards the same catalog, and each step done exactly once."""
    edition = database.edition
    seed, draw = sampling.seeded(f"inside {edition}")
    made = trials(tmp_path, engine, database)
    first = next(made)
    first.up()
    expected: Catalog = first.catalog()
    steps = [(str(kind), str(sentence)) for kind, sentence in database.sql(HISTORY)]
    assert {kind for kind, _ in steps} >= {"extension", "role", "migrations", "hypertable", "continuous_aggregate"}
    for sentence, victim in points(steps, draw):
        trial = next(made)
        kills.pause_at(database, sentence)
        with kills.running(trial.stack) as run:
            kills.wait_until_paused(database, run)
            kills.kill(run, victim, database)
            if victim == "program":  # engine and provider live and end by themselves, after the step
                kills.go_on(database)
        with capsys.disabled():
            print(f"\n  {edition}: seed {seed}, {victim} killed inside: {sentence}", flush=True)
        assert kills.gone(trial.folder) == []
        kills.take_away(database)
        recover(trial)
        assert trial.catalog() == expected
        assert sorted(database.sql(HISTORY)) == sorted(steps)
        assert trial.steps() == {}


@pytest.mark.one_edition("kills", each=True)
def test_a_run_killed_at_any_time_is_finished_by_the_next(
    database: Database, engine: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One point from each of some equal slices of a run: also between steps."""
    edition = database.edition
    seed, draw = sampling.seeded(f"any time {edition}")
    made = trials(tmp_path, engine, database)
    first = next(made)
    began = time.monotonic()
    first.up()
    lasted = time.monotonic() - began
    expected: Catalog = first.catalog()
    slices = 12 if kills.ALL else 3
    turn = draw.randrange(len(VICTIMS))
    for place in range(slices):
        trial = next(made)
        # the engine is there from the first moment to the last, the others only in the middle
        victim = VICTIMS[(turn + place) % len(VICTIMS)] if 0 < place < slices - 1 else "engine"
        after = (place + draw.random()) * lasted / slices
        with kills.running(trial.stack) as run:
            time.sleep(after)
            kills.kill(run, victim, database)
        with capsys.disabled():
            print(f"\n  {edition}: seed {seed}, {victim} killed after {after:.2f} of {lasted:.2f} s", flush=True)
        assert kills.gone(trial.folder) == []
        recover(trial)
        assert trial.catalog() == expected
        assert trial.steps() == {}
