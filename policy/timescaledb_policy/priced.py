"""What a stack's resources cost a month at list price, from the library's dated price table.

Covered: instances and groups of them, root disks and volumes with IOPS and throughput, snapshots of what a backup plan
selects, public IPv4 addresses, NAT gateways, interface endpoints, hosted zones, secrets, alarms and dashboards. Not
covered: what is used rather than declared (traffic, logs, custom metrics, calls, objects in buckets), and every other
resource type; the stack's own output `estimated_monthly_cost` counts those where it has one. What a preview does not
know yet counts as the least that it may be; of an instance whose type is not known, the disk and address alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from pulumi_timescaledb.cost import prices as price_table
from pulumi_timescaledb.cost.item import HOURS, Item, cents
from pulumi_timescaledb.cost.model import SPOT_HIGH, SPOT_LOW
from pulumi_timescaledb.cost.prices import Prices
from pulumi_timescaledb.cost.workload import Workload, snapshots_gb
from pulumi_timescaledb.hardware import gp3

from timescaledb_policy.resource import UNKNOWN, Resource, entries, inside, items, true
from timescaledb_policy.selection import SELECTION, selects

PLAN = "aws:backup/plan:Plan"
VOLUME, GROUP = "aws:ebs/volume:Volume", "aws:autoscaling/group:Group"
INSTANCE, TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
BY_THE_PIECE = {
    "aws:secretsmanager/secret:Secret": "secret",
    "aws:cloudwatch/metricAlarm:MetricAlarm": "alarm",
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": "composite_alarm",
    "aws:cloudwatch/dashboard:Dashboard": "dashboard",
    "aws:route53/zone:Zone": "zone",
}
BY_THE_HOUR = {"aws:ec2/natGateway:NatGateway": "nat_hour", "aws:ec2/eip:Eip": "public_ip"}
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_SPECIFIED = ("mixedInstancesPolicy", "launchTemplate", "launchTemplateSpecification")
_NAMES = (  # where a host names its launch template
    *(("launchTemplate", key) for key in ("id", "name")),
    *((*_SPECIFIED, key) for key in ("launchTemplateId", "launchTemplateName")),
)
ROOT_GB = 8  # of the Amazon Linux 2023 image, where a program says nothing


def total(stack: Sequence[Resource], region: str) -> Decimal:
    """Dollars a month at list price, the upper end where there is a range (spot).

    Args:
        stack: all its resources.
        region: of resources whose provider does not say.

    Raises:
        CannotPrice: for a region or an instance type without a price.
    """
    return cents(sum((each.listed.high for each in lines(stack, region)), Decimal(0)))


def lines(stack: Sequence[Resource], region: str) -> Iterator[Item]:
    """The lines of the estimate. Raises CannotPrice."""
    for each in stack:
        if each.type.startswith("aws:"):
            said = (each.of("region"), each.provider.get("region"))
            prices = price_table.of_region(next((one for one in said if isinstance(one, str)), region))
            yield from _lines(each, stack, prices)


def _lines(each: Resource, stack: Sequence[Resource], prices: Prices) -> Iterator[Item]:
    if each.type == INSTANCE:
        kind = each.of("instanceType")
        kind = next(_of_templates(each, stack), None) if kind is None else kind
        if isinstance(kind, str):
            yield Item(each.name, HOURS, prices.instance(kind))
        yield _root(each.of("rootBlockDevice"), each.name, prices)
        yield from _address([each.of("associatePublicIpAddress")], each.name, prices)
    elif each.type == GROUP:
        yield from _group(each, stack, prices)
    elif each.type == TEMPLATE:
        first = next(iter(entries(each.of("blockDeviceMappings"))), None)
        yield _root(inside(first, "ebs"), each.name, prices)
        yield from _address(
            [one.get("associatePublicIpAddress") for one in items(each.of("networkInterfaces"))], each.name, prices
        )
    elif each.type == VOLUME:
        yield from _volume(each, stack, prices)
    elif each.type in BY_THE_PIECE:
        yield Item(each.name, Decimal(1), prices.of(BY_THE_PIECE[each.type]))
    elif each.type in BY_THE_HOUR:
        yield Item(each.name, HOURS, prices.of(BY_THE_HOUR[each.type]))
    elif each.type == ENDPOINT and each.of("vpcEndpointType") == "Interface":
        yield Item(each.name, HOURS * max(1, len(entries(each.of("subnetIds")))), prices.of("endpoint_hour"))


def _group(each: Resource, stack: Sequence[Resource], prices: Prices) -> Iterator[Item]:
    mixed = each.of("mixedInstancesPolicy")
    types = [inside(one, "instanceType") for one in entries(inside(mixed, "launchTemplate", "overrides"))]
    types = types or list(_of_templates(each, stack))
    named = [one for one in types if isinstance(one, str)]
    if not named:
        return
    dearest = max((prices.instance(one) for one in named), key=lambda price: price.amount)
    asked = (each.of("desiredCapacity"), each.of("minSize"))
    # while the wanted number is not known, no fewer than the least
    said = next((one for one in asked if one and one is not UNKNOWN), 0 if UNKNOWN in asked else 1)
    hosts = Decimal(str(said))
    if _spot(mixed):
        yield Item(each.name, HOURS * hosts, dearest, "spot", dearest.amount * SPOT_LOW, dearest.amount * SPOT_HIGH)
    else:
        yield Item(each.name, HOURS * hosts, dearest)


def _of_templates(host: Resource, stack: Sequence[Resource]) -> Iterator[Any]:
    """The types that a host's launch templates say: those of the stack that it needs, or names."""
    named = [name for path in _NAMES if isinstance(name := host.of(*path), str)]
    for each in stack:
        if each.type == TEMPLATE and (each.urn in host.needs or each.of("id") in named or each.of("name") in named):
            yield each.of("instanceType")


def _spot(mixed: Any) -> bool:
    """Whether all hosts of a group are, or may turn out to be, spot ones."""
    how = inside(mixed, "instancesDistribution")
    # 0 and 100 are what EC2 takes where nothing is said
    base, above = inside(how, "onDemandBaseCapacity"), inside(how, "onDemandPercentageAboveBaseCapacity")
    return base in (None, 0, UNKNOWN) and above in (0, UNKNOWN)


def _root(disk: Any, name: str, prices: Prices) -> Item:
    return Item(f"{name}, root disk", _number(inside(disk, "volumeSize"), ROOT_GB), prices.of("volume"))


def _address(asked: Sequence[Any], name: str, prices: Prices) -> Iterator[Item]:
    if any(each is not UNKNOWN and true(each) for each in asked):
        yield Item(f"{name}, public address", HOURS, prices.of("public_ip"))


def _volume(each: Resource, stack: Sequence[Resource], prices: Prices) -> Iterator[Item]:
    size = _number(each.of("size"), 0)
    yield Item(each.name, size, prices.of("volume"))
    more = _number(each.of("iops"), gp3.BASE_IOPS) - gp3.BASE_IOPS
    yield Item(f"{each.name}, IOPS", max(more, Decimal(0)), prices.of("volume_iops"))
    more = _number(each.of("throughput"), gp3.BASE_THROUGHPUT) - gp3.BASE_THROUGHPUT
    yield Item(f"{each.name}, throughput", max(more, Decimal(0)), prices.of("volume_throughput"))
    if any(selects(selection, each, unknown=False) for selection in stack if selection.type == SELECTION):
        # what is in use and what changes in a day, as the library's own estimate has them
        days, longest = _days(stack)
        kept = snapshots_gb(size * Workload.used_share, size * Workload.change_share, days, longest)
        yield Item(f"{each.name}, snapshots of {longest} days", kept, prices.of("snapshot"))


def _days(stack: Sequence[Resource]) -> tuple[int, int]:
    """Days of the shortest rule, which is the daily one, and of the longest."""
    rules = [rule for each in stack if each.type == PLAN for rule in entries(each.of("rules"))]
    days = [inside(rule, "lifecycle", "deleteAfter") for rule in rules]
    known = sorted(int(_number(each, 0)) for each in days if each)
    return (known[0], known[-1]) if known else (0, 0)


def _number(value: Any, otherwise: int) -> Decimal:
    """A number; otherwise: where nothing is said. One that is not known counts as nothing."""
    if value is UNKNOWN:
        return Decimal(0)
    return Decimal(str(value)) if isinstance(value, (int, float)) else Decimal(otherwise)
