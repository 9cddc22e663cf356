"""aws.ec2.LaunchTemplate."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar

from tools.engine.common.values import Props, unknown
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import Fields, Many, One, from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.ec2 import blocks
from tools.engine.plugins.aws.kinds.ec2.common import at_birth, one

INTERFACE: Fields = {
    **same("associatePublicIpAddress", "deleteOnTermination", "description", "deviceIndex", "interfaceType"),
    **same("ipv6AddressCount", "networkCardIndex", "networkInterfaceId", "primaryIpv6", "privateIpAddress", "subnetId"),
    "securityGroups": "Groups",
}
SPOT = same("blockDurationMinutes", "instanceInterruptionBehavior", "maxPrice", "spotInstanceType", "validUntil")
MAPPING: Fields = {
    **same("deviceName", "noDevice", "virtualName"),
    "ebs": One("Ebs", {**blocks.DISK, **same("snapshotId", "volumeInitializationRate")}),
}
DATA: Fields = {
    **same("ebsOptimized", "imageId", "instanceInitiatedShutdownBehavior", "instanceType", "keyName", "userData"),
    **same("disableApiStop", "disableApiTermination"),
    "vpcSecurityGroupIds": "SecurityGroupIds",
    "blockDeviceMappings": Many("BlockDeviceMappings", MAPPING),
    "creditSpecification": One("CreditSpecification", blocks.CREDITS),
    "iamInstanceProfile": One("IamInstanceProfile", same("arn", "name")),
    "instanceMarketOptions": One(
        "InstanceMarketOptions", {**same("marketType"), "spotOptions": One("SpotOptions", SPOT)}
    ),
    "maintenanceOptions": One("MaintenanceOptions", blocks.RECOVERY),
    "metadataOptions": One("MetadataOptions", blocks.METADATA),
    "monitoring": One("Monitoring", same("enabled")),
    "networkInterfaces": Many("NetworkInterfaces", INTERFACE),
    "placement": One("Placement", same("availabilityZone", "groupName", "tenancy")),
}
FLAGS = frozenset({"encrypted", "deleteOnTermination", "associatePublicIpAddress", "ebsOptimized", "primaryIpv6"})
"""Fields that this type has as the texts "true" and "false"."""


class LaunchTemplate(Kind):
    """Every change makes a new version of the same template."""

    pulumi_type: ClassVar = "aws:ec2/launchTemplate:LaunchTemplate"
    supported: ClassVar = frozenset(DATA) | {
        "defaultVersion", "description", "name", "tagSpecifications", "updateDefaultVersion",
    }  # fmt: skip
    renews: ClassVar = frozenset({"name"})
    defaults: ClassVar = {**dict.fromkeys(DATA), "description": "", "tagSpecifications": None}
    unread: ClassVar = frozenset({"updateDefaultVersion"})
    name: ClassVar = "name"
    moving: ClassVar = frozenset({"latestVersion", "defaultVersion"})
    tagging: ClassVar = "ec2"

    def refusals(self, inputs: Props) -> list[str]:
        encoded = inputs.get("userData")
        if encoded is None or unknown(encoded):
            return []
        try:
            size = len(base64.b64decode(encoded, validate=True))
        except binascii.Error:
            return ["LaunchTemplate: userData is not base64: encode it"]
        if size > blocks.LARGEST_USER_DATA:
            return [
                f"LaunchTemplate: userData is {size} bytes before base64, of which EC2 takes {blocks.LARGEST_USER_DATA}"
            ]
        return []

    def create(self, inputs: Props, region: str) -> str:
        made = self.aws.client("ec2", region).create_launch_template(
            LaunchTemplateName=inputs["name"],
            LaunchTemplateData=_data(inputs),
            **_note(inputs),
            **at_birth("launch-template", inputs),
        )
        return str(made["LaunchTemplate"]["LaunchTemplateId"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ec2", region)
        missing = "InvalidLaunchTemplateId.NotFound"
        live = one(client, "describe_launch_templates", "LaunchTemplates", missing, LaunchTemplateIds=[identifier])
        if live is None:
            return None
        versions = client.describe_launch_template_versions(LaunchTemplateId=identifier, Versions=["$Latest"])
        latest = versions["LaunchTemplateVersions"][0]
        data = dict(latest["LaunchTemplateData"])
        marked = data.pop("TagSpecifications", None) or []
        marked = [each for each in marked if each["ResourceType"] != "launch-template"]  # moto mixes its own tags in
        return {
            **_worded(from_wire(DATA, data)),
            "arn": self.aws.arn("ec2", f"launch-template/{identifier}", region),
            "name": live["LaunchTemplateName"],
            "description": latest.get("VersionDescription"),
            "latestVersion": live["LatestVersionNumber"],
            "defaultVersion": live["DefaultVersionNumber"],
            "tagSpecifications": [
                {"resourceType": each["ResourceType"], "tags": tags.plain(each["Tags"])} for each in marked
            ] or None,
        }  # fmt: skip

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("ec2", region)
        version = old.get("latestVersion")
        if changed - {"defaultVersion", "updateDefaultVersion"}:
            made = client.create_launch_template_version(
                LaunchTemplateId=identifier, LaunchTemplateData=_data(new), **_note(new)
            )
            version = made["LaunchTemplateVersion"]["VersionNumber"]
        wanted = version if new.get("updateDefaultVersion") else new.get("defaultVersion")
        if wanted:
            client.modify_launch_template(LaunchTemplateId=identifier, DefaultVersion=str(wanted))

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("InvalidLaunchTemplateId.NotFound"):
            self.aws.client("ec2", region).delete_launch_template(LaunchTemplateId=identifier)


def _note(inputs: Props) -> dict[str, str]:
    return {"VersionDescription": inputs["description"]} if inputs.get("description") else {}


def _data(inputs: Props) -> dict[str, Any]:
    wanted = to_wire(DATA, _plain(only(inputs, DATA)))
    if inputs.get("tagSpecifications"):
        wanted["TagSpecifications"] = [
            {"ResourceType": each["resourceType"], "Tags": tags.pairs(each.get("tags") or {})}
            for each in inputs["tagSpecifications"]
        ]
    return wanted


def _plain(value: Any, name: str = "") -> Any:
    """The flags as real booleans, as the calls take them."""
    if isinstance(value, dict):
        return {key: _plain(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value == "true" if name in FLAGS and isinstance(value, str) else value


def _worded(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _worded(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_worded(item) for item in value]
    return str(value).lower() if name in FLAGS and isinstance(value, bool) else value
