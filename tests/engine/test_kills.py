"""Killed at any point, the next run finishes: rows, jobs and objects equal those of an uninterrupted run.

Points are drawn over the whole duration of a run, one from each of as many equal slices, so that every step is hit
sooner or later; the seed is printed. ``TSDB_KILLS`` sets how many points, default 6 an edition.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from ..support.fix_database import Server, fresh, reset
from .conftest import declared
from .trial import Trial

KILLS = int(os.environ.get("TSDB_KILLS", "6"))
VICTIMS = ("engine", "provider", "backend")


def processes_of(folder: Path) -> list[int]:
    """Processes that work in a folder: the program and the provider of a stack."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "cwd").resolve() == folder.resolve():
                found.append(int(entry.name))
        except OSError:
            continue  # ended meanwhile
    return found


def gone(folder: Path, seconds: float = 15) -> list[int]:
    """Wait until no process works in the folder; those that still do."""
    deadline = time.monotonic() + seconds
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    return processes_of(folder)


def start(trial: Trial) -> subprocess.Popen[bytes]:
    """Start a run and return at once."""
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--cwd", str(trial.folder)]
    return subprocess.Popen(
        [*command, "--stack", trial.stack.name],
        env=trial.stack.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill(trial: Trial, engine: subprocess.Popen[bytes], victim: str) -> None:
    """SIGKILL the engine or the provider, or end the server's backend of our session."""
    if victim == "backend":
        trial.database.server.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pulumi_timescaledb%'"
        )
    elif victim == "provider":
        for pid in processes_of(trial.folder):
            if b"pulumi.dynamic" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
    else:
        engine.kill()
    engine.wait(60)


def recover(trial: Trial) -> None:
    """What `make up` does after a kill: cancel the dead run's lock, clear its pending creates, run again."""
    trial.stack.run("cancel", "--yes")
    trial.stack.refresh("--clear-pending-creates")
    trial.up()


@pytest.mark.parametrize("edition", ["apache", "community"])
def test_a_killed_run_is_finished_by_the_next(
    edition: str,
    engine: dict[str, str],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Engine, provider and server session in turn, at points drawn over the run; then the same catalog as ever."""
    server: Server = request.getfixturevalue(edition)
    seed = random.randrange(10**6)  # noqa: S311 - where to kill, not a secret
    draw = random.Random(seed)  # noqa: S311
    for database in fresh(server, monkeypatch):
        first = Trial(tmp_path / "first", engine, database, f"k{uuid.uuid4().hex[:8]}")
        first.declare(declared(first.folder, edition))
        began = time.monotonic()
        first.up()
        lasted = time.monotonic() - began
        expected = first.catalog()
        for point in range(KILLS):
            reset(server)
            trial = Trial(tmp_path / f"kill{point}", engine, database, f"k{uuid.uuid4().hex[:8]}")
            trial.declare(declared(trial.folder, edition))
            victim = VICTIMS[point % len(VICTIMS)]
            after = (point + draw.random()) * lasted / KILLS
            process = start(trial)
            time.sleep(after)
            kill(trial, process, victim)
            with capsys.disabled():
                print(f"\n  {edition}: seed {seed}, {victim} killed after {after:.2f} of {lasted:.2f} s", flush=True)
            assert gone(trial.folder) == []
            recover(trial)
            assert trial.catalog() == expected
            assert trial.steps() == {}
