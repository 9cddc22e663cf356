"""aws.ec2.Instance."""

from __future__ import annotations

import base64
import binascii
from typing import Any, ClassVar

from tools.engine.common.values import Props, unknown
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import Fields, One, from_wire, only, to_wire
from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.ec2 import blocks
from tools.engine.plugins.aws.kinds.ec2.common import one

PLAIN: Fields = {
    "ami": "ImageId",
    "instanceType": "InstanceType",
    "keyName": "KeyName",
    "privateIp": "PrivateIpAddress",
    "subnetId": "SubnetId",
    "disableApiTermination": "DisableApiTermination",
    "disableApiStop": "DisableApiStop",
    "ebsOptimized": "EbsOptimized",
    "instanceInitiatedShutdownBehavior": "InstanceInitiatedShutdownBehavior",
}
NESTED: Fields = {
    "creditSpecification": One("CreditSpecification", blocks.CREDITS),
    "maintenanceOptions": One("MaintenanceOptions", blocks.RECOVERY),
    "metadataOptions": One("MetadataOptions", blocks.METADATA),
}
HERE = frozenset(
    {
        "associatePublicIpAddress",
        "availabilityZone",
        "iamInstanceProfile",
        "monitoring",
        "networkInterfaces",
        "primaryNetworkInterface",
        "rootBlockDevice",
        "sourceDestCheck",
        "userData",
        "userDataBase64",
        "userDataReplaceOnChange",
        "volumeTags",
        "vpcSecurityGroupIds",
    }
)
STOPPED = frozenset({"instanceType", "userData", "userDataBase64", "ebsOptimized"})
"""What AWS changes on a stopped instance only; the provider stops and starts it."""
DATA = frozenset({"userData", "userDataBase64"})


class Instance(Kind):
    """An instance; its type changes by stop and start, its image makes a new one."""

    pulumi_type: ClassVar = "aws:ec2/instance:Instance"
    supported: ClassVar = frozenset(PLAIN) | frozenset(NESTED) | HERE
    renews: ClassVar = frozenset(
        {"ami", "associatePublicIpAddress", "availabilityZone", "keyName", "networkInterfaces"}
        | {"primaryNetworkInterface", "privateIp", "subnetId"}
    )
    defaults: ClassVar = {
        "disableApiTermination": False,
        "monitoring": False,
        "sourceDestCheck": True,
        "userDataReplaceOnChange": False,
    }
    unread: ClassVar = frozenset({"userDataReplaceOnChange", "networkInterfaces", "primaryNetworkInterface"})
    tagging: ClassVar = "ec2"

    def refusals(self, inputs: Props) -> list[str]:
        found = []
        for name in DATA & set(inputs):
            value = inputs[name]
            if not unknown(value) and (size := _size(value, name == "userDataBase64")) > blocks.LARGEST_USER_DATA:
                found.append(
                    f"Instance: {name} is {size} bytes before base64, of which EC2 takes {blocks.LARGEST_USER_DATA}"
                )
        if set(inputs) >= DATA:
            found.append("Instance: only one of userData and userDataBase64 can be given: remove one")
        return found

    def renewing(self, name: str, old: Any, new: Any, inputs: Props) -> bool:
        if name in DATA:
            return bool(inputs.get("userDataReplaceOnChange"))
        if name == "rootBlockDevice" and isinstance(old, dict) and isinstance(new, dict):
            return any(old.get(key) != new.get(key) for key in ("encrypted", "kmsKeyId", "deviceName") if key in new)
        return super().renewing(name, old, new, inputs)

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("ec2", region)
        wanted = {**to_wire(PLAIN, only(inputs, PLAIN)), **to_wire(NESTED, only(inputs, NESTED))}
        wanted |= self._network(inputs, wanted)
        if inputs.get("availabilityZone"):
            wanted["Placement"] = {"AvailabilityZone": inputs["availabilityZone"]}
        if inputs.get("iamInstanceProfile"):
            wanted["IamInstanceProfile"] = {"Name": inputs["iamInstanceProfile"]}
        if "monitoring" in inputs:
            wanted["Monitoring"] = {"Enabled": inputs["monitoring"]}
        if DATA & set(inputs):
            wanted["UserData"] = _bytes(inputs)  # boto3 encodes it itself
        if inputs.get("rootBlockDevice"):
            wanted["BlockDeviceMappings"] = [self._root(client, inputs)]
        named = [("instance", inputs.get("tags")), ("volume", inputs.get("volumeTags"))]
        specifications = [{"ResourceType": what, "Tags": tags.pairs(given)} for what, given in named if given]
        if specifications:
            wanted["TagSpecifications"] = specifications
        made = client.run_instances(MinCount=1, MaxCount=1, **wanted)
        identifier = str(made["Instances"][0]["InstanceId"])
        client.get_waiter("instance_running").wait(InstanceIds=[identifier])
        root_tags = (inputs.get("rootBlockDevice") or {}).get("tags")
        if root_tags:
            live = client.describe_instances(InstanceIds=[identifier])["Reservations"][0]["Instances"][0]
            volume = live["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]
            client.create_tags(Resources=[volume], Tags=tags.pairs(root_tags))
        if "sourceDestCheck" in inputs:
            self._attribute(identifier, region, SourceDestCheck={"Value": inputs["sourceDestCheck"]})
        return identifier

    def _network(self, inputs: Props, wanted: dict[str, Any]) -> dict[str, Any]:
        """Interfaces that exist, or one with the subnet's settings."""
        groups = inputs.get("vpcSecurityGroupIds")
        first = inputs.get("primaryNetworkInterface")
        given = [{"deviceIndex": 0, **first}] if first else inputs.get("networkInterfaces") or []
        if given:
            names = {
                "deviceIndex": "DeviceIndex",
                "networkInterfaceId": "NetworkInterfaceId",
                "deleteOnTermination": "DeleteOnTermination",
                "networkCardIndex": "NetworkCardIndex",
            }
            return {"NetworkInterfaces": [to_wire(names, each) for each in given]}
        if "associatePublicIpAddress" not in inputs:
            return {"SecurityGroupIds": groups} if groups else {}
        made: dict[str, Any] = {"DeviceIndex": 0, "AssociatePublicIpAddress": inputs["associatePublicIpAddress"]}
        for name, theirs in (("SubnetId", "SubnetId"), ("PrivateIpAddress", "PrivateIpAddress")):
            if name in wanted:
                made[theirs] = wanted.pop(name)
        return {"NetworkInterfaces": [{**made, **({"Groups": groups} if groups else {})}]}

    def _root(self, client: Any, inputs: Props) -> dict[str, Any]:
        image = client.describe_images(ImageIds=[inputs["ami"]])["Images"][0]
        device = inputs["rootBlockDevice"]
        given = {key: value for key, value in device.items() if key not in ("deviceName", "tags")}
        name = device.get("deviceName") or image.get("RootDeviceName") or "/dev/xvda"
        return {"DeviceName": name, "Ebs": to_wire(blocks.DISK, given)}

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ec2", region)
        held = one(client, "describe_instances", "Reservations", "InvalidInstanceID.NotFound", InstanceIds=[identifier])
        if held is None:
            return None
        live = held["Instances"][0]
        if live["State"]["Name"] in ("terminated", "shutting-down"):
            return None
        profile = (live.get("IamInstanceProfile") or {}).get("Arn", "")
        found: Props = {
            **from_wire(PLAIN, live),
            **from_wire(NESTED, live),
            "arn": self.aws.arn("ec2", f"instance/{identifier}", region),
            "associatePublicIpAddress": bool(live.get("PublicIpAddress")),
            "availabilityZone": live["Placement"]["AvailabilityZone"],
            "iamInstanceProfile": profile.rpartition("/")[2],
            "instanceState": live["State"]["Name"],
            "monitoring": live["Monitoring"]["State"] == "enabled",
            "privateDns": live.get("PrivateDnsName"),
            "publicDns": live.get("PublicDnsName"),
            "publicIp": live.get("PublicIpAddress") or "",
            "sourceDestCheck": live.get("SourceDestCheck", True),
            "vpcSecurityGroupIds": [group["GroupId"] for group in live.get("SecurityGroups", [])],
            "tags": tags.plain(live.get("Tags") or []),
        }
        if live.get("NetworkInterfaces"):
            found["primaryNetworkInterfaceId"] = live["NetworkInterfaces"][0]["NetworkInterfaceId"]
        return {**found, **self._asked(client, identifier, declared), **self._disk(client, live, declared)}

    def _asked(self, client: Any, identifier: str, declared: Props) -> Props:
        """What `describe_instances` does not say."""
        found: Props = {}
        for name, attribute, key in (
            ("disableApiTermination", "disableApiTermination", "DisableApiTermination"),
            ("disableApiStop", "disableApiStop", "DisableApiStop"),
            ("instanceInitiatedShutdownBehavior",) * 2 + ("InstanceInitiatedShutdownBehavior",),
        ):
            if name in declared or name in self.defaults:
                answer = client.describe_instance_attribute(InstanceId=identifier, Attribute=attribute)
                found[name] = answer[key].get("Value")
        answer = client.describe_instance_attribute(InstanceId=identifier, Attribute="userData")
        encoded = answer.get("UserData", {}).get("Value") or ""
        if encoded and "userDataBase64" in declared:
            found["userDataBase64"] = encoded
        elif encoded:
            found["userData"] = base64.b64decode(encoded).decode(errors="replace")
        if "creditSpecification" in declared:
            asked = client.describe_instance_credit_specifications(InstanceIds=[identifier])
            found["creditSpecification"] = from_wire(blocks.CREDITS, asked["InstanceCreditSpecifications"][0])
        return found

    def _disk(self, client: Any, live: dict[str, Any], declared: Props) -> Props:
        root = live.get("RootDeviceName")
        mappings = live.get("BlockDeviceMappings") or []
        mapped = next((each for each in mappings if each["DeviceName"] == root), mappings[0] if mappings else None)
        if mapped is None:
            return {}
        volume = client.describe_volumes(VolumeIds=[mapped["Ebs"]["VolumeId"]])["Volumes"][0]
        own = tags.plain(volume.get("Tags") or [])
        shown = {
            "volumeId": volume["VolumeId"],
            "volumeSize": volume.get("Size"),
            "volumeType": volume.get("VolumeType"),
            "encrypted": volume.get("Encrypted"),
            "kmsKeyId": volume.get("KmsKeyId"),
            "iops": volume.get("Iops"),
            "throughput": volume.get("Throughput"),
            "deviceName": mapped["DeviceName"],
            "deleteOnTermination": mapped["Ebs"].get("DeleteOnTermination"),
            "tags": own,
        }
        found = {"rootBlockDevice": {key: value for key, value in shown.items() if value is not None}}
        return {**found, "volumeTags": own} if "volumeTags" in declared else found

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("ec2", region)
        if "metadataOptions" in changed and new.get("metadataOptions"):
            wanted = to_wire(blocks.METADATA, new["metadataOptions"])
            client.modify_instance_metadata_options(InstanceId=identifier, **wanted)
        if "creditSpecification" in changed and new.get("creditSpecification"):
            one_of = {"InstanceId": identifier, **to_wire(blocks.CREDITS, new["creditSpecification"])}
            client.modify_instance_credit_specification(InstanceCreditSpecifications=[one_of])
        if "maintenanceOptions" in changed and new.get("maintenanceOptions"):
            wanted = to_wire(blocks.RECOVERY, new["maintenanceOptions"])
            client.modify_instance_maintenance_options(InstanceId=identifier, **wanted)
        if "monitoring" in changed:
            call = client.monitor_instances if new.get("monitoring") else client.unmonitor_instances
            call(InstanceIds=[identifier])
        if "vpcSecurityGroupIds" in changed and new.get("vpcSecurityGroupIds"):
            self._attribute(identifier, region, Groups=new["vpcSecurityGroupIds"])
        for name in ("disableApiTermination", "disableApiStop", "sourceDestCheck"):
            if name in changed:
                key = name[0].upper() + name[1:]
                self._attribute(identifier, region, **{key: {"Value": bool(self.meant(new, name))}})
        if "instanceInitiatedShutdownBehavior" in changed:
            behaviour = new.get("instanceInitiatedShutdownBehavior", "stop")
            self._attribute(identifier, region, InstanceInitiatedShutdownBehavior={"Value": behaviour})
        if "iamInstanceProfile" in changed:
            self._profile(client, identifier, new.get("iamInstanceProfile"))
        if "rootBlockDevice" in changed:
            self._resize(client, new, old)
        if "volumeTags" in changed:
            volume = old["rootBlockDevice"]["volumeId"]
            tags.write(self.aws, "ec2", volume, old.get("volumeTags") or {}, new.get("volumeTags") or {}, region)
        if changed & STOPPED:
            self._stopped(client, identifier, new, changed, region)

    def _stopped(self, client: Any, identifier: str, new: Props, changed: frozenset[str], region: str) -> None:
        client.stop_instances(InstanceIds=[identifier])
        client.get_waiter("instance_stopped").wait(InstanceIds=[identifier])
        if "instanceType" in changed:
            self._attribute(identifier, region, InstanceType={"Value": new["instanceType"]})
        if "ebsOptimized" in changed:
            self._attribute(identifier, region, EbsOptimized={"Value": bool(new.get("ebsOptimized"))})
        if changed & DATA:
            self._attribute(identifier, region, UserData={"Value": _bytes(new)})
        client.start_instances(InstanceIds=[identifier])
        client.get_waiter("instance_running").wait(InstanceIds=[identifier])

    def _profile(self, client: Any, identifier: str, name: str | None) -> None:
        held = client.describe_iam_instance_profile_associations(
            Filters=[{"Name": "instance-id", "Values": [identifier]}]
        )["IamInstanceProfileAssociations"]
        if held and name:
            association = held[0]["AssociationId"]
            client.replace_iam_instance_profile_association(
                AssociationId=association, IamInstanceProfile={"Name": name}
            )
        elif held:
            client.disassociate_iam_instance_profile(AssociationId=held[0]["AssociationId"])
        elif name:
            client.associate_iam_instance_profile(InstanceId=identifier, IamInstanceProfile={"Name": name})

    def _resize(self, client: Any, new: Props, old: Props) -> None:
        wanted = to_wire(
            {"volumeSize": "Size", "volumeType": "VolumeType", "iops": "Iops", "throughput": "Throughput"},
            only(new.get("rootBlockDevice") or {}, ("volumeSize", "volumeType", "iops", "throughput")),
        )
        if wanted:
            client.modify_volume(VolumeId=old["rootBlockDevice"]["volumeId"], **wanted)

    def _attribute(self, identifier: str, region: str, **attribute: Any) -> None:
        self.aws.client("ec2", region).modify_instance_attribute(InstanceId=identifier, **attribute)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("ec2", region)
        with gone_is_fine("InvalidInstanceID.NotFound"):
            client.terminate_instances(InstanceIds=[identifier])
            client.get_waiter("instance_terminated").wait(InstanceIds=[identifier])


def _bytes(inputs: Props) -> bytes:
    if inputs.get("userDataBase64"):
        return base64.b64decode(inputs["userDataBase64"])
    return str(inputs.get("userData") or "").encode()


def _size(value: str, encoded: bool) -> int:
    if not encoded:
        return len(value.encode())
    try:
        return len(base64.b64decode(value, validate=True))
    except binascii.Error:
        return len(value)
