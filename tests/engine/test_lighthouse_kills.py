"""The first `up` of Lighthouse killed while its container is created and its database built; the next one finishes.

The engine is killed at three points, one from each third of a run; the seed is printed. What a killed Docker daemon
leaves is not tested here.
"""

from __future__ import annotations

import random
import subprocess
import time
from pathlib import Path
from typing import Any

import docker
import pytest

from .lighthouse import Lighthouse
from .test_kills import gone

CONFIGS = [
    ("retention", "90 days", "check_retention"),
    ("check_retention", "5 days", "columnstore_after"),
    ("check_retention", "soon", "check_retention"),
    ("port", "70000", "port"),
    ("memory", "1MiB", "memory"),
    ("image", "timescale/timescaledb:latest", "image"),
    ("target", "ec2", "target"),
    ("password_ref", "file:.local/nowhere", "nowhere"),
]


@pytest.fixture
def lighthouse(
    engine: dict[str, str], image: Any, docker_client: docker.DockerClient, tmp_path: Path
) -> Any:  # a generator, which pytest resolves
    """A stack of its own, removed afterwards."""
    made = Lighthouse(tmp_path / "project", engine, image, docker_client)
    yield made
    made.clean()


def state_of(lighthouse: Lighthouse) -> list[Any]:
    """Tables, views, jobs, applied migrations and containers: what an uninterrupted run leaves."""
    queries = (
        "SELECT schemaname, tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 2",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT matviewname, definition FROM pg_matviews ORDER BY 1",
        "SELECT jobname, schedule, command, active FROM cron.job ORDER BY 1"
        if lighthouse.edition == "apache"
        else "SELECT proc_name, hypertable_name, schedule_interval FROM timescaledb_information.jobs ORDER BY 1, 2",
        "SELECT name, checksum FROM pulumi_timescaledb.migration ORDER BY 1",
        "SELECT extname FROM pg_extension ORDER BY 1",
    )
    found: list[Any] = [lighthouse.sql(query) for query in queries]
    return [*found, sorted(name.removeprefix(lighthouse.name) for name in lighthouse.leftovers())]


def test_a_killed_first_up_is_finished_by_the_next(lighthouse: Lighthouse, capsys: pytest.CaptureFixture[str]) -> None:
    """After each kill and the run that follows, everything is as an uninterrupted run leaves it."""
    began = time.monotonic()
    done = lighthouse.stack.up()
    assert done.rc == 0, done.output
    lasted = time.monotonic() - began
    expected = state_of(lighthouse)
    seed = random.randrange(10**6)  # noqa: S311 - where to kill, not a secret
    draw = random.Random(seed)  # noqa: S311
    for third in range(3):
        destroyed = lighthouse.stack.destroy()
        assert destroyed.rc == 0, destroyed.output
        after = (third + draw.random()) * lasted / 3
        command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--cwd", str(lighthouse.folder)]
        with subprocess.Popen(
            [*command, "--stack", "local"],
            env=lighthouse.stack.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(after)
            process.kill()
        with capsys.disabled():
            print(f"\n  seed {seed}, engine killed after {after:.2f} of {lasted:.2f} s", flush=True)
        assert gone(lighthouse.folder) == []
        lighthouse.stack.run("cancel", "--yes")
        lighthouse.stack.refresh("--clear-pending-creates", "--target", "**lighthouse-container**")
        again = lighthouse.stack.up("--refresh=false")
        assert again.rc == 0, again.output
        assert state_of(lighthouse) == expected
        assert lighthouse.stack.preview("--expect-no-changes").rc == 0


def test_wrong_settings_are_refused_before_anything_is_made(lighthouse: Lighthouse) -> None:
    """Each wrong key or value stops the preview in one sentence that names it, and Docker stays empty."""
    wrong = []
    file = lighthouse.folder / "Pulumi.local.yaml"
    good = file.read_text()
    for key, value, named in CONFIGS:
        file.write_text(good)
        lighthouse.stack.config(key, value)
        done = lighthouse.stack.preview()
        if done.rc == 0 or "Traceback" in done.output or named not in done.output:
            wrong.append(f"{key}={value}: {done.output}")
    assert wrong == []
    assert lighthouse.leftovers() == []
