"""An account as Lighthouse finds it: AWS gives a default VPC its way out, and a team has a private network for prod.

moto's own default VPC has no internet gateway, so that no subnet in it would have a way out.
"""

from __future__ import annotations

from typing import Any

import boto3

PROD = "lighthouse-prod"


def furnish(endpoint: str, region: str = "us-east-1") -> None:
    """Make the networks at a stand-in that has none of them yet."""
    anybody = {"aws_access_key_id": "stand-in", "aws_secret_access_key": "stand-in"}
    ec2 = boto3.client("ec2", region_name=region, endpoint_url=endpoint, **anybody)
    (default,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    way_out(ec2, default["VpcId"])
    if not ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": [PROD]}])["Vpcs"]:
        _private(ec2, region)


def way_out(ec2: Any, vpc: str) -> None:
    """An internet gateway, and the main route table's way to it."""
    if ec2.describe_internet_gateways(Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}])["InternetGateways"]:
        return
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    main = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    (table,) = ec2.describe_route_tables(Filters=main)["RouteTables"]
    ec2.create_route(RouteTableId=table["RouteTableId"], DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)


def _private(ec2: Any, region: str) -> None:
    """A VPC with a public subnet that holds a NAT gateway, a private one behind it, and a group of clients."""
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=_named("vpc", PROD))["Vpc"]["VpcId"]
    way_out(ec2, vpc)
    subnets = {
        name: ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=block,
            AvailabilityZone=f"{region}a",
            TagSpecifications=_named("subnet", f"{PROD}-{name}-a"),
        )["Subnet"]["SubnetId"]
        for name, block in (("public", "10.20.0.0/24"), ("private", "10.20.1.0/24"))
    }
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets["public"], AllocationId=address)["NatGateway"]["NatGatewayId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnets["private"])
    ec2.create_security_group(
        VpcId=vpc,
        GroupName=f"{PROD}-backend",
        Description="what uses the database",
        TagSpecifications=_named("security-group", f"{PROD}-backend"),
    )


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]
