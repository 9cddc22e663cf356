"""Functions: what a program looks up is what the server has.

Which of them AWS would answer differently is not proved.
"""

from __future__ import annotations

import json

import pytest

from tests.engine.aws.stage import Stage
from tests.engine.aws.test_host import ARM, group, image, instance, subnet

pytestmark = pytest.mark.sample("aws", of="types", count=3)


def test_every_function_answers_what_the_server_has(stage: Stage) -> None:
    stage.declare(group(stage), instance(stage))
    stage.up()
    net = subnet(stage)
    statement = {
        "sid": "tls",
        "effect": "Deny",
        "actions": ["s3:*"],
        "resources": ["*"],
        "principals": [{"type": "*", "identifiers": ["*"]}],
        "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
    }
    by_vpc = [{"name": "vpc-id", "values": [net["VpcId"]]}]
    stage.ask(
        ("ami", "ec2.get_ami", {"filters": [{"name": "image-id", "values": [image(stage)]}], "owners": ["amazon"]}),
        ("vpc", "ec2.get_vpc", {"default": True}),
        ("one", "ec2.get_subnet", {"id": net["SubnetId"]}),
        ("all", "ec2.get_subnets", {"filters": by_vpc}),
        ("sg", "ec2.get_security_group", {"name": "default", "vpc_id": net["VpcId"]}),
        ("table", "ec2.get_route_table", {"filters": [*by_vpc, {"name": "association.main", "values": ["true"]}]}),
        ("tables", "ec2.get_route_tables", {"vpc_id": net["VpcId"]}),
        ("host", "ec2.get_instance", {"instance_tags": {"Name": "host"}}),
        ("hosts", "ec2.get_instances", {"instance_tags": {"Name": "host"}}),
        ("type", "ec2.get_instance_type", {"instance_type": "t4g.medium"}),
        ("parameter", "ssm.get_parameter", {"name": ARM}),
        ("me", "get_caller_identity", {}),
        ("here", "get_region", {}),
        ("partition", "get_partition", {}),
        ("policy", "iam.get_policy_document", {"statements": [statement]}),
    )  # fmt: skip
    stage.up()
    seen = json.loads(stage.stack.run("stack", "output", "--json", "--show-secrets").stdout)
    assert seen["ami"]["architecture"] == "arm64"
    assert seen["vpc"]["id"] == net["VpcId"]
    assert seen["one"]["availability_zone"] == net["AvailabilityZone"]
    assert net["SubnetId"] in seen["all"]["ids"]
    assert seen["sg"]["name"] == "default"
    assert seen["table"]["route_table_id"] in seen["tables"]["ids"]
    assert seen["vpc"]["main_route_table_id"] == seen["table"]["route_table_id"]
    outputs = seen["hosts"]["ids"]
    assert outputs == [seen["host"]["instance_id"]]
    assert seen["host"]["private_ip"] == seen["hosts"]["private_ips"][0]
    assert seen["type"]["supported_architectures"] == ["arm64"]
    assert (seen["type"]["memory_size"], seen["type"]["default_vcpus"]) == (4096, 2)
    assert seen["type"]["ebs_performance_baseline_iops"] == 2000
    assert seen["parameter"]["value"] == image(stage)
    assert seen["me"]["account_id"] == "123456789012"
    assert (seen["here"]["region"], seen["partition"]["partition"]) == ("us-east-1", "aws")
    assert json.loads(seen["policy"]["json"])["Statement"] == [
        {
            "Sid": "tls",
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Principal": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]


def test_a_look_up_that_fits_none_or_several_is_refused(stage: Stage) -> None:
    stage.declare()
    stage.ask(("one", "ec2.get_subnet", {}))
    assert "exactly one" in stage.refused()
    stage.ask(("one", "ec2.get_vpc", {"tags": {"Name": "nothing"}}))
    assert "none of them fit" in stage.refused()


def test_a_function_nobody_wrote_is_refused_by_name(stage: Stage) -> None:
    stage.declare()
    stage.ask(("zone", "route53.get_zone", {"name": "example.org"}))
    assert "function aws:route53/getZone:getZone is not supported by the stand-in" in stage.refused()
