"""The official image against a registry on loopback: pulled once by digest, and never exchanged in silence."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import docker
import pytest

from tests.support.ports import free_port
from tools.local import docker_engine, image, official
from tools.local.failure import Stop

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"


class Registry:
    """As much of a registry as a pull needs (distribution specification, "pull"); one tag, which can be moved."""

    def __init__(self, architecture: str) -> None:
        self.architecture = architecture
        self.content: dict[str, tuple[str, bytes]] = {}
        self.tagged = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        """Host and port; a Docker Engine speaks plain HTTP with registries on loopback."""
        return f"127.0.0.1:{self.server.server_port}"

    def publish(self, text: str) -> str:
        """Give the tag an image with one file of that text; returns the digest of its index."""
        plain = io.BytesIO()
        with tarfile.open(fileobj=plain, mode="w") as tar:
            entry = tarfile.TarInfo("content")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
        layer = gzip.compress(plain.getvalue(), mtime=0)
        settings = {
            "architecture": self.architecture, "os": "linux", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [_digest(plain.getvalue())]},
        }  # fmt: skip
        config = self._keep("application/vnd.docker.container.image.v1+json", json.dumps(settings).encode())
        blob = self._keep("application/vnd.docker.image.rootfs.diff.tar.gzip", layer)
        manifest = {"schemaVersion": 2, "mediaType": _MANIFEST, "config": config, "layers": [blob]}
        found = self._keep(_MANIFEST, json.dumps(manifest).encode())
        platform = {"architecture": self.architecture, "os": "linux"}
        index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": [{**found, "platform": platform}]}
        self.tagged = str(self._keep(_INDEX, json.dumps(index).encode())["digest"])
        return self.tagged

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def _keep(self, kind: str, content: bytes) -> dict[str, object]:
        self.content[_digest(content)] = (kind, content)
        return {"mediaType": kind, "digest": _digest(content), "size": len(content)}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                wanted = self.path.rpartition("/")[2]
                kind, content = registry.content.get(
                    wanted if wanted.startswith("sha256:") else registry.tagged, ("application/json", b"{}")
                )
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Docker-Content-Digest", _digest(content))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(content)

            do_HEAD = do_GET

            def log_message(self, *words: object) -> None:
                pass

        return Handler


def _digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


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
