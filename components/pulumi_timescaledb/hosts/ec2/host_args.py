"""The arguments that a host has however it is bought."""

from collections.abc import Mapping, Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict


class HostArgs(TypedDict):
    """One machine that runs the boot program."""

    database_name: str
    """Value of the tag ``timescaledb-database``, and part of names at AWS. A plain value."""

    subnet_id: pulumi.Input[str]
    """Subnet, in the data volume's zone."""

    security_group_ids: Sequence[pulumi.Input[str]]
    """Security groups."""

    profile_name: pulumi.Input[str]
    """Instance profile."""

    image_id: pulumi.Input[str]
    """Machine image of the type's architecture."""

    user_data_base64: pulumi.Input[str]
    """The boot program in base64, at most 16384 bytes before it."""

    egress: str
    """Way out of the subnet, as of the network: decides on public and IPv6 addresses. A plain value."""

    pin_image: NotRequired[bool]
    """Ignore a changed ``image_id``: set it where the image is "the newest" of the day. A plain value; default
    False."""

    root_gb: NotRequired[pulumi.Input[int]]
    """Size of the root disk in GiB, at least 8; it holds no data. Default 8."""

    cpu_credits: NotRequired[pulumi.Input[str]]
    """``standard`` or ``unlimited``, for burstable types. Default ``standard``, which can cost nothing more."""

    key_name: NotRequired[pulumi.Input[str]]
    """Key pair for SSH. Default none: Session Manager needs none."""

    tags: NotRequired[Mapping[str, str]]
    """More tags. A plain value; default none."""


PLAIN = ("database_name", "egress", "pin_image", "tags")
