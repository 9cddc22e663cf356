"""Whether a subnet has the way out that was chosen, from its route table; pure.

The boot program fetches packages and the image and calls the AWS API: without a way out it waits for ever, which
nobody sees in a preview.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import Refusal

EGRESS = {
    "nat": "nat (a route 0.0.0.0/0 to an existing NAT gateway, NAT instance or transit gateway)",
    "public-ip": "public-ip (a route 0.0.0.0/0 to an internet gateway; the host gets an address and no inbound rule)",
    "ipv6": "ipv6 (an IPv6 block and a route ::/0 to an egress-only or internet gateway)",
    "endpoints": "endpoints (a route to the S3 gateway endpoint, and interface endpoints in the VPC)",
}
"""The ways out, each as a sentence says what it takes."""

# VPC guide, "Route table concepts": what a default route may lead to, besides an internet gateway
_THROUGH = ("nat-", "tgw-", "eni-", "vgw-", "vpce-", "arn:")


class NoWayOut(Refusal):
    """The subnet's routes do not offer the chosen way out.

    Attributes:
        subnet: its id.
        there_are: the ways out that its routes do offer.
    """

    def __init__(self, egress: str, subnet: str, there_are: Sequence[str]) -> None:
        """Say what the subnet offers, and name every option."""
        self.subnet = subnet
        self.there_are = tuple(there_are)
        offers = f"only {' and '.join(there_are)}" if there_are else "no way out at all"
        super().__init__(
            f"egress is {egress} but the routes of {subnet} offer {offers}; "
            f"set egress, or name another subnet, so that one of these fits: {', '.join(EGRESS.values())}"
        )


@dataclass(frozen=True)
class Route:
    """One route: where to (an IPv4 or IPv6 block, or a prefix list) and through what (an id of EC2)."""

    destination: str
    target: str


def ways_out(routes: Sequence[Route], ipv6_block: str) -> list[str]:
    """The ways out that a route table offers.

    Args:
        routes: of the subnet's table.
        ipv6_block: the subnet's own, empty for none: without one there is no IPv6 address to leave with.
    """
    through = {route.destination: route.target for route in routes}
    default, default6 = through.get("0.0.0.0/0", ""), through.get("::/0", "")
    s3 = any(route.destination.startswith("pl-") and route.target.startswith("vpce-") for route in routes)
    offers = {
        "nat": default.startswith(_THROUGH),
        "public-ip": default.startswith("igw-"),
        "ipv6": bool(ipv6_block) and default6.startswith(("eigw-", "igw-")),
        "endpoints": s3,
    }
    return [way for way in EGRESS if offers[way]]


def refuse(egress: str, subnet: str, routes: Sequence[Route], ipv6_block: str) -> None:
    """Refuse a subnet without the chosen way out.

    Raises:
        NoWayOut: naming each option.
    """
    there_are = ways_out(routes, ipv6_block)
    if egress not in there_are:
        raise NoWayOut(egress, subnet, there_are)
