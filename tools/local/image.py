"""Choose the database image: the official one where a registry answers, else one of distribution packages."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import docker
from docker.errors import ImageNotFound
from docker.models.images import Image as DockerImage

from tools.image import build, recipe
from tools.local import lock, official, places
from tools.local.docker_engine import Engine

SOURCE = "TSDB_IMAGE"
"""Environment variable that forces a source: `official` or `distribution`."""


@dataclass(frozen=True)
class Image:
    """A database image that is present in the Docker Engine.

    Attributes:
        reference: what a container is made from.
        id: the image's own digest in this engine.
        family: `timescaledb` (official) or `distribution` (ours).
        edition: `community` or `apache`.
        postgres_version: PostgreSQL's major version.
        timescaledb_version: the extension's version.
    """

    reference: str
    id: str
    family: str
    edition: str
    postgres_version: int
    timescaledb_version: str


def choose(engine: Engine, say: Callable[[str], None], family: str | None = None) -> Image:
    """Find, pull or build the image.

    Args:
        engine: the Docker Engine that holds it.
        say: called with each stage in words.
        family: stay with this family, because a volume made with it exists; None chooses freely.

    Raises:
        Stop: it cannot be had here.
    """
    forced = {"official": "timescaledb", "distribution": "distribution"}.get(os.environ.get(SOURCE, ""))
    family = family or forced
    client = engine.client()
    try:
        if family in (None, "timescaledb") and (found := _official(engine, client, say, family is not None)):
            return found
        return _distribution(client, say)
    finally:
        client.close()


def _official(engine: Engine, client: docker.DockerClient, say: Callable[[str], None], wanted: bool) -> Image | None:
    records = places.cache() / "image-digests.json"
    if not official.present(client, records):
        if not wanted and _built(client) is not None:
            return None  # a machine that once had no registry keeps its image: editions must not change by chance
        digest = official.answering(engine.client)
        if digest is None:
            say(f"no image registry answers for {official.REFERENCE}: using distribution packages (Apache edition)")
            return None
        official.pull(client, digest, records, say)
    found = client.images.get(official.REFERENCE)
    return Image(
        official.REFERENCE, str(found.id), "timescaledb", "community", official.POSTGRES_MAJOR, official.TIMESCALEDB
    )


def _distribution(client: docker.DockerClient, say: Callable[[str], None]) -> Image:
    found = _built(client)
    if found is None:
        with lock.waiting(places.cache() / "image.lock"):
            found = _built(client)
            if found is None:
                reference = build.build(client, places.cache() / "image", say)
                found = client.images.get(reference)
    version = found.labels[recipe.VERSION_LABEL]
    return Image(recipe.reference(version), str(found.id), "distribution", "apache", recipe.POSTGRES_MAJOR, version)


def _built(client: docker.DockerClient) -> DockerImage | None:
    """The image of today's recipe, when it was built before; its tag tells that the import was complete."""
    for image in client.images.list(filters={"label": f"{recipe.RECIPE_LABEL}={recipe.digest()}"}):
        try:
            return client.images.get(recipe.reference(image.labels[recipe.VERSION_LABEL]))
        except ImageNotFound:
            continue
    return None
