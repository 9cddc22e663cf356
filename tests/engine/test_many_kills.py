"""A convergence of sixty objects over a database in use, killed at random points: the next run always finishes it.

`make manykills` takes fifty, half of them on each edition; a plain run one, on a drawn edition. Each is on an
emptied database, and the catalog, the jobs and the history afterwards are those of a run that nobody killed, with every
confirmed row. What a killed server leaves is not tested here.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..support import sampling
from ..support.fix_database import Database, reset
from . import kills, sixty
from .test_kills import HISTORY, VICTIMS, recover
from .trial import Trial

KILLS = 25 if sampling.whole("manykills") else 1


def trials(folder: Path, engine: dict[str, str], database: Database) -> Iterator[Trial]:
    """Trials of their own state, each on a database as an operator had left it."""
    while True:
        reset(database.server)
        sixty.prepare(database)
        name = f"s{uuid.uuid4().hex[:8]}"
        trial = Trial(folder / name, engine, database, name)
        trial.declare(sixty.declared(trial.folder, database.edition))
        yield trial


@pytest.mark.one_edition("manykills")
def test_sixty_objects_are_finished_after_a_kill_anywhere_and_no_row_is_lost(
    database: Database, engine: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Points are drawn from equal slices of a run, each victim as often as any other."""
    edition = database.edition
    seed, draw = sampling.seeded(f"sixty {edition}")
    made = trials(tmp_path, engine, database)
    first = next(made)
    began = time.monotonic()
    first.up()
    lasted = time.monotonic() - began
    expected, steps = first.catalog(), sorted(database.sql(HISTORY))
    assert len(sixty.declared(first.folder, edition)) == sixty.OBJECTS
    slices = list(range(KILLS))
    draw.shuffle(slices)
    victims = draw.sample(VICTIMS, len(VICTIMS))
    for turn, place in enumerate(slices):
        trial = next(made)
        victim = victims[turn % len(victims)]
        after = (place + draw.random()) * lasted / KILLS
        with sixty.written_to(database) as writing:
            with kills.running(trial.stack) as run:
                time.sleep(after)
                kills.kill(run, victim, database)
            with capsys.disabled():
                print(
                    f"\n  {edition}: seed {seed}, {victim} killed after {after:.1f} of {lasted:.1f} s",
                    flush=True,
                )
            assert kills.gone(trial.folder) == []
            recover(trial)
        assert sixty.rows(database) == sixty.LIVE * sixty.ROWS + writing.rows
        assert writing.rows > 0
        assert trial.catalog() == expected
        assert sorted(database.sql(HISTORY)) == steps
        assert trial.steps() == {}
