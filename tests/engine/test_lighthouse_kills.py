"""The first `up` of Lighthouse killed while Docker makes its objects; the next one finishes. And its wrong settings.

Each point is an event of the Docker Engine, so the kill falls inside that step. What a killed Docker daemon leaves is
not tested here.
"""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import docker
import pytest

from ..support import sampling
from . import kills
from .lighthouse import Lighthouse

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


POINTS = (("network", "create"), ("volume", "create"), ("container", "create"), ("container", "start"))
VICTIMS = ("engine", "plugin")


def wait_for(lighthouse: Lighthouse, point: tuple[str, str], since: float, run: subprocess.Popen[bytes]) -> None:
    """Wait until the Docker Engine reports that it did this to an object of ours."""
    kind, action = point
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert run.poll() is None, f"the run ended before {kind} {action}"
        window = {"since": since, "until": time.time()}  # fractions of a second, which the API takes
        stream: Any = lighthouse.client.events(decode=True, filters={"type": kind}, **window)  # type: ignore[call-overload]
        for event in stream:
            name = str(event["Actor"]["Attributes"].get("name", event["Actor"]["ID"]))
            if event["Action"] == action and name.startswith(lighthouse.name):
                return
    raise AssertionError(f"no {kind} {action} in time")


def test_a_first_up_killed_inside_a_step_of_docker_is_finished_by_the_next(
    lighthouse: Lighthouse, capsys: pytest.CaptureFixture[str]
) -> None:
    """While network, volume and container are made and the server starts; then all is as an uninterrupted run leaves
    it. `make kills` takes each with the engine and the plugin as victim, a plain run one point with each of them."""
    done = lighthouse.stack.up()
    assert done.rc == 0, done.output
    expected = state_of(lighthouse)
    seed, draw = sampling.seeded("docker")
    drawn = draw.sample(POINTS, len(VICTIMS))
    for place, victim in enumerate(VICTIMS):
        for point in POINTS if kills.ALL else (drawn[place],):
            destroyed = lighthouse.stack.destroy()
            assert destroyed.rc == 0, destroyed.output
            since = time.time()
            with kills.running(lighthouse.stack) as run:
                wait_for(lighthouse, point, since, run)
                time.sleep(draw.random() * (2 if point[1] == "start" else 0.2))  # the server starts for a while
                kills.kill(run, victim)
            with capsys.disabled():
                print(f"\n  seed {seed}, {victim} killed inside {' '.join(point)}", flush=True)
            assert kills.gone(lighthouse.folder) == []
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
