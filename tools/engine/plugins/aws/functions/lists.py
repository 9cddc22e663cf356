"""Look-ups that answer ids, as many as fit, none included; one volume, snapshot, secret, vault or bucket's policy."""

from __future__ import annotations

from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import PluginError
from tools.engine.plugins.aws.functions.ec2 import client_of, filters, only_one, renamed
from tools.engine.plugins.aws.kinds.backup.vault import vault as named_vault
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
    live = only_one("ebs.getVolume", found)
    return {
        **arguments,
        "id": live["VolumeId"],
        "volumeId": live["VolumeId"],
        "arn": aws.arn("ec2", f"volume/{live['VolumeId']}"),
        "availabilityZone": live["AvailabilityZone"],
        "encrypted": live["Encrypted"],
        "kmsKeyId": live.get("KmsKeyId", ""),
        "size": live["Size"],
        "snapshotId": live.get("SnapshotId", ""),
        "volumeType": live["VolumeType"],
        "tags": tags.plain(live.get("Tags") or []),
    }


def snapshots(aws: Aws, arguments: Props) -> Props:
    """aws.ebs.getSnapshotIds, the newest first."""
    found = sorted(_snapshots(aws, arguments), key=lambda each: str(each["StartTime"]), reverse=True)
    return {**arguments, "id": aws.region, "ids": [each["SnapshotId"] for each in found]}


def snapshot(aws: Aws, arguments: Props) -> Props:
    """aws.ebs.getSnapshot."""
    live = only_one("ebs.getSnapshot", _snapshots(aws, arguments))
    return {
        **arguments,
        **renamed(live, ("Description", "Encrypted", "KmsKeyId", "OwnerId", "SnapshotId", "State", "VolumeId")),
        "id": live["SnapshotId"],
        "arn": aws.arn("ec2", f"snapshot/{live['SnapshotId']}"),
        "volumeSize": live["VolumeSize"],
        "tags": tags.plain(live.get("Tags") or []),
    }


def _snapshots(aws: Aws, arguments: Props) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"Filters": filters(arguments)}
    words = {"owners": "OwnerIds", "restorableByUserIds": "RestorableByUserIds", "snapshotIds": "SnapshotIds"}
    asked |= {wire: arguments[name] for name, wire in words.items() if arguments.get(name)}
    return list(client_of(aws, arguments).describe_snapshots(**asked)["Snapshots"])


def images(aws: Aws, arguments: Props) -> Props:
    """aws.ec2.getAmiIds, the newest first."""
    asked = {"Owners": arguments["owners"], "Filters": filters(arguments)}
    found = client_of(aws, arguments).describe_images(**asked)["Images"]
    found.sort(key=lambda each: str(each.get("CreationDate", "")), reverse=True)
    return {**arguments, "id": aws.region, "ids": [each["ImageId"] for each in found]}


def secret(aws: Aws, arguments: Props) -> Props:
    """aws.secretsmanager.getSecret."""
    client, asked = aws.client("secretsmanager", arguments.get("region", "")), arguments.get("arn") or arguments["name"]
    try:
        live = client.describe_secret(SecretId=asked)
    except client.exceptions.ResourceNotFoundException:
        live = {}
    if not live or live.get("DeletedDate"):  # which the provider takes for gone, too
        raise PluginError(f"reading Secrets Manager Secret ({asked}): couldn't find resource")
    found = {"id": live["ARN"], "arn": live["ARN"], "name": live["Name"], "tags": tags.plain(live.get("Tags") or [])}
    return {**arguments, **found}


def vault(aws: Aws, arguments: Props) -> Props:
    """aws.backup.getVault."""
    live = named_vault(aws.client("backup", arguments.get("region", "")), arguments["name"])
    if live is None:
        raise PluginError(f"reading Backup Vault ({arguments['name']}): ResourceNotFoundException: it is not there")
    return {
        **arguments,
        "id": arguments["name"],
        "arn": live["BackupVaultArn"],
        "kmsKeyArn": live.get("EncryptionKeyArn", ""),
        "recoveryPoints": live.get("NumberOfRecoveryPoints", 0),
        "tags": tags.read(aws, "backup", live["BackupVaultArn"], arguments.get("region", "")),
    }


def bucket_policy(aws: Aws, arguments: Props) -> Props:
    """aws.s3.getBucketPolicy."""
    client, name = aws.client("s3", arguments.get("region", "")), arguments["bucket"]
    try:
        live = client.get_bucket_policy(Bucket=name)["Policy"]
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in ("NoSuchBucket", "NoSuchBucketPolicy"):
            raise
        raise PluginError(f"reading S3 Bucket Policy ({name}): couldn't find resource") from None
    return {**arguments, "id": name, "policy": live}


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
    "aws:backup/getVault:getVault": vault,
    "aws:s3/getBucketPolicy:getBucketPolicy": bucket_policy,
    "aws:ebs/getEbsVolumes:getEbsVolumes": volumes,
    "aws:ebs/getSnapshot:getSnapshot": snapshot,
    "aws:ebs/getSnapshotIds:getSnapshotIds": snapshots,
    "aws:ebs/getVolume:getVolume": volume,
    "aws:ec2/getAmiIds:getAmiIds": images,
    "aws:ec2/getSecurityGroups:getSecurityGroups": security_groups,
    "aws:ec2/getVpcs:getVpcs": networks,
    "aws:vpc/getSecurityGroupRule:getSecurityGroupRule": rule,
    "aws:vpc/getSecurityGroupRules:getSecurityGroupRules": rules,
    "aws:secretsmanager/getSecret:getSecret": secret,
}
