"""Image references: read exactly, and refused when they would name another image tomorrow.

A moving tag swaps the extension's library under a catalog of another version, without a change in the preview.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .refusals import BadValue, MovingTag, VersionMismatch

_REFERENCE = re.compile(
    r"(?P<repository>(?:[a-zA-Z0-9.-]+(?::\d+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?"
    r"(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)
_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr(?P<sign>[.-])ecr\.(?P<region>[a-z0-9-]+)"
    r"\.(?:amazonaws\.com|on\.aws|on\.amazonwebservices\.com)(?:\.cn)?"
)
_IMAGE_ID = re.compile(r"sha256:[0-9a-f]{64}")
OFFICIAL, OFFICIAL_FAMILY = "timescale/timescaledb:2.29.2-pg17", "timescaledb"
"""The image where none is declared, and its family: the newest pair that this library was read against."""

_MOVING_WORDS = {"latest", "nightly", "edge", "stable", "main", "master", "dev", "head", "rolling"}
_EXAMPLE = {
    "distribution": "the tag your image was built with",
    "timescaledb": '"timescale/timescaledb:2.29.2-pg17"',
    "timescaledb-ha": '"timescale/timescaledb-ha:pg17.10-ts2.29.2"',
}


@dataclass(frozen=True)
class Ecr:
    """A registry of Amazon ECR. dual_stack: named as IPv6 needs it, which no endpoint of a VPC serves."""

    account: str
    region: str
    dual_stack: bool


@dataclass(frozen=True)
class Reference:
    """An image reference in parts.

    Attributes:
        text: as declared.
        repository: registry and name; empty for an image id.
        tag: None where only a digest or id is given.
        digest: ``sha256:...`` of an index or manifest, or the image id.
    """

    text: str
    repository: str
    tag: str | None
    digest: str | None

    @property
    def ecr(self) -> Ecr | None:
        """The private registry of AWS that holds it, which takes a login; None for another."""
        found = _ECR.fullmatch(self.repository.partition("/")[0])
        return Ecr(found["account"], found["region"], found["sign"] == "-") if found else None


def parse_reference(value: object, family: str, argument: str = "image") -> Reference:
    """Read an image reference that stays the same image.

    Args:
        value: ``name:tag``, ``name:tag@sha256:...``, ``name@sha256:...`` or an image id ``sha256:...``.
        family: the image family, which decides what an exact tag looks like.
        argument: the name to refuse with.

    Raises:
        BadValue: when it is no image reference.
        MovingTag: without a tag (which means ``latest``), with ``latest``, or with a tag that leaves a patch version
            open such as ``pg17``, ``2.29-pg17`` or ``pg17-ts2.29``.
    """
    if isinstance(value, str) and _IMAGE_ID.fullmatch(value):
        return Reference(value, "", None, value)
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadValue(argument, "is not an image reference", f"write name and exact tag, as {example(family)}")
    reference = Reference(match.group(0), match["repository"], match["tag"], match["digest"])
    if reference.digest is None and _moves(reference.tag, family):
        shown = f'has the tag "{reference.tag}"' if reference.tag else "has no tag, which means latest,"
        problem = f"{shown} whose image changes over time"
        raise MovingTag(argument, problem, f"name one exact version, as {example(family)}")
    return reference


def postgres_major_of(reference: Reference, family: str) -> int | None:
    """The PostgreSQL major version that the vendor's tag names, or None where a tag does not say."""
    if family == "distribution" or reference.tag is None:
        return None
    match = re.search(r"(?:^|-)pg(\d+)", reference.tag)
    return int(match.group(1)) if match else None


def require_postgres(reference: Reference, family: str, postgres: int, argument: str = "image") -> None:
    """Refuse an image of another major version: its server would not open the data directory.

    Raises:
        VersionMismatch: when the tag names another major version than ``postgres``.
    """
    found = postgres_major_of(reference, family)
    if found is not None and found != postgres:
        problem = f"holds PostgreSQL {found} but postgres_version is {postgres}"
        raise VersionMismatch(argument, problem, f"declare postgres_version {found} or take an image of {postgres}")


def edition_of(reference: Reference, family: str) -> str:
    """The edition a tag promises, "apache" or "community"; the running server is asked before anything relies on it."""
    if family == "distribution":
        return "apache"
    return "apache" if "oss" in (reference.tag or "").split("-") else "community"


def _moves(tag: str | None, family: str) -> bool:
    if tag is None or _MOVING_WORDS & set(re.split(r"[-_.]", tag.lower())):
        return True
    if family == "timescaledb-ha":
        return not re.match(r"pg\d+\.\d+-ts\d+\.\d+\.\d+", tag)
    if family == "timescaledb":
        return not re.search(r"(?:^|[-_.v])\d+\.\d+\.\d+", tag)
    return re.fullmatch(r"(?:pg)?\d+(?:\.\d+)?", tag) is not None


def example(family: str) -> str:
    """An exact reference of a family, for a sentence."""
    return _EXAMPLE.get(family, '"name:1.2.3"')
