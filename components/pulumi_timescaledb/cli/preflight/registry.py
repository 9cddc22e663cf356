"""Ask a registry of ECR what the container's image is of: one manifest, no layer, nothing changed.

Where the repository is the cache of another registry, ECR may fetch what is asked for into it (ECR User Guide, "Using
pull through cache rules"), as it would for the host.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...errors import ArgumentRefused, Unreachable
from ...server.image import Ecr, Reference
from ...settings import Settings
from ..aws.clients import Clients, asking, code_of
from .checks import declared
from .facts import Listed

INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
"""Media types of the OCI image specification, and of Docker before it. The API reference of BatchGetImage lists none of
the indexes, and AWS's own resolver for containerd (awslabs/amazon-ecr-containerd-resolver) asks it for them."""
_UNKNOWN = "unknown"  # the platform of what buildx tells of a build (its provenance), which nothing runs


def read(clients: Clients, wanted: Settings) -> Listed | None:
    """What ECR says of the image; None for one of another registry, and for one that is refused as it is declared."""
    try:
        image = declared(wanted)
    except ArgumentRefused:
        return None
    ecr = image.ecr
    if ecr is None:
        return None
    there = clients if ecr.region == clients.region else Clients(ecr.region)
    try:
        with asking("for the container's image"):
            return _ask(there("ecr"), image, ecr)
    except Unreachable as error:
        return Listed(unread=str(error))


def _ask(client: Any, image: Reference, ecr: Ecr) -> Listed:
    from botocore.exceptions import ClientError

    name = image.repository.partition("/")[2]
    # an engine that is given both pulls by the digest
    which = {"imageDigest": image.digest} if image.digest else {"imageTag": image.tag}
    try:
        said = client.batch_get_image(
            registryId=ecr.account, repositoryName=name, imageIds=[which], acceptedMediaTypes=[*INDEXES, *MANIFESTS]
        )
    except ClientError as error:
        if code_of(error) != "RepositoryNotFoundException":
            raise
        return Listed(absent=f"the registry of {ecr.account} in {ecr.region} has no repository {name}")
    if said["images"]:
        return listed(json.loads(said["images"][0]["imageManifest"]))
    failures = {each["failureCode"]: each.get("failureReason", "") for each in said["failures"]}
    if set(failures) == {"ImageNotFound"}:
        return Listed(absent=f"the repository {name} has no image {image.digest or image.tag}")
    return Listed(unread="; ".join(f"{code}: {reason}" for code, reason in failures.items()))


def listed(manifest: Mapping[str, Any]) -> Listed:
    """What a manifest says: an index names a platform for each of its images, as far as who pushed it did."""
    if "manifests" not in manifest:
        return Listed()
    said = [each.get("platform") or {} for each in manifest["manifests"]]
    named = [each for each in said if each.get("architecture") and each["architecture"] != _UNKNOWN]
    silent = [each for each in said if not each.get("architecture")]
    platforms = frozenset(f"{each.get('os', _UNKNOWN)}/{each['architecture']}" for each in named)
    return Listed(platforms=platforms, whole=not silent)
