"""A restore under a Pulumi stack: what the state says afterwards, and that the printed way makes the preview empty.

The stand-in answers for AWS and a thread for the boot program; that a real host takes the disk is not proved here.
"""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from pulumi_timescaledb.cli.aws.clients import Clients
from pulumi_timescaledb.cli.restore import state
from pulumi_timescaledb.cli.restore.command import Question, run
from pulumi_timescaledb.hardware.images import parameter
from pulumi_timescaledb.hosts.ec2.checks import IDENTITY_TAG

from tests.engine.aws.stage import Stage
from tests.support.beside import beside

NAME, ZONE = "lighthouse-dev", "us-east-1a"
TAGS = {IDENTITY_TAG: NAME, "Name": NAME}
STACK = """
config:
  lighthouse:target: ec2
  lighthouse:environment: dev
  lighthouse:password_ref: ssm:/lighthouse/dev/db/password
"""
ALARM = {
    "name": "stalled", "namespace": "AWS/EBS", "metricName": "VolumeStalledIOCheck", "statistic": "Maximum",
    "comparisonOperator": "GreaterThanThreshold", "threshold": 0, "period": 60, "evaluationPeriods": 1,
}  # fmt: skip


def booting(stage: Stage) -> AbstractContextManager[None]:
    """A running host takes the free volume that has the tag."""
    ec2 = stage.client("ec2")
    tagged = {"Filters": [{"Name": f"tag:{IDENTITY_TAG}", "Values": [NAME]}]}

    def boot() -> None:
        volumes = ec2.describe_volumes(**tagged)["Volumes"]
        hosts = [each for one in ec2.describe_instances(**tagged)["Reservations"] for each in one["Instances"]]
        running = [each["InstanceId"] for each in hosts if each["State"]["Name"] == "running"]
        if running and len(volumes) == 1 and volumes[0]["State"] == "available":
            with suppress(ClientError):  # the host may end between the question and the call
                ec2.attach_volume(VolumeId=volumes[0]["VolumeId"], InstanceId=running[0], Device="/dev/sdf")

    return beside(boot, 0.2)


def snake(arguments: dict[str, object]) -> dict[str, object]:
    """As the program writes them."""
    return {"".join(f"_{c.lower()}" if c.isupper() else c for c in key): value for key, value in arguments.items()}


def test_after_a_restore_the_printed_way_leaves_an_empty_preview(
    stage: Stage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before it the preview would give the old volume its tag back: that is why the way is printed."""
    volume = {"availability_zone": ZONE, "size": 20, "type": "gp3", "encrypted": True, "tags": TAGS}
    image = stage.client("ssm").get_parameter(Name=parameter("arm64"))["Parameter"]["Value"]
    host = {"instance_type": "t4g.micro", "ami": image, "availability_zone": ZONE, "tags": TAGS}
    stage.declare(
        ("ebs.Volume", "data", volume, {"protect": True}),
        ("ec2.Instance", "host", host),
        ("cloudwatch.MetricAlarm", "stalled", {**snake(ALARM), "dimensions": {"VolumeId": {"of": "data.id"}}}),
    )
    stage.up()
    ec2 = stage.client("ec2")
    tagged = [{"Name": f"tag:{IDENTITY_TAG}", "Values": [NAME]}]
    old = ec2.describe_volumes(Filters=tagged)["Volumes"][0]["VolumeId"]
    made = ec2.create_snapshot(
        VolumeId=old,
        TagSpecifications=[{"ResourceType": "snapshot", "Tags": [{"Key": IDENTITY_TAG, "Value": NAME}]}],
    )
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "Pulumi.dev.yaml").write_text(STACK)
    clients = Clients("us-east-1", boto3.Session())
    for service in ("ec2", "autoscaling"):
        clients.use(service, stage.client(service))
    asked = Question("dev", str(tmp_path / "settings"), None, made["SnapshotId"], yes=True, wait=60.0)
    with booting(stage):
        run(asked, as_json=True, clients=clients, poll=0.2)
    said = json.loads(capsys.readouterr().out)
    new = said["new"]
    assert new != old
    assert "tags" in str(stage.changed("data"))

    exported = stage.stack.run("stack", "export")
    assert exported.rc == 0, exported.output
    (stage.folder / "moved.json").write_text(state.moved(exported.stdout, old, new))
    imported = stage.stack.run("stack", "import", "--file", "moved.json")
    assert imported.rc == 0, imported.output
    assert stage.steps() == {"stalled": "update"}
    stage.up()
    stage.quiet()
    (alarm,) = stage.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert alarm["Dimensions"] == [{"Name": "VolumeId", "Value": new}]
    tags = {each["Key"]: each["Value"] for each in ec2.describe_volumes(VolumeIds=[old])["Volumes"][0]["Tags"]}
    assert IDENTITY_TAG not in tags
