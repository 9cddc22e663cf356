"""What a container is like: its image stays the same, it is confined, limited, and stopped in peace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from timescaledb_policy.resource import UNKNOWN, Resource, items
from timescaledb_policy.rule import Config, Finding, Level, Option, ResourceRule, Severity

CONTAINER, IMAGE = "docker:index/container:Container", "docker:index/remoteImage:RemoteImage"
OURS = "timescaledb:docker:Database"
_DATABASE = re.compile(r"postgres|timescale|pgbouncer", re.IGNORECASE)
_DIGEST = re.compile(r"(^|@)sha256:[0-9a-f]{64}$")
# a version with at least two numbers, or a commit: what a publisher does not move by custom
_EXACT = re.compile(r"\d+\.\d+|(?<![0-9a-z])(?=[0-9a-f]*\d)[0-9a-f]{7,64}(?![0-9a-z])")


def pinned(image: str) -> bool:
    """Whether a reference names the same image tomorrow: a digest, an id, or a tag with a whole version."""
    if _DIGEST.search(image):
        return True
    _, colon, tag = image.rpartition("/")[2].partition(":")
    return bool(colon) and bool(_EXACT.search(tag))


def _pinned(resource: Resource, config: Config) -> Iterator[Finding]:
    image = resource.of("name" if resource.type == IMAGE else "image")
    if isinstance(image, str) and not pinned(image):
        yield Finding(f'runs "{image}", another image tomorrow', "name a whole version or a digest (@sha256:...)")
    elif isinstance(image, str) and config["digest"] and not _DIGEST.search(image):
        yield Finding(f'runs "{image}" by its tag', "name its digest (@sha256:...)")


def _confined(resource: Resource, config: Config) -> Iterator[Finding]:
    if resource.of("privileged") is True:
        yield Finding("is privileged, so root in it is root of the machine", "leave privileged out")
    for name in ("networkMode", "pidMode", "ipcMode"):
        if resource.of(name) == "host":
            yield Finding(f"shares the machine's own ({name})", "leave it out")
    for each in items(resource.of("volumes")):
        if str(each.get("hostPath")).endswith("docker.sock"):
            yield Finding("holds the Docker engine's socket", "take the mount away")


def _limited(resource: Resource, config: Config) -> Iterator[Finding]:
    if not resource.of("memory"):
        yield Finding("has no memory limit", "set memory: PostgreSQL is tuned from it, and the machine stays usable")


def _database(resource: Resource) -> bool:
    image = resource.of("image")
    return resource.within(OURS) or (isinstance(image, str) and bool(_DATABASE.search(image)))


def _stopped(resource: Resource, config: Config) -> Iterator[Finding]:
    seconds, least = resource.of("stopTimeout"), config["seconds"]
    if _database(resource) and seconds is not UNKNOWN and (seconds or 10) < least:  # 10: Docker's default
        yield Finding(
            f"is killed {seconds or 10:g} s after it is told to stop",
            f"set stop_timeout to {least:g} or more for a checkpoint",
        )


RULES = (
    ResourceRule(
        "pinned-container-image",
        "An image is named by its whole version or digest: a moving tag changes the server under its catalog.",
        (CONTAINER, IMAGE),
        _pinned,
        options={
            "digest": Option(False, {"type": "boolean"}, "Whether a version is not enough and a digest is wanted.")
        },
    ),
    ResourceRule(
        "confined-container",
        "A container gets neither the machine's privileges nor its namespaces nor its Docker socket.",
        (CONTAINER,),
        _confined,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "container-memory-limit",
        "A container has a memory limit.",
        (CONTAINER,),
        _limited,
        level=Level.ADVISORY,
        severity=Severity.MEDIUM,
    ),
    ResourceRule(
        "clean-container-stop",
        "A database has time to write its checkpoint when it is stopped; Docker's 10 seconds end in crash recovery.",
        (CONTAINER,),
        _stopped,
        severity=Severity.MEDIUM,
        options={"seconds": Option(60, {"type": "integer", "minimum": 1}, "The least seconds between stop and kill.")},
    ),
)
