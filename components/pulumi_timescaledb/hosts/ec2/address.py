"""The address that clients know: a network interface that outlives its hosts, a DNS name, or both."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired, TypedDict

from ...program import refusing
from ...server import BadValue
from .. import arguments as check
from ..inputs import known
from . import checks

TTL_SECONDS = 15
"""Life of the record in resolvers, which is how long clients keep asking the host before last."""
NOBODY = "192.0.2.1"
"""What the record says until a host has set it: an address of RFC 5737, which is nobody's."""


class AddressArgs(TypedDict):
    """At least one of ``interface`` and ``domain_name``."""

    database_name: str
    """Value of the tag ``timescaledb-database``. A plain value."""

    interface: NotRequired[bool]
    """Keep a network interface that each host attaches as its second. A plain value; default False."""

    subnet_id: NotRequired[pulumi.Input[str]]
    """Subnet of the interface; needed with it."""

    security_group_ids: NotRequired[Sequence[pulumi.Input[str]]]
    """Security groups of the interface; needed with it."""

    domain_name: NotRequired[str]
    """DNS name that the host points at itself. A plain value; default none."""

    zone_id: NotRequired[pulumi.Input[str]]
    """Route 53 zone of the name; needed with it."""

    tags: NotRequired[Mapping[str, str]]
    """More tags. A plain value; default none."""


PLAIN = ("database_name", "interface", "domain_name", "tags")
CHECKS: checks.Checks = {
    "database_name": checks.database_name,
    "interface": lambda value: check.flag(value, "interface"),
    "subnet_id": lambda value: checks.resource_id(value, "subnet_id", "subnet"),
    "domain_name": checks.domain_name,
    "zone_id": lambda value: check.text(value, "zone_id", "the id of a hosted zone such as Z0123456789ABC"),
    "tags": checks.tags,
}
_WITH = {"interface": ("subnet_id", "security_group_ids"), "domain_name": ("zone_id",)}


class Address(pulumi.ComponentResource):
    """What stays the same while hosts come and go."""

    host: pulumi.Output[str]
    """The DNS name where there is one, else the interface's address."""
    interface_id: pulumi.Output[str] | None
    """The interface, for the boot program."""
    interface_arn: pulumi.Output[str] | None
    """The interface, for the role."""
    private_ip: pulumi.Output[str] | None
    """The interface's address."""

    def __init__(self, name: str, args: AddressArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare interface and record.

        Args:
            name: of the component.
            args: see :class:`AddressArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Address", name, {}, opts)
        with refusing():
            checks.refuse(AddressArgs, known(args), args, CHECKS, PLAIN)
            _refuse_together(args)
        self.interface = self._interface(name, args) if args.get("interface") else None
        self.interface_id = self.interface.id if self.interface else None
        self.interface_arn = self.interface.arn if self.interface else None
        self.private_ip = self.interface.private_ip if self.interface else None
        self.record = self._record(name, args) if args.get("domain_name") else None
        stable: pulumi.Input[str] | None = args.get("domain_name") or self.private_ip
        self.host = pulumi.Output.from_input(stable or "")
        self.register_outputs({"host": self.host})

    def _interface(self, name: str, args: AddressArgs) -> aws.ec2.NetworkInterface:
        return aws.ec2.NetworkInterface(
            f"{name}-interface",
            subnet_id=args["subnet_id"],
            security_groups=args["security_group_ids"],
            description=f"address of {args['database_name']}, held by its host",
            tags={
                **(args.get("tags") or {}),
                checks.IDENTITY_TAG: args["database_name"],
                "Name": args["database_name"],
            },
            # who holds it is the hosts' own business
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["attachments"]),
        )

    def _record(self, name: str, args: AddressArgs) -> aws.route53.Record:
        return aws.route53.Record(
            f"{name}-record",
            zone_id=args["zone_id"],
            name=args.get("domain_name"),
            type="A",
            ttl=TTL_SECONDS,
            records=[self.private_ip if self.private_ip is not None else NOBODY],
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["records"]),
        )


def _refuse_together(named: Mapping[str, object]) -> None:
    if not named.get("interface") and not named.get("domain_name"):
        raise BadValue("interface", "is False and there is no domain_name", "ask for one of the two, or for both")
    for one, needed in _WITH.items():
        for other in needed:
            if named.get(one) and named.get(other) is None:
                raise BadValue(other, f"is missing beside {one}", "declare both, or neither")
