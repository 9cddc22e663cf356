"""The real engine and a real Docker engine for these tests; they come from the session fixtures of tests/support."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docker.errors import ImageNotFound

from tests.engine.plugin.stack import Stack
from tools.local import lock, packages, places

BUSYBOX = Path("/bin/busybox")
IMAGE = "tsdb-test-busybox"


@pytest.fixture(scope="session")
def client(docker_client: Any) -> Any:
    """A client of the Docker engine the tests run on."""
    return docker_client


@pytest.fixture(scope="session")
def images(client: Any) -> dict[str, str]:
    """Two tiny images of Debian's busybox-static, made without a registry: name to id."""
    if packages.install_programs({"busybox": "busybox-static"}, lambda _: None):
        pytest.skip("no busybox: install the package busybox-static")
    with lock.waiting(places.cache() / f"{IMAGE}.lock"):  # the other worker of this run imports them too
        return {f"{IMAGE}:{tag}": imported(client, tag) for tag in ("one", "two")}


def imported(client: Any, tag: str) -> str:
    """The id of one of them, imported when nobody has: again would move its tag under the containers of another run."""
    try:
        return str(client.images.get(f"{IMAGE}:{tag}").id)
    except ImageNotFound:
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            tar.add(BUSYBOX, "bin/busybox")
            for name in ("sh", "sleep", "cat", "true", "false", "echo", "nc"):
                link = tarfile.TarInfo(f"bin/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, "/bin/busybox"
                tar.addfile(link)
            mark = tarfile.TarInfo("mark")
            mark.size = len(tag)
            tar.addfile(mark, io.BytesIO(tag.encode()))
        client.api.import_image_from_data(archive.getvalue(), repository=IMAGE, tag=tag)
        return str(client.images.get(f"{IMAGE}:{tag}").id)


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, engine: dict[str, str], client: Any, images: dict[str, str]
) -> Iterator[Stack]:
    """A stack with one container, for tests that leave it as they found it."""
    made = Stack(tmp_path_factory.mktemp("standing"), engine)
    made.declare(made.box())
    made.up()
    yield made
    made.sweep(client)


@pytest.fixture
def stack(tmp_path: Path, engine: dict[str, str], client: Any, images: dict[str, str]) -> Iterator[Stack]:
    """An empty stack of its own; whatever carries its label is removed at the end."""
    made = Stack(tmp_path, engine)
    yield made
    made.sweep(client)
