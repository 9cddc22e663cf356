"""Read an account with boto3, changing nothing; each question alone, so that one missing right hides nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...errors import Unreachable
from ...hardware import instance_types
from ...hardware.images import parameter
from ...hosts.arguments import STACK_TAG
from ...hosts.ec2.checks import IDENTITY_TAG, is_id
from ...hosts.ec2.disk import STANDING
from ...hosts.ec2.routes import Route
from ...settings import Settings
from ..aws.clients import Clients, asking, code_of
from .checks import needed_roles
from .facts import ABSENT, DELETED, THERE, Facts, Image, Subnet, Volume

# Service Quotas, EC2: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances" and "All Standard (A, C, D, H,
# I, M, R, T, Z) Spot Instance Requests", both counted in vCPUs; every type of our table is of these families
QUOTAS = {"on-demand": "L-1216C47A", "spot": "L-34B43A08"}
_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "CoreNetworkArn",
)
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def read(clients: Clients, wanted: Settings) -> Facts:
    """The facts that a stack's checks need; what AWS does not tell is named in them."""
    found, unread = Facts(), {}

    def ask(name: str, question: Callable[[], Any]) -> Any:
        try:
            with asking(f"for {name}"):
                return question()
        except Unreachable as error:
            unread[name] = str(error)
            return None

    who = ask("who", lambda: clients("sts").get_caller_identity()["Arn"])
    if who is None:
        return Facts(unread=unread)
    ec2, there = clients("ec2"), wanted.ec2
    vpcs = ask("vpcs", lambda: _vpcs(ec2, there.vpc))
    more: dict[str, Any] = {}
    if vpcs is not None and len(vpcs) == 1:
        more["subnets"] = ask("subnets", lambda: _subnets(ec2, there.subnet, vpcs[0]))
        found = Facts(subnets=more["subnets"])
        if there.client_security_group:
            more["groups"] = ask("groups", lambda: _groups(ec2, there.client_security_group or "", vpcs[0]))
        if there.egress == "endpoints":
            more["endpoints"] = ask("endpoints", lambda: _endpoints(ec2, vpcs[0]))
    chosen = found.subnet
    if chosen is not None and vpcs:
        more["routes"] = ask("routes", lambda: _routes(ec2, chosen.id, vpcs[0]))
        more["offered"] = ask("offered", lambda: _offered(ec2, wanted, chosen.zone))
    if there.alarm_topic:
        more["topic"] = ask("topic", lambda: _topic(clients("sns"), there.alarm_topic or ""))
    if there.zone_id:
        more["record_zone"] = ask("record_zone", lambda: _zone(clients("route53"), there.zone_id or ""))
    if there.key_name:
        more["key_pair"] = ask("key_pair", lambda: _key_pair(ec2, there.key_name or ""))
    return Facts(
        who=who,
        vpcs=vpcs,
        image=ask("image", lambda: _image(clients, wanted)),
        quota=ask("quota", lambda: _quota(clients("service-quotas"), there.market)),
        used=ask("used", lambda: _used(ec2, there.market)),
        roles=ask("roles", lambda: {name: _role(clients("iam"), name) for name in needed_roles(wanted)}),
        volumes=ask("volumes", lambda: _volumes(ec2, wanted.name)),
        password=ask("password", lambda: _secret(clients, wanted.server.password_ref or "")),
        unread=unread,
        **more,
    )


def _where(kind: str, prefix: str, asked: str) -> dict[str, Any]:
    return {"Name": kind if is_id(asked, prefix) else "tag:Name", "Values": [asked]}


def _vpcs(ec2: Any, asked: str | None) -> list[str]:
    where = _where("vpc-id", "vpc", asked) if asked else {"Name": "is-default", "Values": ["true"]}
    return sorted(each["VpcId"] for each in ec2.describe_vpcs(Filters=[where])["Vpcs"])


def _subnets(ec2: Any, asked: str | None, vpc: str) -> list[Subnet]:
    where = [{"Name": "vpc-id", "Values": [vpc]}, *([_where("subnet-id", "subnet", asked)] if asked else [])]
    pages = ec2.get_paginator("describe_subnets").paginate(Filters=where)
    return [_subnet(each) for page in pages for each in page["Subnets"]]


def _subnet(said: dict[str, Any]) -> Subnet:
    blocks = [
        each["Ipv6CidrBlock"]
        for each in said.get("Ipv6CidrBlockAssociationSet", ())
        if each.get("Ipv6CidrBlockState", {}).get("State") == "associated"
    ]
    return Subnet(
        said["SubnetId"],
        said["AvailabilityZone"],
        int(said["AvailableIpAddressCount"]),
        bool(said.get("DefaultForAz")),
        blocks[0] if blocks else "",
    )


def _routes(ec2: Any, subnet: str, vpc: str) -> list[Route]:
    """Of the subnet's own table, or of the VPC's main one, which serves subnets that have none."""
    here = {"Name": "vpc-id", "Values": [vpc]}
    for where in (
        {"Name": "association.subnet-id", "Values": [subnet]},
        {"Name": "association.main", "Values": ["true"]},
    ):
        tables = ec2.describe_route_tables(Filters=[here, where])["RouteTables"]
        if tables:
            return [_route(each) for each in tables[0]["Routes"] if each.get("State") != "blackhole"]
    return []


def _route(said: dict[str, Any]) -> Route:
    destination = next((said[key] for key in _DESTINATIONS if said.get(key)), "")
    return Route(destination, next((said[key] for key in _TARGETS if said.get(key)), ""))


def _endpoints(ec2: Any, vpc: str) -> list[str]:
    pages = ec2.get_paginator("describe_vpc_endpoints").paginate(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    found = [each for page in pages for each in page["VpcEndpoints"] if each.get("VpcEndpointType") == "Interface"]
    # com.amazonaws.<region>.<service>, and a service may have a dot in its name
    return sorted(each["ServiceName"].split(".", 3)[3] for each in found)


def _groups(ec2: Any, asked: str, vpc: str) -> list[str]:
    here = {"Name": "vpc-id", "Values": [vpc]}
    for where in (_where("group-id", "sg", asked), {"Name": "group-name", "Values": [asked]}):
        found = ec2.describe_security_groups(Filters=[here, where])["SecurityGroups"]
        if found:
            return sorted(each["GroupId"] for each in found)
    return []


def _offered(ec2: Any, wanted: Settings, zone: str) -> list[str]:
    asked = [wanted.ec2.instance_type, *wanted.ec2.alternative_types]
    where = [{"Name": "instance-type", "Values": asked}, {"Name": "location", "Values": [zone]}]
    said = ec2.describe_instance_type_offerings(LocationType="availability-zone", Filters=where)
    return sorted(each["InstanceType"] for each in said["InstanceTypeOfferings"])


def _image(clients: Clients, wanted: Settings) -> Image | None:
    kind = instance_types.find(wanted.ec2.instance_type)
    name = clients("ssm").get_parameter(Name=parameter(kind.architecture))["Parameter"]["Value"]
    found = clients("ec2").describe_images(ImageIds=[name])["Images"]
    return Image(name, found[0]["Architecture"], found[0]["State"]) if found else Image(name, "unknown", "absent")


def _quota(quotas: Any, market: str) -> float:
    return float(quotas.get_service_quota(ServiceCode="ec2", QuotaCode=QUOTAS[market])["Quota"]["Value"])


def _used(ec2: Any, market: str) -> int:
    where = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    pages = ec2.get_paginator("describe_instances").paginate(Filters=where)
    found = [each for page in pages for one in page["Reservations"] for each in one["Instances"]]
    counted = [each for each in found if (each.get("InstanceLifecycle") == "spot") == (market == "spot")]
    options = [each.get("CpuOptions", {}) for each in counted]
    return sum(each.get("CoreCount", 1) * each.get("ThreadsPerCore", 1) for each in options)


def _role(iam: Any, name: str) -> bool:
    return _there(lambda: iam.get_role(RoleName=name), "NoSuchEntity")


def _volumes(ec2: Any, name: str) -> list[Volume]:
    where = [
        {"Name": f"tag:{IDENTITY_TAG}", "Values": [name]},
        {"Name": "status", "Values": list(STANDING)},
    ]
    pages = ec2.get_paginator("describe_volumes").paginate(Filters=where)
    return [
        Volume(each["VolumeId"], int(each["Size"]), each["State"], each["AvailabilityZone"], _stack(each))
        for page in pages
        for each in page["Volumes"]
    ]


def _stack(volume: Mapping[str, Any]) -> str:
    return next((str(each["Value"]) for each in volume.get("Tags", ()) if each["Key"] == STACK_TAG), "")


def _secret(clients: Clients, reference: str) -> str | None:
    """Whether it is there; its value is never asked for."""
    store, _, name = reference.partition(":")
    if store == "ssm":
        where = [{"Key": "Name", "Option": "Equals", "Values": [name]}]
        return THERE if clients("ssm").describe_parameters(ParameterFilters=where)["Parameters"] else ABSENT
    if store != "secretsmanager":
        return None
    said: dict[str, Any] = {}
    manager = clients("secretsmanager")
    if not _there(lambda: said.update(manager.describe_secret(SecretId=name)), "ResourceNotFoundException"):
        return ABSENT
    return DELETED if said.get("DeletedDate") else THERE


def _topic(sns: Any, arn: str) -> bool:
    return _there(lambda: sns.get_topic_attributes(TopicArn=arn), "NotFound", "NotFoundException")


def _zone(route53: Any, name: str) -> bool:
    return _there(lambda: route53.get_hosted_zone(Id=name), "NoSuchHostedZone")


def _key_pair(ec2: Any, name: str) -> bool:
    return _there(lambda: ec2.describe_key_pairs(KeyNames=[name]), "InvalidKeyPair.NotFound")


def _there(question: Callable[[], Any], *absent: str) -> bool:
    from botocore.exceptions import ClientError

    try:
        question()
    except ClientError as error:
        if code_of(error) in absent:
            return False
        raise
    return True
