"""aws.ebs.Volume."""

from __future__ import annotations

from typing import ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import from_wire, only, to_wire
from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds.ec2.common import at_birth, one

FIELDS = {
    "availabilityZone": "AvailabilityZone",
    "encrypted": "Encrypted",
    "iops": "Iops",
    "kmsKeyId": "KmsKeyId",
    "multiAttachEnabled": "MultiAttachEnabled",
    "size": "Size",
    "snapshotId": "SnapshotId",
    "throughput": "Throughput",
    "type": "VolumeType",
    "volumeInitializationRate": "VolumeInitializationRate",
}


class Volume(Kind):
    """Size, type, IOPS and throughput change in place; everything else makes a new volume."""

    pulumi_type: ClassVar = "aws:ebs/volume:Volume"
    supported: ClassVar = frozenset(FIELDS) | {"finalSnapshot"}
    renews: ClassVar = frozenset(FIELDS) - {"size", "type", "iops", "throughput"}
    unread: ClassVar = frozenset({"finalSnapshot", "volumeInitializationRate"})
    tagging: ClassVar = "ec2"

    def create(self, inputs: Props, region: str) -> str:
        client = self.aws.client("ec2", region)
        made = client.create_volume(**to_wire(FIELDS, only(inputs, FIELDS)), **at_birth("volume", inputs))
        client.get_waiter("volume_available").wait(VolumeIds=[made["VolumeId"]])
        return str(made["VolumeId"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ec2", region)
        live = one(client, "describe_volumes", "Volumes", "InvalidVolume.NotFound", VolumeIds=[identifier])
        if live is None:
            return None
        return {
            "kmsKeyId": "",  # as the official provider has what a volume lacks
            **from_wire(FIELDS, live),
            "arn": self.aws.arn("ec2", f"volume/{identifier}", region),
            "createTime": live["CreateTime"].isoformat(),
            "tags": tags.plain(live.get("Tags") or []),
        }

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        wanted = to_wire(FIELDS, only(new, sorted(changed & {"size", "type", "iops", "throughput"})))
        if wanted:
            self.aws.client("ec2", region).modify_volume(VolumeId=identifier, **wanted)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        client = self.aws.client("ec2", region)
        with gone_is_fine("InvalidVolume.NotFound"):
            if outputs.get("finalSnapshot"):
                given = outputs.get("tagsAll") or {}
                client.create_snapshot(VolumeId=identifier, **at_birth("snapshot", {"tags": given}))
            client.delete_volume(VolumeId=identifier)
