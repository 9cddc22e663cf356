"""The network a host is put into: an existing VPC and subnet, found and checked while the preview runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from typing_extensions import NotRequired, TypedDict

from ...program import refusing
from .. import arguments as check
from ..inputs import has_output, known
from . import checks, look_up, routes, rules


class NetworkArgs(TypedDict):
    """Which VPC and subnet, and how the host gets out of it."""

    egress: str
    """The way out of the subnet: ``nat``, ``public-ip``, ``ipv6`` or ``endpoints``. A plain value, and a decision:
    they differ in price and in who can be reached."""

    vpc: NotRequired[pulumi.Input[str]]
    """VPC by id or tag Name. Default the account's default VPC."""

    subnet: NotRequired[pulumi.Input[str]]
    """Subnet by id or tag Name. Default the VPC's only one, or its default subnet of the first zone."""

    client_security_groups: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Security groups of the VPC to look up, each by id, tag Name or group name, under a name of your choice. Default
    none."""


CHECKS: checks.Checks = {
    "egress": lambda value: check.one_of(value, "egress", routes.EGRESS),
    "vpc": lambda value: checks.looked_up(value, "vpc", "vpc"),
    "subnet": lambda value: checks.looked_up(value, "subnet", "subnet"),
}


class Network(pulumi.ComponentResource):
    """An existing subnet with a checked way out. It creates nothing."""

    vpc_id: pulumi.Output[str]
    """The VPC."""
    subnet_id: pulumi.Output[str]
    """The subnet; unknown until its routes have been checked."""
    availability_zone: pulumi.Output[str]
    """The subnet's zone, where the data volume must be."""
    egress: str
    """The way out, as given."""
    client_security_groups: dict[str, pulumi.Output[str]]
    """Ids of the groups, ready to be ``clients`` of a security group."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Look everything up.

        Args:
            name: of the component.
            args: see :class:`NetworkArgs`.
            opts: of the component; its provider is asked.

        Raises:
            pulumi.RunError: one sentence, for a wrong argument, what was not found, or a subnet with no way out.
        """
        super().__init__("timescaledb:ec2:Network", name, {}, opts)
        with refusing():
            checks.refuse(NetworkArgs, known(args), args, CHECKS, plain=("egress",))
            groups = args.get("client_security_groups") or {}
            rules.keys(groups, "client_security_groups")
            for asked in groups.values():
                if not has_output(asked):
                    checks.looked_up(asked, "client_security_groups", "sg")
        looking = look_up.looking(self)
        egress = self.egress = args["egress"]
        self.vpc_id = pulumi.Output.from_input(args.get("vpc")).apply(lambda asked: look_up.vpc_id(asked, looking))
        subnet: pulumi.Output[Any] = pulumi.Output.all(args.get("subnet"), self.vpc_id).apply(
            lambda both: look_up.subnet(both[0], both[1], looking)
        )
        table: pulumi.Output[Any] = pulumi.Output.all(subnet, self.vpc_id).apply(
            lambda both: look_up.routes(both[0].id, both[1], looking)
        )
        checked = pulumi.Output.all(subnet, table).apply(lambda both: _checked(egress, *both))
        self.subnet_id = checked.apply(lambda found: str(found.id))
        self.availability_zone = checked.apply(lambda found: str(found.availability_zone))
        self.client_security_groups = {
            key: pulumi.Output.all(asked, self.vpc_id).apply(
                lambda both: look_up.security_group(both[0], both[1], looking)
            )
            for key, asked in groups.items()
        }
        self.register_outputs(
            {"vpc_id": self.vpc_id, "subnet_id": self.subnet_id, "availability_zone": self.availability_zone}
        )


def _checked(egress: str, subnet: Any, table: Sequence[routes.Route]) -> Any:
    with refusing():
        routes.refuse(egress, subnet.id, table, subnet.ipv6_cidr_block or "")
    return subnet
