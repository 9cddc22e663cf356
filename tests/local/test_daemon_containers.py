"""Somebody's container in our own Docker daemon: it lives through the daemon's death, and keeps us from stopping it."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.local import docker_engine, mounts
from tools.local.daemon import Daemon

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may start a Docker daemon")


@pytest.fixture
def own() -> Iterator[Daemon]:
    """A daemon in a folder of its own; everything of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tsdb-docker-"))
    daemon = Daemon(folder)
    yield daemon
    if (folder / "docker.pid").exists():  # containers outlive their daemon, so it must come back to remove them
        daemon.start(docker_engine.answers)
        client = docker_engine.connect(daemon.host)
        for container in client.containers.list(all=True):
            container.remove(force=True)
        client.close()
    daemon.stop()
    left = mounts.below(folder)
    mounts.release(folder)
    shutil.rmtree(folder, ignore_errors=True)
    assert left == []
    assert not folder.exists()


def _sleeper() -> bytes:
    """A file system with `sleep` and the libraries it is linked to."""
    program = shutil.which("sleep") or "/bin/sleep"
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.split()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in [program, *(word for word in linked if word.startswith("/"))]:
            tar.add(os.path.realpath(name), arcname=name.lstrip("/"))
    return buffer.getvalue()


def test_a_killed_daemon_is_started_again_and_its_containers_live_on(own: Daemon) -> None:
    own.start(docker_engine.answers)
    client = docker_engine.connect(own.host)
    client.api.import_image_from_data(_sleeper(), "sleeper", "1")
    container = client.containers.run("sleeper:1", [shutil.which("sleep") or "sleep", "600"], detach=True,
                                      network_mode="none")  # fmt: skip
    container.reload()
    process = container.attrs["State"]["Pid"]
    client.close()
    number = own.pid()
    assert number is not None
    os.kill(number, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while own.pid() is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert own.pid() is None

    own.start(docker_engine.answers)
    client = docker_engine.connect(own.host)
    again = client.containers.get(str(container.id))
    assert (again.status, again.attrs["State"]["Pid"]) == ("running", process)
    client.close()

    said: list[str] = []
    docker_engine.stop(said.append, own)
    assert own.pid() is not None  # somebody's container is in it
    assert str(again.name) in said[0]
