"""Launch template, role and Auto Scaling group: up, quiet, changes, a host that heals, an end without rests.

moto replaces a terminated instance at once; how long AWS takes, and that capacity can be missing, is not proved.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.engine.aws.stage import Spec, Stage
from tests.engine.aws.test_host import group, image, subnet

pytestmark = pytest.mark.sample("aws", of="types", count=3)

ASSUME = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}},
    ],
}
ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": ["ec2:DescribeVolumes"], "Resource": "*"}],
}
METRICS = ["GroupInServiceInstances", "GroupDesiredCapacity"]


def identity() -> list[Spec]:
    """A role with its policy and profile."""
    return [
        ("iam.Role", "role", {"assume_role_policy": json.dumps(ASSUME), "path": "/db/", "tags": {"a": "b"}}),
        ("iam.RolePolicy", "policy", {"role": {"of": "role.id"}, "policy": json.dumps(ALLOW)}),
        ("iam.InstanceProfile", "profile", {"role": {"of": "role.name"}, "tags": {"a": "b"}}),
    ]


def template(stage: Stage, script: str = "#!/bin/sh\n", **changes: Any) -> Spec:
    """What the group launches."""
    base: dict[str, Any] = {
        "image_id": image(stage),
        "instance_type": "t4g.micro",
        "update_default_version": True,
        "user_data": base64.b64encode(script.encode()).decode(),
        "iam_instance_profile": {"arn": {"of": "profile.arn"}},
        "metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 1, "http_endpoint": "enabled"},
        "credit_specification": {"cpu_credits": "standard"},
        "network_interfaces": [
            {
                "associate_public_ip_address": "true",
                "device_index": 0,
                "security_groups": [{"of": "db.id"}],
                "delete_on_termination": "true",
            }
        ],
        "block_device_mappings": [
            {
                "device_name": "/dev/xvda",
                "ebs": {"volume_size": 8, "volume_type": "gp3", "encrypted": "true", "delete_on_termination": "true"},
            }
        ],
        "tag_specifications": [{"resource_type": "instance", "tags": {"Name": "host"}}],
        "tags": {"Name": "template"},
    }
    return ("ec2.LaunchTemplate", "template", {**base, **changes})


def fleet(stage: Stage, **changes: Any) -> Spec:
    """A spot group of one."""
    version = {"of": "template.latest_version"}
    base: dict[str, Any] = {
        "min_size": 1,
        "max_size": 1,
        "desired_capacity": 1,
        "vpc_zone_identifiers": [subnet(stage)["SubnetId"]],
        "capacity_rebalance": False,
        "health_check_type": "EC2",
        "health_check_grace_period": 120,
        "enabled_metrics": METRICS,
        "instance_maintenance_policy": {"min_healthy_percentage": 0, "max_healthy_percentage": 100},
        "mixed_instances_policy": {
            "instances_distribution": {
                "on_demand_base_capacity": 0,
                "on_demand_percentage_above_base_capacity": 0,
                "spot_allocation_strategy": "price-capacity-optimized",
            },
            "launch_template": {
                "launch_template_specification": {"launch_template_id": {"of": "template.id"}, "version": version},
                "overrides": [{"instance_type": "t4g.micro"}, {"instance_type": "t4g.small"}],
            },
        },
        "initial_lifecycle_hooks": [
            {"name": "boot", "lifecycle_transition": "autoscaling:EC2_INSTANCE_LAUNCHING", "default_result": "CONTINUE"}
        ],
        "tags": [{"key": "Name", "value": "host", "propagate_at_launch": True}],
    }
    return ("autoscaling.Group", "fleet", {**base, **changes})


def everything(stage: Stage, *rest: Spec) -> list[Spec]:
    """All types of this file; `rest` in the place of template and group."""
    return [group(stage), *identity(), *(rest or (template(stage), fleet(stage)))]


def living(stage: Stage) -> dict[str, Any]:
    """The group as AWS shows it."""
    return dict(stage.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"][0])


def host(stage: Stage) -> dict[str, Any]:
    """The group's instance."""
    identifier = living(stage)["Instances"][0]["InstanceId"]
    found = stage.client("ec2").describe_instances(InstanceIds=[identifier])
    return dict(found["Reservations"][0]["Instances"][0])


def test_a_spot_group_comes_up_heals_stays_quiet_and_goes(stage: Stage) -> None:
    stage.declare(*everything(stage))
    stage.up()
    stage.quiet()
    live = living(stage)
    assert live["InstanceMaintenancePolicy"] == {"MinHealthyPercentage": 0, "MaxHealthyPercentage": 100}
    assert {each["Metric"] for each in live["EnabledMetrics"]} == set(METRICS)
    first = host(stage)
    assert (first["InstanceLifecycle"], first["InstanceType"]) == ("spot", "t4g.micro")
    assert first["MetadataOptions"]["HttpTokens"] == "required"
    assert first["IamInstanceProfile"]["Arn"].endswith(stage.stack.outputs()["profile"])
    assert {each["Key"]: each["Value"] for each in first["Tags"]}["Name"] == "host"
    hooks = stage.client("autoscaling").describe_lifecycle_hooks(AutoScalingGroupName=live["AutoScalingGroupName"])
    assert [each["LifecycleHookName"] for each in hooks["LifecycleHooks"]] == ["boot"]
    stage.client("ec2").terminate_instances(InstanceIds=[first["InstanceId"]])
    assert host(stage)["InstanceId"] != first["InstanceId"]
    stage.quiet()
    stage.destroy()
    iam, ec2 = stage.client("iam"), stage.client("ec2")
    assert stage.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert ec2.describe_launch_templates()["LaunchTemplates"] == []
    assert ec2.describe_volumes()["Volumes"] == []
    assert iam.list_instance_profiles()["InstanceProfiles"] == []
    assert [each["RoleName"] for each in iam.list_roles()["Roles"] if not each["Path"].startswith("/aws-")] == []


def test_a_new_template_version_reaches_the_group_and_waits_for_the_next_host(stage: Stage) -> None:
    stage.declare(*everything(stage))
    stage.up()
    first = host(stage)["InstanceId"]
    stage.declare(*everything(stage, template(stage, "#!/bin/sh\necho new\n"), fleet(stage, max_size=2)))
    assert stage.steps() == {"template": "update", "fleet": "update"}
    stage.up()
    stage.quiet()
    live = living(stage)
    specification = live["MixedInstancesPolicy"]["LaunchTemplate"]["LaunchTemplateSpecification"]
    assert (specification["Version"], live["MaxSize"]) == ("2", 2)
    assert host(stage)["InstanceId"] == first


def test_a_refresh_replaces_the_host_when_the_template_changes(stage: Stage) -> None:
    refresh = {"strategy": "Rolling", "preferences": {"min_healthy_percentage": 0}}
    stage.declare(*everything(stage, template(stage), fleet(stage, instance_refresh=refresh)))
    stage.up()
    first = host(stage)["InstanceId"]
    stage.declare(*everything(stage, template(stage, "#!/bin/sh\n:\n"), fleet(stage, instance_refresh=refresh)))
    stage.up()
    assert host(stage)["InstanceId"] != first
    stage.quiet()


def test_a_changed_group_a_changed_role_and_a_strange_tag_are_shown_and_repaired(stage: Stage) -> None:
    stage.declare(*everything(stage))
    stage.up()
    iam, autoscaling, ids = stage.client("iam"), stage.client("autoscaling"), stage.stack.outputs()
    autoscaling.update_auto_scaling_group(AutoScalingGroupName=ids["fleet"], MaxSize=3)
    autoscaling.create_or_update_tags(
        Tags=[{"ResourceId": ids["fleet"], "ResourceType": "auto-scaling-group", "Key": "x", "Value": "y",
               "PropagateAtLaunch": False}]
    )  # fmt: skip
    open_ = {**ALLOW, "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    name = ids["policy"].partition(":")[2]
    iam.put_role_policy(RoleName=ids["role"], PolicyName=name, PolicyDocument=json.dumps(open_))
    iam.tag_role(RoleName=ids["role"], Tags=[{"Key": "a", "Value": "other"}])
    assert stage.steps() == {"fleet": "update", "policy": "update", "role": "update"}
    assert stage.changed("fleet") == {"maxSize", "tags[1]"}
    stage.up()
    stage.quiet()
    assert living(stage)["MaxSize"] == 1
    found = iam.get_role_policy(RoleName=ids["role"], PolicyName=name)["PolicyDocument"]
    assert found == ALLOW


def test_on_demand_instead_of_spot_is_a_change_in_place(stage: Stage) -> None:
    stage.declare(*everything(stage))
    stage.up()
    arguments = dict(fleet(stage)[2])
    del arguments["mixed_instances_policy"]
    plain = {"id": {"of": "template.id"}, "version": "$Latest"}
    stage.declare(
        *everything(stage, template(stage), ("autoscaling.Group", "fleet", {**arguments, "launch_template": plain}))
    )
    assert stage.steps() == {"fleet": "update"}
    stage.up()
    stage.quiet()
    assert "MixedInstancesPolicy" not in living(stage)


@pytest.mark.parametrize(("kind", "reason"), [("t3.micro", "architecture"), ("t9.none", "InvalidInstanceType")])
def test_a_type_that_the_image_does_not_fit_is_refused_among_the_overrides_too(
    stage: Stage, kind: str, reason: str
) -> None:
    arguments = json.loads(json.dumps(fleet(stage)[2]))
    arguments["mixed_instances_policy"]["launch_template"]["overrides"].append({"instance_type": kind})
    stage.declare(*everything(stage, template(stage), ("autoscaling.Group", "fleet", arguments)))
    assert reason in stage.refused("up")
