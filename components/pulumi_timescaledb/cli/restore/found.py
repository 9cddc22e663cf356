"""What a restore finds in the account, as plain values; and the tags that it works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...hosts.ec2.checks import IDENTITY_TAG

BEFORE_TAG = f"{IDENTITY_TAG}-before"
"""Of a volume that was the database's before a restore; its value is the database's name."""
PENDING_TAG = f"{IDENTITY_TAG}-restoring"
"""Of the new volume while a restore is under way, by which a second run finds it; its value is the database's name."""
REPLACES_TAG = f"{IDENTITY_TAG}-replaces"
"""Of the new volume while a restore is under way; its value is the id of the old one."""
GONE = frozenset({"terminated", "shutting-down"})


@dataclass(frozen=True)
class Volume:
    """A volume. state: as EC2 says. tags: its own. holder: the instance that has it, empty for none."""

    id: str
    zone: str
    state: str
    size_gb: int
    tags: dict[str, str] = field(default_factory=dict)
    snapshot: str = ""
    holder: str = ""
    iops: int = 0
    throughput: int = 0
    key: str = ""


@dataclass(frozen=True)
class Instance:
    """A host that carries the database's tag. group: its Auto Scaling group, empty for one that was bought on demand.
    state: as EC2 says."""

    id: str
    state: str
    zone: str
    group: str = ""


@dataclass(frozen=True)
class Group:
    """The Auto Scaling group of a spot host. desired: how many hosts it is to have. instances: ids of those it has."""

    name: str
    desired: int
    zones: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()


@dataclass(frozen=True)
class Snapshot:
    """What is restored. progress: what EC2 or AWS Backup says of it; ``completed`` is the only usable one.
    recovery_point: its ARN in a vault, empty for a snapshot that was named itself."""

    id: str
    size_gb: int
    progress: str
    began: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    volume: str = ""
    recovery_point: str = ""


@dataclass(frozen=True)
class Found:
    """Everything that a plan is made of.

    Attributes:
        name: value of the database's tag.
        volumes: those that carry the database's tag, or one of a restore's.
        instances: hosts with the database's tag that are not gone.
        group: of a spot host, None where there is none.
        snapshot: what is restored.
    """

    name: str
    volumes: Sequence[Volume]
    instances: Sequence[Instance]
    group: Group | None
    snapshot: Snapshot

    def tagged(self, key: str) -> list[Volume]:
        """The volumes whose tag of this key has the database's name."""
        return [each for each in self.volumes if each.tags.get(key) == self.name]
