"""Look-ups that answer ids, as many as fit, none included; and one volume, one secret."""

from __future__ import annotations

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import PluginError
from tools.engine.plugins.aws.functions.ec2 import client_of, filters
from tools.engine.plugins.aws.session import Aws


def networks(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getVpcs."""
    found = client_of(aws, arguments).describe_vpcs(Filters=filters(arguments))["Vpcs"]
    return {**arguments, "id": aws.region, "ids": [each["VpcId"] for each in found]}


def security_groups(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getSecurityGroups."""
    found = client_of(aws, arguments).describe_security_groups(Filters=filters(arguments))["SecurityGroups"]
    return {**arguments, "id": aws.region, "ids": [each["GroupId"] for each in found]}


def volumes(aws: Aws, arguments: Props) -> Props:
    """aws.ebs.getEbsVolumes."""
    found = client_of(aws, arguments).describe_volumes(Filters=filters(arguments))["Volumes"]
    return {**arguments, "id": aws.region, "ids": [each["VolumeId"] for each in found]}


def volume(aws: Aws, arguments: Props) -> Props:
    """aws.ebs.getVolume."""
    found = client_of(aws, arguments).describe_volumes(Filters=filters(arguments))["Volumes"]
    if len(found) != 1:
        raise PluginError(f"ebs.getVolume: {len(found)} volumes fit where one must: change the filters")
    (live,) = found
    return {
        **arguments,
        "id": live["VolumeId"],
        "volumeId": live["VolumeId"],
        "arn": aws.arn("ec2", f"volume/{live['VolumeId']}"),
        "availabilityZone": live["AvailabilityZone"],
        "encrypted": live["Encrypted"],
        "size": live["Size"],
        "snapshotId": live.get("SnapshotId", ""),
        "volumeType": live["VolumeType"],
        "tags": tags.plain(live.get("Tags") or []),
    }


def secret(aws: Aws, arguments: Props) -> Props:
    """aws.secretsmanager.getSecret."""
    live = aws.client("secretsmanager", arguments.get("region", "")).describe_secret(
        SecretId=arguments.get("arn") or arguments["name"]
    )
    return {**arguments, "id": live["ARN"], "arn": live["ARN"], "name": live["Name"]}


def rules(aws: Aws, arguments: Props) -> Props:
    """aws.vpc.getSecurityGroupRules."""
    found = client_of(aws, arguments).describe_security_group_rules(Filters=filters(arguments))["SecurityGroupRules"]
    return {**arguments, "id": aws.region, "ids": [each["SecurityGroupRuleId"] for each in found]}


def rule(aws: Aws, arguments: Props) -> Props:
    """aws.vpc.getSecurityGroupRule."""
    asked = arguments["securityGroupRuleId"]
    (live,) = client_of(aws, arguments).describe_security_group_rules(SecurityGroupRuleIds=[asked])[
        "SecurityGroupRules"
    ]
    return {
        **arguments,
        "id": asked,
        "arn": aws.arn("ec2", f"security-group-rule/{asked}"),
        "cidrIpv4": live.get("CidrIpv4", ""),
        "cidrIpv6": live.get("CidrIpv6", ""),
        "description": live.get("Description", ""),
        "fromPort": live.get("FromPort", -1),
        "ipProtocol": live["IpProtocol"],
        "isEgress": live["IsEgress"],
        "prefixListId": live.get("PrefixListId", ""),
        "referencedSecurityGroupId": (live.get("ReferencedGroupInfo") or {}).get("GroupId", ""),
        "securityGroupId": live["GroupId"],
        "tags": tags.plain(live.get("Tags") or []),
        "toPort": live.get("ToPort", -1),
    }


FUNCTIONS = {
    "aws:ebs/getEbsVolumes:getEbsVolumes": volumes,
    "aws:ebs/getVolume:getVolume": volume,
    "aws:ec2/getSecurityGroups:getSecurityGroups": security_groups,
    "aws:ec2/getVpcs:getVpcs": networks,
    "aws:vpc/getSecurityGroupRule:getSecurityGroupRule": rule,
    "aws:vpc/getSecurityGroupRules:getSecurityGroupRules": rules,
    "aws:secretsmanager/getSecret:getSecret": secret,
}
