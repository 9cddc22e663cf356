"""What an account has, as plain values, for :mod:`.checks`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...hosts.ec2.routes import Route

ABSENT, THERE, DELETED = "absent", "there", "deleted"
"""Of a password's place; one that is deleted cannot be made again until it is gone."""


@dataclass(frozen=True)
class Subnet:
    """A subnet. ipv6_block: empty for none. free: addresses that nobody has. default: of its zone."""

    id: str
    zone: str
    free: int
    default: bool = False
    ipv6_block: str = ""


@dataclass(frozen=True)
class Image:
    """A machine image. architecture, state: as EC2 says."""

    id: str
    architecture: str
    state: str


@dataclass(frozen=True)
class Listed:
    """What a registry of ECR says of the container's image; nothing else of it is fetched than its manifest.

    Attributes:
        absent: what is not there, in words; empty where the image is.
        platforms: of an index, such as ``linux/arm64``; None for a single manifest, which names none.
        whole: whether each image of the index names its own.
        unread: AWS's words, where it does not tell.
    """

    absent: str = ""
    platforms: frozenset[str] | None = None
    whole: bool = True
    unread: str = ""


@dataclass(frozen=True)
class Volume:
    """A volume that has the database's tag. state: as EC2 says. stack: whose it is by its tag; empty for nobody's."""

    id: str
    size_gb: int
    state: str
    zone: str
    stack: str = ""


@dataclass(frozen=True)
class Facts:
    """What was read. An attribute that could not be is None, and ``unread`` has the reason under its name.

    Attributes:
        who: the caller's ARN.
        vpcs: those that fit the settings.
        subnets: those that fit, of the one VPC.
        routes: of the one subnet.
        endpoints: services that have an interface endpoint in the VPC, such as ``ssm``.
        groups: security groups that fit the settings.
        offered: which of the stack's types the zone has.
        image: the newest machine image of the architecture.
        quota, used: vCPUs that the account may have of the market, and has running of both.
        roles: service-linked roles, and whether each is there.
        volumes: those that have the database's tag, but for what is being deleted.
        password: one of the words above.
        topic, record_zone, key_pair: whether what the settings name is there.
        unread: attribute to AWS's words.
    """

    who: str | None = None
    vpcs: Sequence[str] | None = None
    subnets: Sequence[Subnet] | None = None
    routes: Sequence[Route] | None = None
    endpoints: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    offered: Sequence[str] | None = None
    image: Image | None = None
    quota: float | None = None
    used: int | None = None
    roles: Mapping[str, bool] | None = None
    volumes: Sequence[Volume] | None = None
    password: str | None = None
    topic: bool | None = None
    record_zone: bool | None = None
    key_pair: bool | None = None
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def subnet(self) -> Subnet | None:
        """The one that a host would get: the VPC's only one, or its default of the first zone."""
        if not self.subnets:
            return None
        defaults = [each for each in self.subnets if each.default]
        if len(self.subnets) > 1:
            return min(defaults, key=lambda each: each.zone) if defaults else None
        return self.subnets[0]
