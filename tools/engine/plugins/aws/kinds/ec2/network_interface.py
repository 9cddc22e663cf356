"""aws.ec2.NetworkInterface."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.ec2.common import at_birth, one


class NetworkInterface(Kind):
    """An interface of its own; who attaches it (a host at boot) is not this resource's business."""

    pulumi_type: ClassVar = "aws:ec2/networkInterface:NetworkInterface"
    supported: ClassVar = frozenset(
        {"description", "interfaceType", "privateIp", "privateIps", "privateIpsCount", "securityGroups"}
        | {"sourceDestCheck", "subnetId"}
    )
    renews: ClassVar = frozenset({"interfaceType", "subnetId", "privateIp"})
    defaults: ClassVar = {"description": "", "sourceDestCheck": True}
    unread: ClassVar = frozenset({"privateIpsCount", "interfaceType"})
    tagging: ClassVar = "ec2"

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("ec2", region)
        wanted: dict[str, Any] = {"SubnetId": inputs["subnetId"]}
        if inputs.get("description"):
            wanted["Description"] = inputs["description"]
        if inputs.get("securityGroups"):
            wanted["Groups"] = inputs["securityGroups"]
        if inputs.get("interfaceType"):
            wanted["InterfaceType"] = inputs["interfaceType"]
        addresses = inputs.get("privateIps") or ([inputs["privateIp"]] if inputs.get("privateIp") else [])
        if addresses:
            wanted["PrivateIpAddresses"] = [
                {"PrivateIpAddress": each, "Primary": each == addresses[0]} for each in addresses
            ]
        elif inputs.get("privateIpsCount"):
            wanted["SecondaryPrivateIpAddressCount"] = inputs["privateIpsCount"]
        made = client.create_network_interface(**wanted, **at_birth("network-interface", inputs))
        identifier = str(made["NetworkInterface"]["NetworkInterfaceId"])
        if "sourceDestCheck" in inputs:
            self._check(client, identifier, inputs)
        return identifier

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ec2", region)
        missing = "InvalidNetworkInterfaceID.NotFound"
        asked = {"NetworkInterfaceIds": [identifier]}
        live = one(client, "describe_network_interfaces", "NetworkInterfaces", missing, **asked)
        if live is None:
            return None
        return {
            "arn": self.aws.arn("ec2", f"network-interface/{identifier}", region),
            "description": live.get("Description"),
            "macAddress": live.get("MacAddress"),
            "ownerId": live.get("OwnerId"),
            "privateDnsName": live.get("PrivateDnsName"),
            "privateIp": live.get("PrivateIpAddress"),
            "privateIps": [each["PrivateIpAddress"] for each in live.get("PrivateIpAddresses", [])],
            "securityGroups": [each["GroupId"] for each in live.get("Groups", [])],
            "sourceDestCheck": live.get("SourceDestCheck"),
            "subnetId": live.get("SubnetId"),
            "tags": tags.plain(live.get("TagSet") or []),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("ec2", region)
        if "securityGroups" in changed and new.get("securityGroups"):
            client.modify_network_interface_attribute(NetworkInterfaceId=identifier, Groups=new["securityGroups"])
        if "description" in changed:
            note = {"Value": self.meant(new, "description")}
            client.modify_network_interface_attribute(NetworkInterfaceId=identifier, Description=note)
        if "sourceDestCheck" in changed:
            self._check(client, identifier, new)
        if "privateIps" in changed:
            before, after = set(old.get("privateIps") or []), set(new.get("privateIps") or [])
            if before - after:
                client.unassign_private_ip_addresses(
                    NetworkInterfaceId=identifier, PrivateIpAddresses=sorted(before - after)
                )
            if after - before:
                client.assign_private_ip_addresses(
                    NetworkInterfaceId=identifier, PrivateIpAddresses=sorted(after - before)
                )

    def _check(self, client: Any, identifier: str, inputs: Props) -> None:
        wanted = {"Value": bool(self.meant(inputs, "sourceDestCheck"))}
        client.modify_network_interface_attribute(NetworkInterfaceId=identifier, SourceDestCheck=wanted)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("ec2", region)
        asked = {"NetworkInterfaceIds": [identifier]}
        missing = "InvalidNetworkInterfaceID.NotFound"
        live = one(client, "describe_network_interfaces", "NetworkInterfaces", missing, **asked)
        if live is None:
            return
        held = live.get("Attachment") or {}
        if held.get("AttachmentId") and held.get("InstanceId"):
            with gone_is_fine("InvalidAttachmentID.NotFound"):
                client.detach_network_interface(AttachmentId=held["AttachmentId"], Force=True)
        with gone_is_fine(missing):
            client.delete_network_interface(NetworkInterfaceId=identifier)
