"""What AWS refuses, and what nobody has written, is refused loudly and makes nothing.

The server's refusals are asked of it through boto3, for the boot program meets them there; the sentences are its own,
the error codes are AWS's.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.engine.aws.stage import Spec, Stage
from tests.engine.aws.test_host import group, image, instance, subnet, volume

pytestmark = pytest.mark.sample("aws", of="types", count=3)

LONG = "#" * 16385


def code(raised: pytest.ExceptionInfo[ClientError]) -> str:
    """AWS's code of the error."""
    return str(raised.value.response["Error"]["Code"])


def host(stage: Stage) -> str:
    """An instance of the operator's."""
    made = stage.client("ec2").run_instances(
        ImageId=image(stage), InstanceType="t4g.small", MinCount=1, MaxCount=1, SubnetId=subnet(stage)["SubnetId"]
    )
    return str(made["Instances"][0]["InstanceId"])


def disk(stage: Stage, zone: str = "") -> str:
    """A volume of the operator's."""
    where = zone or subnet(stage)["AvailabilityZone"]
    made = stage.client("ec2").create_volume(AvailabilityZone=where, Size=20, VolumeType="gp3")
    return str(made["VolumeId"])


def test_a_volume_that_shrinks_is_refused_and_keeps_its_size(stage: Stage) -> None:
    stage.declare(volume(stage))
    stage.up()
    stage.declare(volume(stage, size=10))
    assert "smaller than existing size" in stage.refused("up")
    live = stage.client("ec2").describe_volumes()["Volumes"]
    assert [each["Size"] for each in live] == [20]


def test_the_fifth_modification_of_a_day_is_refused(stage: Stage) -> None:
    ec2, identifier = stage.client("ec2"), disk(stage)
    for size in (21, 22, 23, 24):
        ec2.modify_volume(VolumeId=identifier, Size=size)
    with pytest.raises(ClientError) as raised:
        ec2.modify_volume(VolumeId=identifier, Size=25)
    assert code(raised) == "VolumeModificationRateExceeded"


def test_a_volume_out_of_proportion_or_smaller_than_its_snapshot_is_refused(stage: Stage) -> None:
    ec2, where = stage.client("ec2"), subnet(stage)["AvailabilityZone"]
    large = ec2.create_volume(AvailabilityZone=where, Size=100, VolumeType="gp3", Iops=8000, Throughput=2000)
    snapshot = ec2.create_snapshot(VolumeId=large["VolumeId"])["SnapshotId"]
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"Size": 7, "Iops": 3501}, "iops to volume size"),
        ({"Size": 20, "Throughput": 751}, "throughput to iops"),
        ({"Size": 99, "SnapshotId": snapshot}, "expect size >= 100GB"),
    ]
    for given, reason in wrong:
        with pytest.raises(ClientError, match=reason) as raised:
            ec2.create_volume(AvailabilityZone=where, VolumeType="gp3", **given)
        assert code(raised) == "InvalidParameterValue"
    with pytest.raises(ClientError, match="throughput to iops"):
        ec2.modify_volume(VolumeId=large["VolumeId"], Iops=7999)
    assert [each["VolumeId"] for each in ec2.describe_volumes()["Volumes"]] == [large["VolumeId"]]


def test_a_composite_alarm_stands_on_alarms_that_are_there(stage: Stage) -> None:
    watch = stage.client("cloudwatch")
    metric: dict[str, Any] = {
        "Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Statistic": "Average", "Threshold": 1,
        "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Period": 60,
    }  # fmt: skip
    watch.put_metric_alarm(AlarmName="busy", **metric)
    for rule, reason in (("ALARM(busy) OR ALARM(", "cannot be read"), ("ALARM(busy) OR OK(nobody)", "do not exist")):
        with pytest.raises(ClientError, match=reason):
            watch.put_composite_alarm(AlarmName="down", AlarmRule=rule)
    watch.put_composite_alarm(AlarmName="down", AlarmRule='NOT (OK("busy")) AND TRUE')
    with pytest.raises(ClientError, match="the composite alarm down depends on it"):
        watch.delete_alarms(AlarmNames=["busy"])
    for odd in ({"Period": 61}, {"EvaluationPeriods": 1441}):
        with pytest.raises(ClientError, match="ValidationError"):
            watch.put_metric_alarm(AlarmName="other", **{**metric, **odd})
    watch.delete_alarms(AlarmNames=["down"])
    watch.delete_alarms(AlarmNames=["busy"])
    assert watch.describe_alarms()["MetricAlarms"] == []


def test_a_volume_is_attached_once_and_in_its_zone(stage: Stage) -> None:
    ec2, identifier, first, second = stage.client("ec2"), disk(stage), host(stage), host(stage)
    ec2.attach_volume(VolumeId=identifier, InstanceId=first, Device="/dev/sdf")
    with pytest.raises(ClientError) as raised:
        ec2.attach_volume(VolumeId=identifier, InstanceId=second, Device="/dev/sdf")
    assert code(raised) == "VolumeInUse"
    with pytest.raises(ClientError) as raised:
        ec2.attach_volume(VolumeId=disk(stage, "us-east-1f"), InstanceId=second, Device="/dev/sdg")
    assert code(raised) == "InvalidVolume.ZoneMismatch"
    ec2.terminate_instances(InstanceIds=[first])
    ec2.attach_volume(VolumeId=identifier, InstanceId=second, Device="/dev/sdf")


def test_an_interface_is_attached_once_and_is_free_after_its_host(stage: Stage) -> None:
    ec2, first, second = stage.client("ec2"), host(stage), host(stage)
    made = ec2.create_network_interface(SubnetId=subnet(stage)["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    ec2.attach_network_interface(NetworkInterfaceId=made, InstanceId=first, DeviceIndex=1)
    with pytest.raises(ClientError) as raised:
        ec2.attach_network_interface(NetworkInterfaceId=made, InstanceId=second, DeviceIndex=1)
    assert code(raised) == "InvalidNetworkInterface.InUse"
    ec2.terminate_instances(InstanceIds=[first])
    ec2.attach_network_interface(NetworkInterfaceId=made, InstanceId=second, DeviceIndex=1)


def test_the_type_of_a_running_instance_stays(stage: Stage) -> None:
    with pytest.raises(ClientError) as raised:
        stage.client("ec2").modify_instance_attribute(InstanceId=host(stage), InstanceType={"Value": "t4g.medium"})
    assert code(raised) == "IncorrectInstanceState"


def test_long_user_data_is_refused_by_the_server_too(stage: Stage) -> None:
    data = {"ImageId": image(stage), "InstanceType": "t4g.micro", "UserData": base64.b64encode(LONG.encode()).decode()}
    with pytest.raises(ClientError) as raised:
        stage.client("ec2").create_launch_template(LaunchTemplateName="x", LaunchTemplateData=data)
    assert code(raised) == "InvalidParameterValue"


def encoded(text: str) -> str:
    """As user data is given to a launch template."""
    return base64.b64encode(text.encode()).decode()


IN_PREVIEW: list[tuple[Spec, str]] = [
    (("ec2.LaunchTemplate", "x", {"user_data": encoded(LONG)}), "userData is 16385 bytes before base64"),
    (("ec2.LaunchTemplate", "x", {"user_data": "not base64!"}), "userData is not base64"),
    (("sqs.Queue", "x", {}), "resource type aws:sqs/queue:Queue is not supported by the stand-in"),
    (("s3.Bucket", "x", {"acceleration_status": "Enabled"}), "property accelerationStatus is not supported"),
    (
        ("vpc.SecurityGroupIngressRule", "x", {"security_group_id": "sg-1", "ip_protocol": "tcp"}),
        "exactly one of cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId is needed",
    ),
    (("autoscaling.Group", "x", {"min_size": 1, "max_size": 1}), "exactly one of launchTemplate and mixedInst"),
    (("cloudwatch.EventRule", "x", {}), "eventPattern or scheduleExpression is needed"),
    (
        ("backup.Plan", "x", {"rules": [{"rule_name": "a", "target_vault_name": "b", "start_window": 30}]}),
        "startWindow is 30 minutes",
    ),
    (("ssm.Parameter", "x", {"type": "String"}), "exactly one of value, insecureValue and valueWo is needed"),
    (("kms.Alias", "x", {"name": "db", "target_key_id": "k"}), "must begin with alias/"),
    (
        ("s3.BucketOwnershipControls", "x", {"bucket": "b", "rule": {"object_owner": "me"}}),
        "rule: property object_owner does not exist in pulumi-aws",
    ),
]


@pytest.mark.parametrize(("resource", "reason"), IN_PREVIEW, ids=[each[1][:40] for each in IN_PREVIEW])
def test_a_preview_says_what_is_wrong(stage: Stage, resource: Spec, reason: str) -> None:
    stage.declare(resource)
    assert reason in stage.refused()


def test_without_a_server_of_this_machine_nothing_is_done(stage: Stage) -> None:
    stage.declare(("s3.Bucket", "x", {}))
    stage.stack.env["AWS_ENDPOINT_URL"] = "https://ec2.us-east-1.amazonaws.com"
    assert "names no server on this machine" in stage.refused()
    del stage.stack.env["AWS_ENDPOINT_URL"]
    assert "this is the stand-in for the aws plugin" in stage.refused()


def test_an_end_that_is_switched_off_is_respected(stage: Stage) -> None:
    stage.declare(group(stage), instance(stage, disable_api_termination=True))
    stage.up()
    done = stage.stack.destroy()
    assert done.rc != 0
    assert "OperationNotPermitted" in done.output


def test_tags_of_the_provider_reach_every_object_and_are_no_drift(stage: Stage) -> None:
    stage.stack.config("aws:defaultTags", {"tags": {"owner": "team"}})
    stage.declare(volume(stage), group(stage))
    stage.up()
    stage.quiet()
    live: Any = stage.client("ec2").describe_volumes()["Volumes"][0]["Tags"]
    assert {each["Key"]: each["Value"] for each in live} == {"Name": "data", "owner": "team"}
