"""Look-ups in EC2: images, networks, security groups, instances and their types.

Each answers what exactly one object says and refuses none and several, as the official provider does; the plural ones
answer ids.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import PluginError
from tools.engine.plugins.aws.session import Aws


def image(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getAmi."""
    asked: dict[str, Any] = {"Filters": filters(arguments)}
    if arguments.get("owners"):
        asked["Owners"] = arguments["owners"]
    found = client_of(aws, arguments).describe_images(**asked)["Images"]
    pattern = arguments.get("nameRegex")
    found = [each for each in found if not pattern or re.search(pattern, each.get("Name", ""))]
    if not found:
        raise PluginError("ec2.getAmi: no image fits: change the filters")
    if len(found) > 1 and not arguments.get("mostRecent"):
        raise PluginError(f"ec2.getAmi: {len(found)} images fit: narrow the filters, or set mostRecent")
    live = max(found, key=lambda each: str(each.get("CreationDate", "")))
    names: tuple[str, ...] = (
        "Architecture",
        "CreationDate",
        "Description",
        "Hypervisor",
        "ImageType",
        "Name",
        "OwnerId",
        "Public",
    )
    names += ("RootDeviceName", "RootDeviceType", "State", "VirtualizationType", "ImageLocation", "PlatformDetails")
    return {
        **arguments,
        **renamed(live, names),
        "id": live["ImageId"],
        "imageId": live["ImageId"],
        "arn": f"arn:aws:ec2:{aws.region}::image/{live['ImageId']}",
        "tags": tags.plain(live.get("Tags") or []),
    }


def network(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getVpc."""
    more = {"cidr": arguments.get("cidrBlock"), "isDefault": _flag(arguments.get("default"))}
    more |= {"dhcp-options-id": arguments.get("dhcpOptionsId"), "state": arguments.get("state")}
    asked: dict[str, Any] = {"Filters": filters(arguments, more)}
    if arguments.get("id"):
        asked["VpcIds"] = [arguments["id"]]
    client = client_of(aws, arguments)
    live = only_one("ec2.getVpc", client.describe_vpcs(**asked)["Vpcs"])
    identifier = live["VpcId"]
    tables = client.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [identifier]}, {"Name": "association.main", "Values": ["true"]}]
    )["RouteTables"]
    return {
        **arguments,
        **renamed(live, ("CidrBlock", "DhcpOptionsId", "InstanceTenancy", "OwnerId", "State")),
        "id": identifier,
        "default": live.get("IsDefault", False),
        "arn": aws.arn("ec2", f"vpc/{identifier}"),
        "mainRouteTableId": tables[0]["RouteTableId"] if tables else None,
        "enableDnsSupport": _dns(client, identifier, "enableDnsSupport"),
        "enableDnsHostnames": _dns(client, identifier, "enableDnsHostnames"),
        "cidrBlockAssociations": [
            {"associationId": each["AssociationId"], "cidrBlock": each["CidrBlock"], "state": "associated"}
            for each in live.get("CidrBlockAssociationSet", [])
        ],
        "ipv6CidrBlock": next((each["Ipv6CidrBlock"] for each in live.get("Ipv6CidrBlockAssociationSet", [])), ""),
        "tags": tags.plain(live.get("Tags") or []),
    }


def subnet(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getSubnet."""
    more = {"vpc-id": arguments.get("vpcId"), "availability-zone": arguments.get("availabilityZone")}
    more |= {"availability-zone-id": arguments.get("availabilityZoneId"), "cidr-block": arguments.get("cidrBlock")}
    more |= {"default-for-az": _flag(arguments.get("defaultForAz")), "state": arguments.get("state")}
    asked: dict[str, Any] = {"Filters": filters(arguments, more)}
    if arguments.get("id"):
        asked["SubnetIds"] = [arguments["id"]]
    live = only_one("ec2.getSubnet", client_of(aws, arguments).describe_subnets(**asked)["Subnets"])
    names: tuple[str, ...] = (
        "AssignIpv6AddressOnCreation",
        "AvailabilityZone",
        "AvailabilityZoneId",
        "CidrBlock",
        "DefaultForAz",
    )
    names += ("MapPublicIpOnLaunch", "OwnerId", "State", "VpcId")
    return {
        **arguments,
        **renamed(live, names),
        "id": live["SubnetId"],
        "arn": live.get("SubnetArn"),
        "availableIpAddressCount": live.get("AvailableIpAddressCount"),
        "ipv6CidrBlock": next((each["Ipv6CidrBlock"] for each in live.get("Ipv6CidrBlockAssociationSet", [])), ""),
        "tags": tags.plain(live.get("Tags") or []),
    }


def subnets(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getSubnets."""
    found = client_of(aws, arguments).describe_subnets(Filters=filters(arguments))["Subnets"]
    return {**arguments, "id": aws.region, "ids": sorted(each["SubnetId"] for each in found)}


def security_group(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getSecurityGroup."""
    more = {"group-name": arguments.get("name"), "vpc-id": arguments.get("vpcId")}
    asked: dict[str, Any] = {"Filters": filters(arguments, more)}
    if arguments.get("id"):
        asked["GroupIds"] = [arguments["id"]]
    found = client_of(aws, arguments).describe_security_groups(**asked)["SecurityGroups"]
    live = only_one("ec2.getSecurityGroup", found)
    return {
        **arguments,
        "id": live["GroupId"],
        "name": live["GroupName"],
        "description": live.get("Description"),
        "vpcId": live.get("VpcId"),
        "arn": aws.arn("ec2", f"security-group/{live['GroupId']}"),
        "tags": tags.plain(live.get("Tags") or []),
    }


def client_of(aws: Aws, arguments: Props) -> Any:
    """EC2 in the region that is asked for."""
    return aws.client("ec2", arguments.get("region", ""))


def only_one(what: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    """The single object that was found.

    Raises:
        PluginError: none or several.
    """
    if len(found) != 1:
        count = "none" if not found else str(len(found))
        raise PluginError(f"{what}: {count} of them fit where exactly one must: change the filters")
    return found[0]


def filters(arguments: Props, more: Mapping[str, Any] | None = None, tags_of: str = "tags") -> list[dict[str, Any]]:
    """Filters of a call: those declared, one for each tag, and `more` where not None."""
    found = [{"Name": each["name"], "Values": each["values"]} for each in arguments.get("filters", [])]
    found += [{"Name": f"tag:{key}", "Values": [value]} for key, value in (arguments.get(tags_of) or {}).items()]
    return found + [{"Name": name, "Values": [value]} for name, value in (more or {}).items() if value is not None]


def _flag(value: Any) -> str | None:
    return None if value is None else str(value).lower()


def renamed(live: dict[str, Any], names: tuple[str, ...]) -> Props:
    """The values of these fields, beginning with a small letter as Pulumi has them."""
    return {name[0].lower() + name[1:]: live[name] for name in names if live.get(name) is not None}


def _dns(client: Any, identifier: str, attribute: str) -> bool:
    answer = client.describe_vpc_attribute(VpcId=identifier, Attribute=attribute)
    return bool(answer[attribute[0].upper() + attribute[1:]]["Value"])


FUNCTIONS = {
    "aws:ec2/getAmi:getAmi": image,
    "aws:ec2/getVpc:getVpc": network,
    "aws:ec2/getSubnet:getSubnet": subnet,
    "aws:ec2/getSubnets:getSubnets": subnets,
    "aws:ec2/getSecurityGroup:getSecurityGroup": security_group,
}
