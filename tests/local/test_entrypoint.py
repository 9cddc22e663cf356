"""The image's entry point on a real Docker Engine: what it makes, what it refuses, and what a kill leaves behind."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import docker
import psycopg
import pytest
from docker.models.containers import Container

from tests.support.ports import free_port
from tools.local.image import Image

PASSWORD = "o'dd \"pass$word\\ "
PGDATA = "/var/lib/postgresql/17/docker"
Start = Callable[..., Container]


@pytest.fixture(autouse=True)
def _only_our_image(image: Image) -> None:
    if image.family != "distribution":
        pytest.skip("the official image has an entry point of its own")


@pytest.fixture
def start(docker_client: docker.DockerClient, image: Image, container_name: str, tmp_path: Path, request: Any) -> Start:
    """Start a container on the test's own volume: `start(suffix, command, password=...)`."""
    secret = tmp_path / "password"

    def run(suffix: str = "", command: list[str] | None = None, password: str = PASSWORD, **more: Any) -> Container:
        secret.write_text(password, encoding="utf-8")
        secret.chmod(0o600)
        return docker_client.containers.run(
            image.reference, command, name=f"{container_name}{suffix}", detach=True,
            environment={"POSTGRES_DB": "lighthouse", "POSTGRES_PASSWORD_FILE": "/run/pw", **more.pop("env", {})},
            volumes={str(secret): {"bind": "/run/pw", "mode": "ro"},
                     container_name: {"bind": "/var/lib/postgresql", "mode": "rw"}},
            **more,
        )  # fmt: skip

    return run


def _shell(start: Start, script: str) -> str:
    """Run a script on the volume in a container that has ended when this returns."""
    container = start("-shell", ["sh", "-ec", script])
    code = container.wait(timeout=60)["StatusCode"]
    text = str(container.logs().decode())
    container.remove()
    assert code == 0, text
    return text


def _connect(port: int, password: str = PASSWORD, seconds: float = 60) -> psycopg.Connection[Any]:
    deadline = time.monotonic() + seconds
    while True:
        try:
            return psycopg.connect(
                host="127.0.0.1", port=port, user="postgres", password=password, dbname="lighthouse", autocommit=True
            )
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _refused(start: Start) -> str:
    """Start, expect the end with a failure, and return its one line."""
    container = start()
    assert container.wait(timeout=60)["StatusCode"] == 1
    lines = container.logs().decode().strip().splitlines()
    assert len(lines) == 1
    container.remove()
    return str(lines[0])


def test_a_first_start_makes_the_database_with_the_password_of_the_file(start: Start) -> None:
    port = free_port()
    container = start(ports={"5432/tcp": ("127.0.0.1", port)}, env={"POSTGRES_INITDB_ARGS": "--data-checksums"})
    with _connect(port) as session:
        asked = "SELECT current_setting('data_checksums'), current_setting('password_encryption')"
        assert session.execute(asked).fetchone() == ("on", "scram-sha-256")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=port, user="postgres", password="other", dbname="lighthouse")
    container.reload()
    seen = f"{container.attrs}{container.top()}{container.logs().decode()}"
    assert PASSWORD not in seen
    assert "/run/pw" in seen
    left = str(container.exec_run(["sh", "-c", "ls -A /dev/shm /var/lib/postgresql"]).output)
    assert ".pw." not in left
    assert ".making." not in left


def test_tcp_answers_only_once_the_cluster_is_whole(start: Start) -> None:
    container = start()
    probe = f"pg_isready -q -h 127.0.0.1; tcp=$?; test -s {PGDATA}/PG_VERSION; echo $tcp $?"
    seen: set[tuple[str, ...]] = set()
    deadline = time.monotonic() + 60
    while ("0", "0") not in seen:
        assert time.monotonic() < deadline, seen
        done = container.exec_run(["sh", "-c", probe])
        if done.exit_code == 0:
            seen.add(tuple(cast("bytes", done.output).decode().split()))
    assert ("0", "1") not in seen
    assert len(seen) > 1


def test_a_kill_during_initdb_leaves_nothing_or_everything(start: Start) -> None:
    seed = random.randrange(10**6)  # noqa: S311 - a place in time, not a secret
    print(f"seed {seed}")
    draw = random.Random(seed)  # noqa: S311
    for _ in range(4):
        container = start()
        time.sleep(draw.uniform(0.05, 1.5))
        container.kill()
        container.remove()
        whole = _shell(
            start, f"test -e {PGDATA} && cat {PGDATA}/PG_VERSION {PGDATA}/global/pg_control | wc -c || echo -"
        )
        assert whole.strip() == "-" or int(whole) > 8192
    port = free_port()
    start(ports={"5432/tcp": ("127.0.0.1", port)})
    _connect(port).close()
    assert "making" not in _shell(start, "ls -A /var/lib/postgresql")


def test_data_survives_a_kill_of_the_server(start: Start) -> None:
    port = free_port()
    container = start(ports={"5432/tcp": ("127.0.0.1", port)})
    with _connect(port) as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    container.kill()
    container.start()
    with _connect(port) as session:
        assert session.execute("SELECT answer FROM kept").fetchone() == (42,)


@pytest.mark.parametrize("place", ["16/docker", "data", "."])
def test_a_cluster_of_another_major_release_is_refused_and_kept(start: Start, place: str) -> None:
    _shell(start, f"mkdir -p /var/lib/postgresql/{place}; cd /var/lib/postgresql/{place}; echo 16 >PG_VERSION")
    line = _refused(start)
    assert "16" in line
    assert "17" in line
    assert _shell(start, f"cat /var/lib/postgresql/{place}/PG_VERSION").strip() == "16"


def test_a_cluster_of_another_owner_is_refused_and_kept(start: Start) -> None:
    _shell(start, f"mkdir -p {PGDATA}; echo 17 >{PGDATA}/PG_VERSION; chown -R 70:70 {PGDATA}")
    line = _refused(start)
    assert "70" in line
    assert "999" in line
    assert _shell(start, f"stat -c %u {PGDATA}").strip() == "70"


def test_files_that_are_no_cluster_are_refused_and_kept(start: Start) -> None:
    _shell(start, f"mkdir -p {PGDATA}; echo mine >{PGDATA}/notes")
    assert PGDATA in _refused(start)
    assert _shell(start, f"cat {PGDATA}/notes").strip() == "mine"


def test_an_empty_password_is_refused_before_anything_is_made(start: Start, docker_client: docker.DockerClient) -> None:
    container = start(password="\n")
    assert container.wait(timeout=60)["StatusCode"] == 1
    assert "/run/pw" in container.logs().decode()
    container.remove()
    assert _shell(start, f"test -e {PGDATA} && echo made || echo nothing").strip() == "nothing"


def test_containers_of_one_network_reach_the_server_by_name(
    start: Start, docker_client: docker.DockerClient, container_name: str
) -> None:
    docker_client.networks.create(container_name)
    server = start(network=container_name)
    client = start("-client", ["sh", "-c", f"until pg_isready -q -h {server.name}; do sleep 0.2; done"],
                   network=container_name)  # fmt: skip
    assert client.wait(timeout=60)["StatusCode"] == 0
