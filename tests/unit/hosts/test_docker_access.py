"""Working on a container by its name, over a stand-in for the Docker SDK.

Not proved here: that Docker behaves like the stand-in; the engine tests run the same methods on a real container.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, DockerException, NotFound
from pulumi_timescaledb.errors import Failed, Unreachable
from pulumi_timescaledb.hosts.contract import Completed, HostAccess
from pulumi_timescaledb.hosts.docker import DockerAccess
from pulumi_timescaledb.hosts.docker.access import ContainerMissing


class Container:
    """A container that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.archive = b""
        self.writable = True

    def exec_run(self, command: list[str], **more: Any) -> Any:
        self.asked.append((command, more))
        return SimpleNamespace(exit_code=3, output=(b"out", None))

    def put_archive(self, folder: str, data: bytes) -> bool:
        self.asked.append(folder)
        self.archive = data
        return self.writable

    def get_archive(self, path: str) -> Any:
        if not self.archive:
            raise NotFound("no such file", explanation="no such file")
        return iter([self.archive[:100], self.archive[100:]]), {}

    def stop(self, timeout: int) -> None:
        self.asked.append(("stop", timeout))

    def start(self) -> None:
        raise APIError("no", explanation="port is taken")


def access(container: Any) -> DockerAccess:
    """Access to a container, or to an engine that fails with the given error."""

    def get(name: str) -> Any:
        if isinstance(container, Exception):
            raise container
        return container

    return DockerAccess("lighthouse", SimpleNamespace(containers=SimpleNamespace(get=get)))


def test_a_failing_command_is_a_result() -> None:
    """Exit code and both streams come back; the user and the environment go along."""
    container = Container()
    completed = access(container).exec(["psql", "-l"], user="postgres", environment={"A": "b"})
    assert completed == Completed(3, b"out", b"")
    assert container.asked == [(["psql", "-l"], {"user": "postgres", "environment": {"A": "b"}, "demux": True})]


def test_a_file_goes_in_and_out(tmp_path: Path) -> None:
    """The bytes survive, and nobody else can read the copies."""
    container = Container()
    (tmp_path / "in").write_bytes(b"\0bytes" * 100)
    access(container).copy_in(tmp_path / "in", "/tmp/there/file")
    assert container.asked == ["/tmp/there"]
    with tarfile.open(fileobj=io.BytesIO(container.archive)) as tar:
        assert [(entry.name, entry.mode) for entry in tar.getmembers()] == [("file", 0o600)]
    access(container).copy_out("/tmp/there/file", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"\0bytes" * 100
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """Copying one out is refused, and nothing is written."""
    container, archive = Container(), io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        entry = tarfile.TarInfo("folder")
        entry.type = tarfile.DIRTYPE
        tar.addfile(entry)
    container.archive = archive.getvalue()
    with pytest.raises(Failed):
        access(container).copy_out("/folder", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_stopping_waits_for_the_checkpoint() -> None:
    """Two minutes unless told otherwise."""
    container = Container()
    access(container).stop()
    access(container).stop(timeout=5)
    assert container.asked == [("stop", 120), ("stop", 5)]


def test_docker_access_keeps_the_contract() -> None:
    """What the command line works with on every host."""
    host: HostAccess = access(Container())
    assert host is not None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotFound("no", explanation="no such container"), ContainerMissing),
        (DockerException("no engine"), Unreachable),
        (ConnectionRefusedError(), Unreachable),
    ],
)
def test_an_absent_container_is_not_an_absent_engine(error: Exception, kind: type[Exception]) -> None:
    """One is a refusal with a remedy, the other says nothing about the database."""
    with pytest.raises(kind):
        access(error).stop()


def test_what_docker_refuses_is_one_sentence(tmp_path: Path) -> None:
    """A refused start, an unwritable folder and a missing file each have their class."""
    container = Container()
    with pytest.raises(Failed):
        access(container).start()
    with pytest.raises(ContainerMissing):
        access(container).copy_out("/absent", tmp_path / "out")
    container.writable = False
    (tmp_path / "in").write_bytes(b"x")
    with pytest.raises(Failed):
        access(container).copy_in(tmp_path / "in", "/absent/file")
