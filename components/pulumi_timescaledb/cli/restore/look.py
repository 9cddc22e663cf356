"""What a restore finds in the account, read with boto3; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import Refusal
from ...hosts.ec2.checks import IDENTITY_TAG, is_id
from ..aws.clients import Clients, asking, code_of
from .found import BEFORE_TAG, PENDING_TAG, Found, Group, Instance, Snapshot, Volume

GROUP_TAG = "aws:autoscaling:groupName"  # AWS sets it on every instance that a group has started
_STATES = ("pending", "running", "shutting-down", "stopping", "stopped")


def look(clients: Clients, name: str, snapshot: Snapshot) -> Found:
    """Volumes, hosts and group of a database; raises Unreachable where AWS does not tell."""
    with asking("to look for volumes and hosts"):
        return Found(name, list(_volumes(clients("ec2"), name)), list(_instances(clients("ec2"), name)),
                     _group(clients("autoscaling"), name), snapshot)  # fmt: skip


def of_recovery_point(clients: Clients, arn: str, vault: str) -> Snapshot:
    """The snapshot behind a recovery point.

    Args:
        clients: of the region.
        arn: of the recovery point, which for a volume is that of a snapshot.
        vault: where it is kept.

    Raises:
        Refusal: for an ARN of anything else, or one that the vault does not hold.
    """
    identifier = arn.rpartition("snapshot/")[2]
    if ":ec2:" not in arn or not is_id(identifier, "snap"):
        raise Refusal(
            f"--recovery-point is {arn}, not the ARN of a volume's recovery point; write "
            f"arn:aws:ec2:{clients.region}::snapshot/snap-..., as tsdb verify names the newest"
        )
    if arn.split(":")[3] != clients.region:
        raise Refusal(f"--recovery-point is in {arn.split(':')[3]} but the stack in {clients.region}; copy it there")
    from botocore.exceptions import ClientError

    with asking("for the recovery point"):
        try:
            said = clients("backup").describe_recovery_point(BackupVaultName=vault, RecoveryPointArn=arn)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            raise Refusal(f"the vault {vault} holds no recovery point {arn}; tsdb verify names the newest") from None
    if said["Status"] != "COMPLETED":
        raise Refusal(f"the recovery point {arn} is {said['Status']}; name one that is COMPLETED")
    return of_snapshot(clients, identifier, arn)


def of_snapshot(clients: Clients, identifier: str, recovery_point: str = "") -> Snapshot:
    """A snapshot by its id; raises Refusal for one that there is not."""
    if not is_id(identifier, "snap"):
        raise Refusal(f"--snapshot is {identifier}, not the id of a snapshot; write snap- and 17 hexadecimal digits")
    from botocore.exceptions import ClientError

    with asking("for the snapshot"):
        try:
            said = clients("ec2").describe_snapshots(SnapshotIds=[identifier])["Snapshots"]
        except ClientError as error:
            if not code_of(error).startswith("InvalidSnapshot"):
                raise
            said = []
    if not said:
        raise Refusal(f"{identifier} is no snapshot of this account in {clients.region}; name one that is")
    found = said[0]
    return Snapshot(
        id=identifier,
        size_gb=int(found["VolumeSize"]),
        progress=str(found["State"]),
        began=str(found.get("StartTime", "")),
        tags=_tags(found),
        volume=str(found.get("VolumeId", "")),
        recovery_point=recovery_point,
    )


def volume(said: dict[str, Any]) -> Volume:
    """A volume as EC2 describes it."""
    holders = [each for each in said.get("Attachments", ()) if each.get("State") != "detached"]
    return Volume(
        id=said["VolumeId"],
        zone=said["AvailabilityZone"],
        state=said["State"],
        size_gb=int(said["Size"]),
        tags=_tags(said),
        snapshot=said.get("SnapshotId") or "",
        holder=holders[0]["InstanceId"] if holders else "",
        iops=int(said.get("Iops") or 0),
        throughput=int(said.get("Throughput") or 0),
        key=said.get("KmsKeyId") or "",
    )


def _volumes(ec2: Any, name: str) -> Iterator[Volume]:
    seen: set[str] = set()
    for key in (IDENTITY_TAG, PENDING_TAG, BEFORE_TAG):
        pages = ec2.get_paginator("describe_volumes").paginate(Filters=[{"Name": f"tag:{key}", "Values": [name]}])
        for said in (each for page in pages for each in page["Volumes"]):
            if said["VolumeId"] not in seen and said["State"] not in ("deleting", "deleted"):
                seen.add(said["VolumeId"])
                yield volume(said)


def _instances(ec2: Any, name: str) -> Iterator[Instance]:
    filters = [
        {"Name": f"tag:{IDENTITY_TAG}", "Values": [name]},
        {"Name": "instance-state-name", "Values": list(_STATES)},
    ]
    for page in ec2.get_paginator("describe_instances").paginate(Filters=filters):
        for said in (each for reservation in page["Reservations"] for each in reservation["Instances"]):
            state, zone = said["State"]["Name"], said["Placement"]["AvailabilityZone"]
            yield Instance(said["InstanceId"], state, zone, _tags(said).get(GROUP_TAG, ""))


def _group(autoscaling: Any, name: str) -> Group | None:
    said = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    if not said:
        return None
    ids = tuple(sorted(each["InstanceId"] for each in said[0]["Instances"]))
    return Group(name, int(said[0]["DesiredCapacity"]), tuple(said[0].get("AvailabilityZones", ())), ids)


def _tags(said: dict[str, Any]) -> dict[str, str]:
    return {each["Key"]: each["Value"] for each in said.get("Tags", ())}
