"""Look-ups in the account, while a preview runs; each answers one thing or refuses in one sentence.

The plural look-ups of the provider are used, because the singular ones fail with the provider's own words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ...errors import Refusal
from ...hardware import images
from ...hardware.instance_types import Architecture
from ...program import refusing
from .checks import IDENTITY_TAG, is_id
from .routes import Route
from .rules import LiveRule

Filters = list[dict[str, Any]]
GROUP_TAG = "aws:autoscaling:groupName"
"""Of every instance that an Auto Scaling group has started; AWS sets it."""
_THERE = ("pending", "running", "stopping", "stopped")


class NotOne(Refusal):
    """A look-up found nothing, or several, or could not be made."""


@dataclass(frozen=True)
class Place:
    """Partition, region and account that the provider works in, for ARNs."""

    partition: str
    region: str
    account: str


def looking(parent: pulumi.Resource) -> pulumi.InvokeOutputOptions:
    """Options of a look-up made for a component: its provider is used.

    Raises:
        pulumi.RunError: the provider has an input that is not known yet. The engine answers its look-ups with nothing.
    """
    with refusing():
        if not aws.get_region(opts=pulumi.InvokeOptions(parent=parent)).region:
            raise NotOne(
                "the provider of AWS has an input that another resource of this program has yet to make, so that "
                "nothing can be looked up; give it plain values, or make that resource in a stack of its own"
            )
    return pulumi.InvokeOutputOptions(parent=parent)


def place(opts: pulumi.InvokeOutputOptions) -> pulumi.Output[Place]:
    """Where the provider works."""
    found = pulumi.Output.all(
        aws.get_partition_output(opts=opts), aws.get_region_output(opts=opts), aws.get_caller_identity_output(opts=opts)
    )
    return found.apply(lambda three: Place(three[0].partition, three[1].region, three[2].account_id))


def where(prefix: str, asked: str, vpc: str = "") -> Filters:
    """Filters for an id or a tag Name, within a VPC where one is given."""
    kind = {"vpc": "vpc-id", "subnet": "subnet-id", "sg": "group-id"}[prefix]
    filters: Filters = [{"name": kind if is_id(asked, prefix) else "tag:Name", "values": [asked]}]
    return [*filters, {"name": "vpc-id", "values": [vpc]}] if vpc else filters


def only(found: Sequence[str], argument: str, asked: str, what: str) -> str:
    """The one id that was found; raises ``pulumi.RunError`` otherwise."""
    with refusing():
        if len(found) != 1:
            count = "no" if not found else f"{len(found)} of the"
            noun = what if not found else f"{what}s"
            raise NotOne(f"{argument} is {asked!r} and {count} {noun} fit; write the id of one that this account has")
    return found[0]


def vpc_id(asked: str | None, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[str]:
    """A VPC by id or tag Name; the default VPC where none is named."""
    filters = where("vpc", asked) if asked else [{"name": "is-default", "values": ["true"]}]
    found = aws.ec2.get_vpcs_output(filters=filters, opts=opts)  # type: ignore[arg-type]
    return found.apply(lambda answer: only(answer.ids, "vpc", asked or "the default", "VPC"))


def subnet(asked: str | None, vpc: str, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[Any]:
    """A subnet of a VPC by id or tag Name; without one the VPC's only, or its default of the first zone.

    The order of zones and not of ids decides, so that a subnet added later changes nothing.
    """
    filters = where("subnet", asked, vpc) if asked else [{"name": "vpc-id", "values": [vpc]}]
    found = aws.ec2.get_subnets_output(filters=filters, opts=opts)  # type: ignore[arg-type]

    def details(ids: Sequence[str]) -> pulumi.Output[Any]:
        return pulumi.Output.all(*(aws.ec2.get_subnet_output(id=each, opts=opts) for each in sorted(ids)))

    def chosen(answers: Sequence[Any]) -> Any:
        defaults = [each for each in answers if each.default_for_az]
        if len(answers) > 1 and not asked and defaults:
            return min(defaults, key=lambda each: str(each.availability_zone))
        one = only([each.id for each in answers], "subnet", asked or "not given", "subnet")
        return next(each for each in answers if each.id == one)

    answers: pulumi.Output[Any] = found.apply(lambda answer: details(answer.ids))
    return answers.apply(chosen)


def routes(subnet_id: str, vpc: str, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[list[Route]]:
    """The routes of a subnet: of its own table, or of the VPC's main one, which serves subnets that have none."""

    def tables(filter_name: str, value: str) -> pulumi.Output[list[str]]:
        asked: Any = [{"name": filter_name, "values": [value]}]
        found = aws.ec2.get_route_tables_output(vpc_id=vpc, filters=asked, opts=opts)
        return found.apply(lambda answer: list(answer.ids))

    def table(ids: Sequence[str]) -> pulumi.Output[Any]:
        return aws.ec2.get_route_table_output(route_table_id=only(ids, "subnet", subnet_id, "route table"), opts=opts)

    own = tables("association.subnet-id", subnet_id)
    found: pulumi.Output[list[str]] = own.apply(
        lambda ids: pulumi.Output.from_input(ids) if ids else tables("association.main", "true")
    )
    return found.apply(table).apply(lambda answer: [_route(each) for each in answer.routes])


def security_group(asked: str, vpc: str, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[str]:
    """A security group of a VPC by id, tag Name or, where no tag fits, its own name."""

    def groups(filters: Any) -> pulumi.Output[list[str]]:
        return aws.ec2.get_security_groups_output(filters=filters, opts=opts).apply(lambda answer: list(answer.ids))

    named = [{"name": "group-name", "values": [asked]}, {"name": "vpc-id", "values": [vpc]}]
    tagged = groups(where("sg", asked, vpc))
    found: pulumi.Output[list[str]] = tagged.apply(
        lambda ids: pulumi.Output.from_input(ids) if ids or is_id(asked, "sg") else groups(named)
    )
    return found.apply(lambda ids: only(ids, "client_security_groups", asked, "security group"))


def rules_of(group_id: str, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[list[LiveRule]]:
    """Every rule that lets somebody into a security group."""
    asked: Any = [{"name": "group-id", "values": [group_id]}]
    found = aws.vpc.get_security_group_rules_output(filters=asked, opts=opts)

    def details(answer: Any) -> pulumi.Output[Any]:
        ids = sorted(answer.ids)
        return pulumi.Output.all(
            *(aws.vpc.get_security_group_rule_output(security_group_rule_id=each, opts=opts) for each in ids)
        )

    answers: pulumi.Output[Any] = found.apply(details)
    return answers.apply(lambda every: [_rule(each) for each in every if not each.is_egress])


def _rule(found: Any) -> LiveRule:
    sources = (found.cidr_ipv4, found.cidr_ipv6, found.prefix_list_id, found.referenced_security_group_id)
    return LiveRule(
        id=str(found.security_group_rule_id),
        source=next((str(each) for each in sources if each), "somebody"),
        ports=str(found.ip_protocol) if int(found.from_port) < 0 else f"{int(found.from_port)}-{int(found.to_port)}",
        name=str((found.tags or {}).get("Name", "")),
    )


def running(database_name: str, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[dict[str, str]]:
    """Id and private address of the instance that carries the database's tag; empty texts while none runs."""
    tags = {IDENTITY_TAG: database_name}
    found = aws.ec2.get_instances_output(instance_tags=tags, instance_state_names=["running"], opts=opts)

    def first(answer: Any) -> dict[str, str]:
        ids, addresses = list(answer.ids), list(answer.private_ips)
        # two for a moment, while one host follows another: the address is the one of the same place in the answer
        return {"id": ids[0] if ids else "", "private_ip": addresses[0] if addresses else ""}

    return found.apply(first)


def of_other_market(database_name: str, market: str, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[list[str]]:
    """Running instances of the database that were bought the other way: one in a group, or one in none."""

    def ids(**tags: str) -> pulumi.Output[list[str]]:
        asked = {IDENTITY_TAG: database_name, **tags}
        found = aws.ec2.get_instances_output(instance_tags=asked, instance_state_names=["running"], opts=opts)
        return found.apply(lambda answer: list(answer.ids))

    grouped = ids(**{GROUP_TAG: database_name})
    if market == "on-demand":
        return grouped
    return pulumi.Output.all(ids(), grouped).apply(lambda both: sorted(set(both[0]) - set(both[1])))


def of_other_architecture(
    database_name: str, architecture: Architecture, opts: pulumi.InvokeOutputOptions
) -> pulumi.Output[list[str]]:
    """Instances of the database, stopped ones too, that are not of an architecture.

    A volume does not say for which its data files were written, so that nothing is found once its host has ended.
    """
    tags, filters = {IDENTITY_TAG: database_name}, _another(architecture)
    found = aws.ec2.get_instances_output(
        instance_tags=tags, instance_state_names=list(_THERE), filters=filters, opts=opts
    )
    return found.apply(lambda answer: list(answer.ids))


def image_of_other_architecture(
    image_id: str, architecture: Architecture, opts: pulumi.InvokeOutputOptions
) -> pulumi.Output[list[str]]:
    """The image, if it is not of an architecture; nothing for one that its owner has taken back."""
    filters = [{"name": "image-id", "values": [image_id]}, *_another(architecture)]
    found = aws.ec2.get_ami_ids_output(owners=["amazon", "self"], filters=filters, include_deprecated=True, opts=opts)
    return found.apply(lambda answer: list(answer.ids))


def _another(architecture: Architecture) -> Any:
    others = [name for ours, name in images.ON_EC2.items() if ours != architecture]
    return [{"name": "architecture", "values": others}]


def snapshot_gb(snapshot_id: str, opts: pulumi.InvokeOutputOptions) -> pulumi.Output[int]:
    """Size of the volume that a snapshot was taken of: one of this account, or shared with it."""
    asked: Any = [{"name": "snapshot-id", "values": [snapshot_id]}]
    # without "self" EC2 goes through all that are public
    found = aws.ebs.get_snapshot_ids_output(restorable_by_user_ids=["self"], filters=asked, opts=opts)

    def one(answer: Any) -> pulumi.Output[Any]:
        known = only(answer.ids, "snapshot_id", snapshot_id, "snapshot")
        return aws.ebs.get_snapshot_output(snapshot_ids=[known], opts=opts)

    details: pulumi.Output[Any] = found.apply(one)
    return details.apply(lambda answer: int(answer.volume_size))


def _route(route: Any) -> Route:
    destination = route.cidr_block or route.ipv6_cidr_block or route.destination_prefix_list_id or ""
    targets = (
        route.gateway_id,
        route.nat_gateway_id,
        route.egress_only_gateway_id,
        route.transit_gateway_id,
        route.network_interface_id,
        route.vpc_endpoint_id,
        route.core_network_arn,
    )
    return Route(destination, next((each for each in targets if each), ""))
