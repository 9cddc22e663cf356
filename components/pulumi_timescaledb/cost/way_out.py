"""The ways out of a subnet and what each costs; the preview prints all of them, since the choice is the reader's."""

from __future__ import annotations

from .item import HOURS, Item
from .prices import Prices
from .workload import EGRESS, Workload

# what a host of this library calls, each an interface endpoint; S3's gateway endpoint is free
ENDPOINTS = ("ec2", "ec2messages", "ecr.api", "ecr.dkr", "logs", "monitoring", "ssm", "ssmmessages")


def endpoints(workload: Workload) -> tuple[str, ...]:
    """The interface endpoints that a host needs where nothing else leads out of its subnet."""
    more = [("autoscaling", workload.market == "spot"), ("secretsmanager", workload.store == "secretsmanager")]
    return tuple(sorted((*ENDPOINTS, *(name for name, needed in more if needed))))


def items(workload: Workload, prices: Prices, way: str | None = None) -> list[Item]:
    """The lines of one way out; by default of the one that is chosen."""
    gigabytes = workload.way_out_gb
    chosen = way or workload.egress
    if chosen == "public-ip":
        return [Item("public IPv4 address", HOURS, prices.of("public_ip"), "no inbound rule")]
    if chosen == "ipv6":
        return [Item("egress-only gateway", HOURS, prices.of("egress_only_gateway"), "IPv6 destinations alone")]
    if chosen == "nat":
        own = prices.of("nat_hour").amount * HOURS
        note = f"of an existing gateway; one of its own costs {own:.2f} more"
        return [Item("NAT gateway, data", gigabytes, prices.of("nat_gb"), note)]
    names = endpoints(workload)
    return [
        Item(
            "interface endpoints", HOURS * len(names), prices.of("endpoint_hour"), f"{len(names)}: {', '.join(names)}"
        ),
        Item("interface endpoints, data", gigabytes, prices.of("endpoint_gb")),
    ]


def options(workload: Workload, prices: Prices) -> dict[str, list[Item]]:
    """Every way out with its lines, in one order."""
    return {way: items(workload, prices, way) for way in EGRESS}
