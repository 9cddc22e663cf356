"""What a killed run leaves, and how the next one gets past it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docker
import pytest

from tools.local import belongings, stack
from tools.local.engine import Engine
from tools.local.failure import Stop
from tools.local.stack import Stack

PROGRAM = """name: repair
runtime:
  name: python
  options:
    toolchain: pip
"""


@pytest.fixture
def local(tmp_path: Path) -> Stack:
    """A stack object over an empty folder."""
    (tmp_path / "state").mkdir()
    (tmp_path / "passphrase").write_text("only for tests")
    return Stack(Engine(None, "test", "3.259.0", True), None, project="repair", folder=tmp_path, local=tmp_path)


def _lock(local: Stack, pid: int, host: str | None = None) -> Path:
    folder = local.local / "state/.pulumi/locks/organization/repair/local"
    folder.mkdir(parents=True)
    file = folder / "0f6b1f0e.json"
    file.write_text(json.dumps({"pid": pid, "hostname": host or socket.gethostname(), "username": "somebody"}))
    return file


@pytest.fixture
def pulumi_process() -> Iterator[subprocess.Popen[bytes]]:
    """A process that calls itself pulumi."""
    with subprocess.Popen(["pulumi", "60"], executable="/bin/sleep") as child:
        while not Path(f"/proc/{child.pid}/cmdline").read_bytes():  # empty for a moment during exec
            time.sleep(0.01)
        yield child
        child.kill()


def test_the_lock_of_a_dead_process_is_released(local: Stack) -> None:
    with subprocess.Popen(["/bin/true"]) as child:
        child.wait()
    file = _lock(local, child.pid)
    said: list[str] = []
    local.repair(said.append)
    assert not file.exists()
    assert str(child.pid) in said[0]


def test_the_lock_of_a_recycled_process_id_is_released(local: Stack) -> None:
    file = _lock(local, os.getpid())  # alive, but no pulumi
    local.repair(lambda _: None)
    assert not file.exists()


def test_the_lock_of_a_running_pulumi_is_respected(
    local: Stack, pulumi_process: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "_WAIT_FOR_ORPHAN", 0.3)
    file = _lock(local, pulumi_process.pid)
    with pytest.raises(Stop) as stop:
        local.repair(lambda _: None)
    assert str(pulumi_process.pid) in str(stop.value)
    assert file.exists()


def test_an_orphan_that_is_ending_is_waited_for(local: Stack, pulumi_process: subprocess.Popen[bytes]) -> None:
    file = _lock(local, pulumi_process.pid)

    def end(_: str) -> None:
        pulumi_process.kill()
        pulumi_process.wait()

    local.repair(end)
    assert not file.exists()


def test_a_lock_of_another_machine_is_respected(local: Stack) -> None:
    file = _lock(local, 1, "another-machine")
    with pytest.raises(Stop) as stop:
        local.repair(lambda _: None)
    assert "another-machine" in str(stop.value)
    assert file.exists()


def test_pending_creates_are_cleared_through_the_real_engine(
    engine: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROGRAM)
    (tmp_path / "state").mkdir()
    (tmp_path / "passphrase").write_text("only for tests")
    monkeypatch.setenv("PATH", engine["PATH"])
    mine = Stack(Engine(None, "test", "3.259.0", True), None, project="repair", folder=tmp_path, local=tmp_path)
    mine.select()
    urn = "urn:pulumi:local::repair::docker:index/container:Container::database"
    pending = {"resource": {"urn": urn, "custom": True, "type": "docker:index/container:Container"}, "type": "creating"}
    file = tmp_path / "state/.pulumi/stacks/repair/local.json"
    document = json.loads(file.read_text())  # planted by hand: `stack import` would drop it
    document["checkpoint"]["latest"]["pending_operations"] = [pending]
    file.write_text(json.dumps(document))
    assert "pending_operations" in mine.pulumi("stack", "export", "--stack", "local", what="export")
    mine.repair(lambda _: None)
    assert "pending_operations" not in mine.pulumi("stack", "export", "--stack", "local", what="export")
    assert not (tmp_path / "repaired.json").exists()


def test_a_container_the_state_does_not_know_is_removed_and_its_volume_kept(
    docker_client: docker.DockerClient, image: object, container_name: str
) -> None:
    reference = str(getattr(image, "reference", ""))
    volumes = {f"{container_name}-data": {"bind": "/data", "mode": "rw"}}
    known = docker_client.containers.create(reference, ["true"], name=f"{container_name}-known")
    docker_client.containers.create(reference, ["true"], name=f"{container_name}-lost", volumes=volumes)
    stranger = docker_client.containers.create(reference, ["true"], name=f"{container_name}x-other")
    belongings.remove_strangers(docker_client, container_name, [known.id or ""], lambda _: None)
    names = {
        found.name
        for found in docker_client.containers.list(all=True, filters={"name": container_name}, ignore_removed=True)
    }
    assert names == {known.name, stranger.name}
    assert belongings.volumes(docker_client, container_name) == [f"{container_name}-data"]
    belongings.remove_all(docker_client, container_name, lambda _: None)
    names = {
        found.name
        for found in docker_client.containers.list(all=True, filters={"name": container_name}, ignore_removed=True)
    }
    assert names == {stranger.name}
    assert belongings.volumes(docker_client, container_name) == []


def test_a_container_that_goes_while_we_look_is_no_failure(
    docker_client: docker.DockerClient, image: object, container_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine lists all containers and then tells of each: another run's may be gone by then."""
    reference = str(getattr(image, "reference", ""))
    mine = docker_client.containers.create(reference, ["true"], name=f"{container_name}-mine")
    other = docker_client.containers.create(reference, ["true"], name=f"{container_name}x-other")
    listed = docker_client.api.containers

    def list_then_lose(*args: Any, **kwargs: Any) -> Any:
        found = listed(*args, **kwargs)
        monkeypatch.undo()
        other.remove()
        return found

    monkeypatch.setattr(docker_client.api, "containers", list_then_lose)
    assert [each.name for each in belongings.containers(docker_client, container_name)] == [mine.name]
