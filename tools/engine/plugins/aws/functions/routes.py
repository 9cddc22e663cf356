"""aws.ec2.getRouteTable and getRouteTables: which way out a subnet has."""

from __future__ import annotations

from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.functions.ec2 import client_of, filters, only_one, renamed
from tools.engine.plugins.aws.session import Aws

_ROUTE = {
    "DestinationCidrBlock": "cidrBlock",
    "DestinationIpv6CidrBlock": "ipv6CidrBlock",
    "DestinationPrefixListId": "destinationPrefixListId",
    "CarrierGatewayId": "carrierGatewayId",
    "CoreNetworkArn": "coreNetworkArn",
    "EgressOnlyInternetGatewayId": "egressOnlyGatewayId",
    "InstanceId": "instanceId",
    "LocalGatewayId": "localGatewayId",
    "NatGatewayId": "natGatewayId",
    "NetworkInterfaceId": "networkInterfaceId",
    "TransitGatewayId": "transitGatewayId",
    "VpcPeeringConnectionId": "vpcPeeringConnectionId",
}


def table(aws: Aws, arguments: Props) -> Props:
    """One table, by id, by its subnet (an explicit association only, as AWS has it), or by filters."""
    more = {
        "vpc-id": arguments.get("vpcId"),
        "route-table-id": arguments.get("routeTableId"),
        "association.gateway-id": arguments.get("gatewayId"),
        "association.subnet-id": arguments.get("subnetId"),
    }
    found = client_of(aws, arguments).describe_route_tables(Filters=filters(arguments, more))["RouteTables"]
    live = only_one("ec2.getRouteTable", found)
    identifier = live["RouteTableId"]
    return {
        **arguments,
        "id": identifier,
        "routeTableId": identifier,
        "vpcId": live["VpcId"],
        "ownerId": live.get("OwnerId"),
        "arn": aws.arn("ec2", f"route-table/{identifier}"),
        "associations": [_association(each) for each in live.get("Associations", [])],
        "routes": [_route(each) for each in live.get("Routes", []) if each.get("GatewayId") != "local"],
        "tags": tags.plain(live.get("Tags") or []),
    }


def tables(aws: Aws, arguments: Props) -> Props:
    """The ids of all that fit."""
    asked = filters(arguments, {"vpc-id": arguments.get("vpcId")})
    found = client_of(aws, arguments).describe_route_tables(Filters=asked)["RouteTables"]
    return {**arguments, "id": aws.region, "ids": sorted(each["RouteTableId"] for each in found)}


def _association(live: dict[str, Any]) -> Props:
    shown = {"gatewayId": "", "subnetId": "", **renamed(live, ("SubnetId", "RouteTableId", "GatewayId", "Main"))}
    return {**shown, "main": bool(live.get("Main")), "routeTableAssociationId": live["RouteTableAssociationId"]}


def _route(live: dict[str, Any]) -> Props:
    gateway = live.get("GatewayId", "")
    endpoint = gateway.startswith("vpce-")
    found = {name: live.get(wire, "") for wire, name in _ROUTE.items()}
    return {**found, "gatewayId": "" if endpoint else gateway, "vpcEndpointId": gateway if endpoint else ""}


FUNCTIONS = {
    "aws:ec2/getRouteTable:getRouteTable": table,
    "aws:ec2/getRouteTables:getRouteTables": tables,
}
