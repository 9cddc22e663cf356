"""The official TimescaleDB image: an exact tag, and the index digest of its first pull, compared ever after."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import docker
from docker.errors import APIError, DockerException, ImageNotFound

from tools.local.failure import Stop, sentence

TIMESCALEDB = "2.29.2"
POSTGRES_MAJOR = 17
REPOSITORY = "timescale/timescaledb"
REFERENCE = f"{REPOSITORY}:{TIMESCALEDB}-pg{POSTGRES_MAJOR}"


def answering(host_client: Callable[[int], docker.DockerClient], seconds: int = 6) -> str | None:
    """The index digest the registry gives for our tag now; None when no registry answers in time.

    Args:
        host_client: makes a client of the Docker Engine with a time-out in seconds; the engine asks its registry.
        seconds: how long to wait for the registry.
    """
    client = host_client(seconds)
    try:
        found = client.images.get_registry_data(REFERENCE)
    except (DockerException, OSError):
        return None
    finally:
        client.close()
    return str(found.id)


def present(client: docker.DockerClient, records: Path) -> bool:
    """True when the image with the recorded digest is already in the Docker Engine."""
    digest = recorded(records)
    return digest is not None and _has(client, digest)


def pull(client: docker.DockerClient, digest: str, records: Path, say: Callable[[str], None]) -> None:
    """Pull the image by digest and record the digest at the first time.

    Raises:
        Stop: the tag now names another image than the one recorded, or the pull failed.
    """
    known = recorded(records)
    if known is not None and known != digest:
        raise Stop(
            f"the tag {REFERENCE} now names {digest}, not {known} as recorded in {records}: "
            "find out why it was changed, then delete that file to accept the new image."
        )
    if not _has(client, digest):
        say(f"pulling {REFERENCE}")
        try:
            for event in client.api.pull(REPOSITORY, tag=digest, stream=True, decode=True):
                if "error" in event:
                    raise Stop(f"pulling {REFERENCE} failed: {sentence(str(event['error']))}: run it again.")
        except APIError as error:
            raise Stop(f"pulling {REFERENCE} failed: {sentence(str(error.explanation))}: run it again.") from error
    client.images.get(f"{REPOSITORY}@{digest}").tag(REPOSITORY, tag=REFERENCE.rpartition(":")[2])
    if known is None:
        records.parent.mkdir(parents=True, exist_ok=True)
        draft = records.with_suffix(".new")
        draft.write_text(json.dumps({REFERENCE: digest}, indent=2) + "\n", encoding="utf-8")
        os.replace(draft, records)


def recorded(records: Path) -> str | None:
    """The digest recorded for our tag; None before the first pull."""
    try:
        digest = json.loads(records.read_text(encoding="utf-8")).get(REFERENCE)
    except (OSError, ValueError):
        return None
    return str(digest) if digest else None


def _has(client: docker.DockerClient, digest: str) -> bool:
    try:
        client.images.get(f"{REPOSITORY}@{digest}")
    except ImageNotFound:
        return False
    return True
