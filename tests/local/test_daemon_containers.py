"""Somebody's container in our own Docker daemon: it lives through the daemon's death, and keeps us from stopping it.

The container has no network of its own: what happens to the connections of one that has is not proved here.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.fix_local import kill_daemon, own_network
from tools.local import bridge, docker_engine, mounts
from tools.local.daemon import Daemon
from tools.local.failure import Stop

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root may start a Docker daemon")


@contextmanager
def _daemon() -> Iterator[Daemon]:
    """A daemon in a folder of its own; everything of it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tsdb-docker-"))
    daemon = Daemon(folder)
    yield daemon
    if (folder / "docker.pid").exists():  # containers outlive their daemon, so it must come back to remove them
        daemon.start(docker_engine.answers, docker_engine.running)
        client = docker_engine.connect(daemon.host)
        for container in client.containers.list(all=True, ignore_removed=True):
            container.remove(force=True)
        client.close()
    daemon.stop()
    left = mounts.below(folder)
    mounts.release(folder)
    shutil.rmtree(folder, ignore_errors=True)
    assert left == []
    assert not folder.exists()


@pytest.fixture
def own() -> Iterator[Daemon]:
    """The daemon that the tests are about, where no other engine takes addresses."""
    with own_network(), _daemon() as daemon:
        yield daemon


@pytest.fixture
def taker(own: Daemon) -> Iterator[Daemon]:
    """Another one, gone before the first is."""
    with _daemon() as daemon:
        yield daemon


def _sleeper() -> bytes:
    """A file system with `sleep` and the libraries it is linked to."""
    program = shutil.which("sleep") or "/bin/sleep"
    linked = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout.split()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name in [program, *(word for word in linked if word.startswith("/"))]:
            tar.add(os.path.realpath(name), arcname=name.lstrip("/"))
    return buffer.getvalue()


def _with_a_container(own: Daemon) -> tuple[str, str, int]:
    """Start the daemon and a container in it: the container's id, name and process."""
    own.start(docker_engine.answers, docker_engine.running)
    client = docker_engine.connect(own.host)
    client.api.import_image_from_data(_sleeper(), "sleeper", "1")
    container = client.containers.run("sleeper:1", [shutil.which("sleep") or "sleep", "600"], detach=True,
                                      network_mode="none")  # fmt: skip
    container.reload()
    client.close()
    return str(container.id), str(container.name), int(container.attrs["State"]["Pid"])


def test_a_killed_daemon_is_started_again_and_its_containers_live_on(own: Daemon) -> None:
    identifier, _, process = _with_a_container(own)
    kill_daemon(own)

    own.start(docker_engine.answers, docker_engine.running)
    client = docker_engine.connect(own.host)
    again = client.containers.get(identifier)
    assert (again.status, again.attrs["State"]["Pid"]) == ("running", process)
    client.close()

    said: list[str] = []
    docker_engine.stop(said.append, own)
    assert own.pid() is not None  # somebody's container is in it
    assert str(again.name) in said[0]


def test_an_engine_with_a_container_is_not_stopped_where_its_addresses_are_taken(own: Daemon, taker: Daemon) -> None:
    """It refuses again while that is so, names both, and works on as soon as the other is gone."""
    _, name, process = _with_a_container(own)
    had = bridge.routes()[own.bridge]
    kill_daemon(own)
    bridge.remove(own.bridge)
    taker.start(docker_engine.answers, docker_engine.running)
    assert bridge.routes()[taker.bridge] == had
    for _ in range(2):  # started, and found running
        with pytest.raises(Stop, match=f"in use by the interface {taker.bridge}") as stop:
            own.start(docker_engine.answers, docker_engine.running)
        assert name in str(stop.value)
        assert f"ip link delete {taker.bridge}" in str(stop.value)
        assert "\n" not in str(stop.value)
        assert own.pid() is not None
        assert Path(f"/proc/{process}").exists()
    taker.stop()
    own.start(docker_engine.answers, docker_engine.running)
    assert docker_engine.running(own.host) == [name]
