"""A database on AWS in moto, in process, with what the boot program would do on its host: take the tagged volume.

moto is a stand-in: it checks little of what EC2 checks, and nothing here boots.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from pulumi_timescaledb.cli.aws.clients import Clients
from pulumi_timescaledb.hosts.ec2.checks import IDENTITY_TAG

from tests.support.beside import beside

NAME, ZONE, REGION = "lighthouse-dev", "us-east-1a", "us-east-1"
OWNER = "lighthouse/dev"
TAG = [{"Key": IDENTITY_TAG, "Value": NAME}]
STACK = """
config:
  lighthouse:target: ec2
  lighthouse:environment: dev
  lighthouse:region: us-east-1
  lighthouse:password_ref: ssm:/lighthouse/dev/db/password
"""


class Account:
    """boto3's clients at moto, and a database's parts."""

    def __init__(self) -> None:
        keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
        self.clients = Clients(REGION, boto3.Session(**keys))
        self.ec2, self.autoscaling = self.clients("ec2"), self.clients("autoscaling")
        subnets = self.ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": [ZONE]}])
        self.subnet = subnets["Subnets"][0]["SubnetId"]

    def volume(self, size: int = 20, **more: Any) -> str:
        """The database's volume."""
        more_tags = {"Name": NAME, "environment": "dev", "timescaledb-stack": OWNER}
        tags = [*TAG, *({"Key": key, "Value": value} for key, value in more_tags.items())]
        specification = [{"ResourceType": "volume", "Tags": tags}]
        made = self.ec2.create_volume(
            AvailabilityZone=ZONE, Size=size, VolumeType="gp3", TagSpecifications=specification, **more
        )
        return str(made["VolumeId"])

    def snapshot(self, volume: str) -> str:
        """A snapshot, tagged as AWS Backup tags it: as its volume is."""
        specification = [{"ResourceType": "snapshot", "Tags": TAG}]
        return str(self.ec2.create_snapshot(VolumeId=volume, TagSpecifications=specification)["SnapshotId"])

    def instance(self) -> str:
        """A host on demand."""
        made = self.ec2.run_instances(
            ImageId=self.image(), MinCount=1, MaxCount=1, InstanceType="t4g.micro", SubnetId=self.subnet,
            TagSpecifications=[{"ResourceType": "instance", "Tags": TAG}],
        )  # fmt: skip
        return str(made["Instances"][0]["InstanceId"])

    def group(self) -> None:
        """A group of one, and its host."""
        data = {"ImageId": self.image(), "InstanceType": "t4g.micro",
                "TagSpecifications": [{"ResourceType": "instance", "Tags": TAG}]}  # fmt: skip
        self.ec2.create_launch_template(LaunchTemplateName=NAME, LaunchTemplateData=data)
        self.autoscaling.create_auto_scaling_group(
            AutoScalingGroupName=NAME, MinSize=1, MaxSize=1, DesiredCapacity=1, VPCZoneIdentifier=self.subnet,
            LaunchTemplate={"LaunchTemplateName": NAME},
        )  # fmt: skip

    def image(self) -> str:
        """Any image."""
        return str(self.ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"])

    def hosts(self, *states: str) -> list[str]:
        """Ids of the database's hosts."""
        filters = [{"Name": f"tag:{IDENTITY_TAG}", "Values": [NAME]}]
        found = self.ec2.describe_instances(Filters=filters)["Reservations"]
        wanted = states or ("running",)
        return [each["InstanceId"] for one in found for each in one["Instances"] if each["State"]["Name"] in wanted]

    def tags(self, volume: str) -> dict[str, str]:
        """Tags of a volume."""
        return {each["Key"]: each["Value"] for each in self.described(volume).get("Tags", ())}

    def described(self, volume: str) -> dict[str, Any]:
        """A volume as EC2 says."""
        return dict(self.ec2.describe_volumes(VolumeIds=[volume])["Volumes"][0])

    def boot(self) -> None:
        """What the boot program does once: a running host takes the one volume that has the tag and is free."""
        tagged = self.ec2.describe_volumes(Filters=[{"Name": f"tag:{IDENTITY_TAG}", "Values": [NAME]}])["Volumes"]
        assert len(tagged) <= 1, "two volumes have the tag: the boot program refuses that"
        for host in self.hosts():
            if tagged and tagged[0]["State"] == "available":
                # a host may end between the question and the call; the boot program asks again, too
                with contextlib.suppress(ClientError):
                    self.ec2.attach_volume(VolumeId=tagged[0]["VolumeId"], InstanceId=host, Device="/dev/sdf")

    def booting(self) -> AbstractContextManager[None]:
        """Hosts that run do so again and again, beside what the test does."""
        return beside(self.boot, 0.05)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account that has what every new one has."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-9b1f")
    with mock_aws():
        yield Account()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder with the stack dev."""
    (tmp_path / "Pulumi.yaml").write_text("name: lighthouse\n")
    (tmp_path / "Pulumi.dev.yaml").write_text(STACK)
    return tmp_path
