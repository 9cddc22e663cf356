"""What an instance is like, whether it is bought on demand or as spot; pure."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from ...hardware.instance_types import InstanceType
from ...server import BadValue, OutOfRange
from .. import arguments as check
from . import checks, routes

USER_DATA_BYTES = 16_384
"""Bytes of user data that EC2 takes, before base64 (EC2 guide, "Run commands when you launch an instance")."""
LEAST_ROOT_GB = 8  # the snapshot of the Amazon Linux 2023 image
CREDITS = ("standard", "unlimited")
SPOT_STRATEGY = "price-capacity-optimized"

METADATA: Any = {
    "http_endpoint": "enabled",
    "http_tokens": "required",  # IMDSv2 alone
    # a superuser may run programs in the container (COPY ... FROM PROGRAM): from there the answer must not arrive
    "http_put_response_hop_limit": 1,
}
"""Options of the metadata service; the same keys for instances and launch templates."""

CHECKS: checks.Checks = {
    "database_name": checks.database_name,
    "image_id": lambda value: checks.resource_id(value, "image_id", "ami"),
    "subnet_id": lambda value: checks.resource_id(value, "subnet_id", "subnet"),
    "user_data_base64": lambda value: user_data(value),  # noqa: PLW0108 - defined below
    "egress": lambda value: check.one_of(value, "egress", routes.EGRESS),
    "root_gb": lambda value: check.whole(value, "root_gb", LEAST_ROOT_GB, 1024),
    "cpu_credits": lambda value: check.one_of(value, "cpu_credits", CREDITS),
    "key_name": lambda value: check.text(value, "key_name", "the name of a key pair of the region"),
    "pin_image": lambda value: check.flag(value, "pin_image"),
    "tags": checks.tags,
}


def user_data(value: Any) -> str:
    """User data in base64, of a size that EC2 takes.

    Raises:
        BadValue: when it is no base64.
        OutOfRange: when it is too large; its content is never repeated.
    """
    try:
        size = len(base64.b64decode(value, validate=True)) if isinstance(value, (str, bytes)) else -1
    except (binascii.Error, ValueError):
        size = -1
    if size < 0:
        raise BadValue("user_data_base64", "is not base64", "encode it; cloud-init unpacks gzip by itself")
    if size > USER_DATA_BYTES:
        remedy = "compress it, or let the host fetch a part"
        raise OutOfRange("user_data_base64", f"has {size} bytes where EC2 takes {USER_DATA_BYTES}", remedy)
    return str(value)


def instance_tags(database_name: str, more: Mapping[str, str]) -> dict[str, str]:
    """Tags of an instance: with them its role's conditions and every look-up work."""
    return {**more, checks.IDENTITY_TAG: database_name, "Name": database_name}


def root_tags(database_name: str, more: Mapping[str, str]) -> dict[str, str]:
    """Tags of the root disk: never the identity, by which the boot program finds the data volume."""
    return {**more, "Name": f"{database_name}-root"}


def interface(egress: str) -> dict[str, Any]:
    """What the way out means for the first network interface.

    A public address is given for public-ip alone, and refused otherwise even where the subnet would give one.
    """
    return {
        "associate_public_ip_address": egress == "public-ip",
        "ipv6_address_count": 1 if egress == "ipv6" else None,
    }


def credit(burstable: bool, wanted: str | None) -> dict[str, str] | None:
    """CPU credits of a burstable type, ``standard`` unless wanted otherwise; None for a type that has none.

    Standard costs nothing more: t4g begins as unlimited, and its surplus is charged at 0.04 dollars a vCPU-hour,
    up to nine times the price of a t4g.micro.
    """
    return {"cpu_credits": wanted or CREDITS[0]} if burstable else None


def refuse_other_architecture(kind: InstanceType, others: Sequence[str]) -> None:
    """Refuse to start PostgreSQL on data files that a host of another architecture has written.

    Args:
        kind: the first type that is declared.
        others: what the database runs on now and is of another architecture: instances, or a machine image.

    Raises:
        BadValue: since no image makes up for it.
    """
    if not others:
        return
    problem = f"names {kind.name}, which is {kind.architecture}, but {others[0]} of this database is not"
    move = "or make a database of another database_name and move the data there by dump and restore"
    remedy = f"keep to types of its architecture, for which the data files are written, {move}"
    raise BadValue("instance_types", problem, remedy)
