"""Volumes, security groups, interfaces, instances: up, an empty second preview, changes, drift, an end without rests.

Proves what the stand-in does, and so what programs can be tried on; not what AWS does.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.aws.stage import Spec, Stage

pytestmark = pytest.mark.sample("aws", of="types", count=3)

ARM = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"


def image(stage: Stage) -> str:
    """A known image for arm64."""
    return str(stage.client("ssm").get_parameter(Name=ARM)["Parameter"]["Value"])


def subnet(stage: Stage) -> dict[str, Any]:
    """A subnet of the default network."""
    return dict(stage.client("ec2").describe_subnets()["Subnets"][0])


def volume(stage: Stage, **changes: Any) -> Spec:
    """A data volume in the subnet's zone."""
    zone = subnet(stage)["AvailabilityZone"]
    base = {"availability_zone": zone, "size": 20, "type": "gp3", "encrypted": True, "tags": {"Name": "data"}}
    return ("ebs.Volume", "data", {**base, **changes})


def group(stage: Stage) -> Spec:
    """A security group."""
    return ("ec2.SecurityGroup", "db", {"vpc_id": subnet(stage)["VpcId"], "description": "db", "tags": {"Name": "db"}})


def rule(**changes: Any) -> Spec:
    """A way in for clients."""
    base = {"security_group_id": {"of": "db.id"}, "ip_protocol": "tcp", "from_port": 5432, "to_port": 5432}
    return ("vpc.SecurityGroupIngressRule", "clients", {**base, "cidr_ipv4": "10.0.0.0/8", **changes})


def instance(stage: Stage, **changes: Any) -> Spec:
    """A host."""
    base: dict[str, Any] = {
        "ami": image(stage),
        "instance_type": "t4g.small",
        "subnet_id": subnet(stage)["SubnetId"],
        "vpc_security_group_ids": [{"of": "db.id"}],
        "user_data_base64": "IyEvYmluL3NoCg==",
        "associate_public_ip_address": True,
        "monitoring": False,
        "metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 1, "http_endpoint": "enabled"},
        "credit_specification": {"cpu_credits": "standard"},
        "maintenance_options": {"auto_recovery": "default"},
        "root_block_device": {"volume_size": 8, "volume_type": "gp3", "encrypted": True},
        "tags": {"Name": "host"},
    }
    return ("ec2.Instance", "host", {**base, **changes})


def everything(stage: Stage) -> list[Spec]:
    """All types of this file."""
    egress = {"security_group_id": {"of": "db.id"}, "ip_protocol": "-1", "cidr_ipv4": "0.0.0.0/0"}
    interface = {"subnet_id": subnet(stage)["SubnetId"], "security_groups": [{"of": "db.id"}], "tags": {"Name": "ip"}}
    return [
        volume(stage),
        group(stage),
        rule(),
        ("vpc.SecurityGroupEgressRule", "out", egress),
        ("ec2.NetworkInterface", "address", {**interface, "description": "stable address"}),
        instance(stage),
    ]


def test_a_host_with_all_its_parts_comes_up_stays_quiet_and_goes(stage: Stage) -> None:
    stage.declare(*everything(stage))
    stage.up()
    stage.quiet()
    ec2 = stage.client("ec2")
    host = stage.stack.outputs()["host"]
    live = ec2.describe_instances(InstanceIds=[host])["Reservations"][0]["Instances"][0]
    assert live["InstanceType"] == "t4g.small"
    assert live["MetadataOptions"]["HttpTokens"] == "required"
    asked = ec2.describe_instance_credit_specifications(InstanceIds=[host])
    assert asked["InstanceCreditSpecifications"][0]["CpuCredits"] == "standard"
    stage.destroy()
    assert ec2.describe_volumes()["Volumes"] == []
    assert [each["GroupName"] for each in ec2.describe_security_groups()["SecurityGroups"]] == ["default"]
    assert ec2.describe_network_interfaces()["NetworkInterfaces"] == []


def test_type_and_size_change_in_place_and_an_image_makes_a_new_host(stage: Stage) -> None:
    stage.declare(*everything(stage))
    stage.up()
    host = stage.stack.outputs()["host"]
    stage.declare(*everything(stage)[1:5], volume(stage, size=30), instance(stage, instance_type="t4g.medium"))
    assert stage.steps() == {"data": "update", "host": "update"}
    stage.up()
    stage.quiet()
    assert stage.stack.outputs()["host"] == host
    ec2 = stage.client("ec2")
    live = ec2.describe_instances(InstanceIds=[host])["Reservations"][0]["Instances"][0]
    assert (live["InstanceType"], live["State"]["Name"]) == ("t4g.medium", "running")
    assert [each["Size"] for each in ec2.describe_volumes(VolumeIds=[stage.stack.outputs()["data"]])["Volumes"]] == [30]
    other = ec2.copy_image(Name="newer", SourceImageId=image(stage), SourceRegion="us-east-1")["ImageId"]
    stage.declare(*everything(stage)[1:5], volume(stage, size=30), instance(stage, ami=other))
    assert stage.steps()["host"] in ("replace", "create-replacement", "delete-replaced")


def test_a_volume_in_another_zone_is_another_volume(stage: Stage) -> None:
    stage.declare(volume(stage))
    stage.up()
    stage.declare(volume(stage, availability_zone="us-east-1f"))
    assert stage.changed("data") == {"availabilityZone"}
    assert "replace" in stage.steps()["data"]


def test_an_opened_rule_a_strange_tag_and_a_changed_type_are_shown_and_repaired(stage: Stage) -> None:
    stage.declare(*everything(stage))
    stage.up()
    ec2, ids = stage.client("ec2"), stage.stack.outputs()
    opened = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "CidrIpv4": "0.0.0.0/0"}
    ec2.modify_security_group_rules(
        GroupId=ids["db"],
        SecurityGroupRules=[{"SecurityGroupRuleId": ids["clients"], "SecurityGroupRule": opened}],
    )
    ec2.create_tags(Resources=[ids["data"]], Tags=[{"Key": "Name", "Value": "mine"}, {"Key": "extra", "Value": "x"}])
    ec2.revoke_security_group_egress(GroupId=ids["db"], SecurityGroupRuleIds=[ids["out"]])
    assert stage.stack.run("refresh", "--preview-only", "--expect-no-changes").rc != 0
    assert stage.steps() == {"clients": "update", "data": "update", "out": "create"}
    assert stage.changed("clients") == {"cidrIpv4"}
    stage.up()
    stage.quiet()
    live = ec2.describe_security_group_rules(SecurityGroupRuleIds=[ids["clients"]])["SecurityGroupRules"][0]
    assert live["CidrIpv4"] == "10.0.0.0/8"
    found = ec2.describe_volumes(VolumeIds=[ids["data"]])["Volumes"][0]["Tags"]
    assert found == [{"Key": "Name", "Value": "data"}]


def test_an_ended_instance_is_made_again(stage: Stage) -> None:
    stage.declare(group(stage), instance(stage))
    stage.up()
    stage.client("ec2").terminate_instances(InstanceIds=[stage.stack.outputs()["host"]])
    assert stage.steps() == {"host": "create"}
    stage.up()
    stage.quiet()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"instance_type": "m5.large"}, "architecture"),
        ({"instance_type": "t4g.enormous"}, "InvalidInstanceType"),
        ({"ami": "ami-00000000"}, "InvalidAMIID.NotFound"),
    ],
    ids=["architecture", "type", "image"],
)
def test_a_host_that_aws_would_not_start_is_refused(stage: Stage, changes: dict[str, Any], reason: str) -> None:
    arguments = {**instance(stage, **changes)[2]}
    arguments.pop("root_block_device")
    stage.declare(group(stage), ("ec2.Instance", "host", arguments))
    assert reason in stage.refused("up")
    assert stage.client("ec2").describe_instances()["Reservations"] == []
