"""The official image against a registry on loopback: pulled once by digest, and never exchanged in silence."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.support.ports import free_port
from tests.support.registry import Registry
from tools.local import docker_engine, image, official
from tools.local.failure import Stop


@pytest.fixture
def registry(docker_client: docker.DockerClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Registry]:
    """A registry that holds our tag, with records of digests of this test's own."""
    found = Registry(str(docker_client.version()["Arch"]))
    repository = f"{found.address}/test-{uuid.uuid4().hex[:8]}"
    monkeypatch.setattr(official, "REPOSITORY", repository)
    monkeypatch.setattr(official, "REFERENCE", f"{repository}:2.29.2-pg17")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv(image.SOURCE, "official")
    yield found
    found.close()
    for each in docker_client.api.images():  # images.list() asks for each by itself, and one may go in between
        if any(repository in name for name in [*(each["RepoTags"] or []), *(each["RepoDigests"] or [])]):
            docker_client.images.remove(str(each["Id"]), force=True)


def _choose(docker_host: str) -> image.Image:
    return image.choose(docker_engine.Engine(docker_host, "tests"), lambda _: None)


def test_the_first_pull_records_the_digest_of_the_index(docker_host: str, registry: Registry, tmp_path: Path) -> None:
    digest = registry.publish("first")
    chosen = _choose(docker_host)
    assert (chosen.family, chosen.edition, chosen.postgres_version) == ("timescaledb", "community", 17)
    assert official.recorded(tmp_path / "pulumi_timescaledb" / "image-digests.json") == digest


def test_a_pulled_image_is_used_without_asking_again(docker_host: str, registry: Registry) -> None:
    registry.publish("first")
    first = _choose(docker_host)
    registry.publish("second")
    assert _choose(docker_host).id == first.id


def test_a_moved_tag_is_refused_where_the_image_is_gone(
    docker_host: str, docker_client: docker.DockerClient, registry: Registry
) -> None:
    before = registry.publish("first")
    chosen = _choose(docker_host)
    docker_client.images.remove(chosen.id, force=True)
    after = registry.publish("second")
    with pytest.raises(Stop) as stop:
        _choose(docker_host)
    assert before in str(stop.value)
    assert after in str(stop.value)


def test_without_an_answer_in_time_there_is_no_digest(docker_host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(official, "REFERENCE", f"127.0.0.1:{free_port()}/timescale/timescaledb:2.29.2-pg17")
    assert official.answering(docker_engine.Engine(docker_host, "tests").client) is None
