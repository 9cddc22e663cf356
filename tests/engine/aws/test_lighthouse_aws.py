"""Lighthouse's stacks dev and prod through the real engine: from nothing to a database with its objects, and changed.

A plain run takes the beginning and the end of both, and three changes of dev; `make aws` takes all. The stand-in for
AWS answers, a container stands in for what runs on a host. Not proved here: AWS itself, the official plugin, the boot
program (tests/boot runs it), Session Manager.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.engine.aws.offline import Offline, exported
from tests.support.fix_local import project_copy

SECRET = "lighthouse/prod/db/password"
KEEP = "INSERT INTO users (email) VALUES ('kept@example.com') ON CONFLICT DO NOTHING"
KEPT = "SELECT 1 / count(*) FROM users WHERE email = 'kept@example.com'"
"""Fails where the row is not there."""
DRAWN = pytest.mark.sample("aws", of="dev", count=3)


@pytest.fixture(scope="module")
def offline(engine: Mapping[str, str], image: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offline]:
    """A checkout with the exports of `make env-aws-offline` in its environment."""
    with exported(project_copy(tmp_path_factory.mktemp("offline") / "clone"), engine) as made:
        yield made


@pytest.fixture(scope="module")
def dev(offline: Offline) -> Offline:
    """The stack dev is up."""
    offline.up("dev")
    return offline


@pytest.fixture(scope="module")
def prod(offline: Offline) -> Offline:
    """The stack prod is up."""
    offline.up("prod")
    return offline


def test_dev_stands_with_its_objects_and_a_second_preview_is_empty(dev: Offline) -> None:
    assert dev.steps("dev") == {}
    found = dev.outputs("dev")
    assert found["estimated_monthly_cost"] > 0
    assert found["instance_id"].startswith("i-")
    assert found["database_connection"]["via"] == "ssm:timescaledb-database=lighthouse-dev@us-east-1"
    password = dev.client("ssm").get_parameter(Name="/lighthouse/dev/db/password", WithDecryption=True)
    assert not _is_in_state(dev, "dev", password["Parameter"]["Value"])


def test_a_terminated_instance_is_replaced_and_nothing_else_changes(dev: Offline) -> None:
    """The group heals by itself; the database's objects are not touched, and the outputs name the new host."""
    ec2, before = dev.client("ec2"), dev.outputs("dev")["instance_id"]
    ec2.terminate_instances(InstanceIds=[before])
    dev.client("autoscaling").describe_auto_scaling_groups()  # moto's group looks after its hosts when it is asked
    dev.refresh("dev")
    assert dev.steps("dev") == {}
    dev.up("dev")
    assert dev.outputs("dev")["instance_id"] != before


@DRAWN
def test_the_volume_grows_in_place_and_never_shrinks(dev: Offline) -> None:
    (volume,) = _volumes(dev, "lighthouse-dev")
    dev.set("dev", storage_gb="40")
    assert dev.steps("dev")["lighthouse-data-volume"] == "update"
    dev.up("dev")
    assert [(each["VolumeId"], each["Size"]) for each in _volumes(dev, "lighthouse-dev")] == [(volume["VolumeId"], 40)]
    dev.set("dev", storage_gb="30")
    assert "size_gb is 30 but the volume has 40 GB" in dev.refused("dev")
    dev.set("dev", storage_gb="40")
    assert dev.steps("dev") == {}


@DRAWN
def test_another_instance_type_is_a_new_template_and_keeps_the_volume(dev: Offline) -> None:
    (volume,) = _volumes(dev, "lighthouse-dev")
    dev.set("dev", instance_type="t4g.small", alternative_types="t4g.medium")
    steps = dev.steps("dev")
    assert steps["lighthouse-host-template"] == "update"
    assert steps["lighthouse-settings-parameter"] == "update"  # more memory, other settings
    assert "lighthouse-data-volume" not in steps
    dev.up("dev")
    assert dev.steps("dev") == {}
    assert _volumes(dev, "lighthouse-dev")[0]["VolumeId"] == volume["VolumeId"]


@DRAWN
def test_an_alarm_that_somebody_deleted_is_drift_and_comes_back(dev: Offline) -> None:
    cloudwatch = dev.client("cloudwatch")
    name = next(each for each in _alarms(dev) if "data-disk" in each)
    cloudwatch.delete_alarms(AlarmNames=[name])
    assert dev.steps("dev") == {"lighthouse-watch-data-disk-critical": "create"}
    dev.up("dev")
    assert name in _alarms(dev)


@DRAWN
def test_a_changed_secret_is_used_and_changes_nothing_else(dev: Offline) -> None:
    """It is read when it is used; of a host, that it follows the stored one is all that matters here."""
    secret = {"Name": "/lighthouse/dev/db/password", "Type": "SecureString"}
    dev.client("ssm").put_parameter(**secret, Value="an-other-password-1", Overwrite=True)
    assert dev.steps("dev") == {}
    dev.up("dev")
    assert not _is_in_state(dev, "dev", "an-other-password-1")


@DRAWN
def test_alarms_that_are_added_are_made_beside_the_others(dev: Offline) -> None:
    before = _alarms(dev)
    dev.set("dev", alarms="all")
    steps = dev.steps("dev")
    updated = {name for name, step in steps.items() if step != "create"}
    measures_more = {"lighthouse-host-template", "lighthouse-host-group"}
    spoken_for = {f"lighthouse-watch-{name}-critical" for name in ("up", "status-check", "host-gone")}  # by composites
    assert updated == measures_more | spoken_for
    dev.up("dev")
    assert dev.steps("dev") == {}
    assert before < _alarms(dev)
    dev.set("dev", alarms="free")
    dev.up("dev")
    assert _alarms(dev) == before


@DRAWN
def test_drift_inside_the_database_is_shown_on_aws_as_well(dev: Offline) -> None:
    """The preview reads the database through Session Manager."""
    dev.sql("dev", "SELECT set_chunk_time_interval('check_history', interval '2 days')")
    assert dev.steps("dev") == {"lighthouse-public.check_history": "update"}
    dev.up("dev")
    assert dev.steps("dev") == {}


def test_spot_to_on_demand_keeps_the_data(dev: Offline) -> None:
    (volume,) = _volumes(dev, "lighthouse-dev")
    dev.set("dev", market="on-demand", alternative_types="")
    said = dev.refused("dev")
    assert "bought the other way and holds the volume" in " ".join(said.split())
    group = {"AutoScalingGroupName": "lighthouse-dev", "MinSize": 0, "DesiredCapacity": 0}
    dev.client("autoscaling").update_auto_scaling_group(**group)
    done = dev.pulumi("up", "--yes", "--skip-preview", "-s", "dev", TSDB_DATABASE="skip")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _groups(dev) == []
    dev.up("dev")
    assert dev.steps("dev") == {}
    assert _volumes(dev, "lighthouse-dev")[0]["VolumeId"] == volume["VolumeId"]


def test_dev_is_destroyed_whole(dev: Offline) -> None:
    done = dev.pulumi("destroy", "--yes", "--skip-preview", "-s", "dev")
    assert done.returncode == 0, done.stdout + done.stderr
    assert _volumes(dev, "lighthouse-dev") == []


@pytest.mark.sample("aws", of="again", count=0)
def test_dev_comes_again_after_its_end(dev: Offline) -> None:
    """What it left behind, its recovery points, is taken back."""
    assert dev.steps("dev")["lighthouse-backup-vault"] == "import"
    dev.up("dev")
    assert dev.steps("dev") == {}
    done = dev.pulumi("destroy", "--yes", "--skip-preview", "-s", "dev")
    assert done.returncode == 0, done.stdout + done.stderr


def test_prod_stands_with_its_objects_and_a_second_preview_is_empty(prod: Offline) -> None:
    assert prod.steps("prod") == {}
    prod.refresh("prod")
    found = prod.outputs("prod")
    assert "lighthouse-prod" in found["cloudwatch_dashboard_url"]
    assert found["alarm_sns_topic_arn"].startswith("arn:aws:sns:us-east-1:")
    account = prod.client("sts").get_caller_identity()["Account"]
    s3, bucket = prod.client("s3"), f"lighthouse-prod-timescaledb-archive-{account}"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values())
    password = prod.client("secretsmanager").get_secret_value(SecretId=SECRET)
    assert not _is_in_state(prod, "prod", password["SecretString"])


@pytest.mark.sample("aws", of="prod")
def test_prod_grows_in_place_and_never_shrinks(prod: Offline) -> None:
    """The volume online, the machine with a stop of minutes; both are the same ones afterwards."""
    (volume,) = _volumes(prod, "lighthouse-prod")
    instance = prod.outputs("prod")["instance_id"]
    assert volume["Size"] == 100
    prod.set("prod", storage_gb="200", instance_type="t4g.medium")
    steps = prod.steps("prod")
    assert steps["lighthouse-data-volume"] == steps["lighthouse-host-instance"] == "update"
    assert set(steps.values()) == {"update"}
    prod.up("prod")
    assert prod.steps("prod") == {}
    assert [(each["VolumeId"], each["Size"]) for each in _volumes(prod, "lighthouse-prod")] == [
        (volume["VolumeId"], 200)
    ]
    assert prod.outputs("prod")["instance_id"] == instance
    running = [each for each in _hosts(prod, "lighthouse-prod") if each["State"]["Name"] == "running"]
    assert [(each["InstanceId"], each["InstanceType"]) for each in running] == [(instance, "t4g.medium")]
    prod.set("prod", storage_gb="100")
    assert "size_gb is 100 but the volume has 200 GB" in prod.refused("prod")
    prod.set("prod", storage_gb="200")
    assert prod.steps("prod") == {}


@pytest.mark.sample("aws", of="prod")
def test_a_changed_secret_of_prod_is_used_and_changes_nothing_else(prod: Offline) -> None:
    """As in dev; here it is Secrets Manager's."""
    prod.client("secretsmanager").put_secret_value(SecretId=SECRET, SecretString="an-other-password-2")
    assert prod.steps("prod") == {}
    prod.up("prod")
    assert not _is_in_state(prod, "prod", "an-other-password-2")


@pytest.mark.sample("aws", of="prod")
def test_an_alarm_of_prod_that_somebody_deleted_is_drift_and_comes_back(prod: Offline) -> None:
    """One that no composite speaks for: AWS deletes no other."""
    cloudwatch, name = prod.client("cloudwatch"), "lighthouse-prod-timescaledb-data-disk-critical"
    assert name in _alarms(prod)
    cloudwatch.delete_alarms(AlarmNames=[name])
    assert prod.steps("prod") == {"lighthouse-watch-data-disk-critical": "create"}
    prod.up("prod")
    assert name in _alarms(prod)
    assert prod.steps("prod") == {}


@pytest.mark.sample("aws", of="prod")
def test_a_rule_that_somebody_widened_is_drift_and_is_narrowed(prod: Offline) -> None:
    """The backend's rule lets a whole network in, by hand."""
    ec2 = prod.client("ec2")
    (rule,) = [each for each in ec2.describe_security_group_rules()["SecurityGroupRules"] if _is_ours(each)]
    wider = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "Description": rule["Description"]}
    wider["ReferencedGroupId"] = rule["ReferencedGroupInfo"]["GroupId"]
    changed = {"SecurityGroupRuleId": rule["SecurityGroupRuleId"], "SecurityGroupRule": wider}
    ec2.modify_security_group_rules(GroupId=rule["GroupId"], SecurityGroupRules=[changed])
    assert prod.steps("prod") == {"lighthouse-security-in-clients-5432": "update"}
    prod.up("prod")
    (rule,) = [each for each in ec2.describe_security_group_rules()["SecurityGroupRules"] if _is_ours(each)]
    assert (rule["FromPort"], rule["ToPort"]) == (5432, 5432)


@pytest.mark.sample("aws", of="prod")
def test_a_door_that_somebody_opened_is_refused_until_it_is_closed(prod: Offline) -> None:
    """A rule that nobody declares belongs to no resource, so that the preview says how to close it."""
    ec2 = prod.client("ec2")
    (ours,) = [each for each in ec2.describe_security_group_rules()["SecurityGroupRules"] if _is_ours(each)]
    opened = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_ingress(GroupId=ours["GroupId"], IpPermissions=[opened])
    said = " ".join(prod.refused("prod").split())
    assert "lets 0.0.0.0/0 in on 5432-5432 by the rule sgr-" in said
    ec2.revoke_security_group_ingress(GroupId=ours["GroupId"], IpPermissions=[opened])
    assert prod.steps("prod") == {}


def test_prod_is_not_destroyed_by_mistake(prod: Offline) -> None:
    """The protected volume refuses, before anything is touched."""
    before = prod.outputs("prod")
    done = prod.pulumi("destroy", "--yes", "-s", "prod")
    assert done.returncode != 0
    assert "lighthouse-data-volume" in done.stdout + done.stderr
    assert prod.outputs("prod") == before
    assert prod.steps("prod") == {}


@pytest.mark.sample("aws", of="prod")
def test_prod_that_was_half_destroyed_is_healed_by_the_next_up(prod: Offline) -> None:
    """Without its preview a destroy goes on until it comes to the protected volume."""
    (volume,) = _volumes(prod, "lighthouse-prod")
    prod.sql("prod", KEEP)
    before = len(_named(prod))
    done = prod.pulumi("destroy", "--yes", "--skip-preview", "-s", "prod")
    assert done.returncode != 0
    assert "lighthouse-data-volume" in done.stdout + done.stderr
    assert len(_named(prod)) < before
    prod.up("prod")
    assert prod.steps("prod") == {}
    assert len(_named(prod)) == before
    assert [each["VolumeId"] for each in _volumes(prod, "lighthouse-prod")] == [volume["VolumeId"]]
    prod.sql("prod", KEPT)


def test_prod_goes_by_the_documented_way_and_leaves_its_data_behind(prod: Offline) -> None:
    """README: what is protected is unprotected by its URN first; volume, password, archive and vault stay even then."""
    prod.sql("prod", KEEP)
    protected = [each["urn"] for each in prod.state("prod")["deployment"]["resources"] if each.get("protect")]
    assert {urn.rpartition("::")[2] for urn in protected} == {"lighthouse-data-volume"}
    for urn in protected:
        prod.pulumi("state", "unprotect", urn, "--yes", "-s", "prod")
    done = prod.pulumi("destroy", "--yes", "-s", "prod")
    assert done.returncode == 0, done.stdout + done.stderr
    assert prod.state("prod")["deployment"].get("resources", []) == []
    assert [each["State"] for each in _volumes(prod, "lighthouse-prod")] == ["available"]
    assert prod.client("secretsmanager").describe_secret(SecretId="lighthouse/prod/db/password")["ARN"]
    assert [each["Name"] for each in prod.client("s3").list_buckets()["Buckets"] if "prod" in each["Name"]]
    vaults = prod.client("backup").list_backup_vaults()["BackupVaultList"]
    assert [each["BackupVaultName"] for each in vaults if "prod" in each["BackupVaultName"]]
    ended = {each["State"]["Name"] for each in _hosts(prod, "lighthouse-prod")}
    assert ended == {"terminated"}
    assert not [name for name in _alarms(prod) if "prod" in name]


@pytest.mark.sample("aws", of="again", count=0)
def test_prod_comes_again_with_its_data(prod: Offline) -> None:
    """Each of the four that stayed is taken back, and no other is there to be taken."""
    (volume,) = _volumes(prod, "lighthouse-prod")
    steps = prod.steps("prod")
    assert {name for name, step in steps.items() if step == "import"} == {
        "lighthouse-archive-bucket",
        "lighthouse-backup-vault",
        "lighthouse-data-volume",
        "lighthouse-password-secret",
    }
    prod.up("prod")
    assert prod.steps("prod") == {}
    assert [each["VolumeId"] for each in _volumes(prod, "lighthouse-prod")] == [volume["VolumeId"]]
    prod.sql("prod", KEPT)


def _is_in_state(offline: Offline, stack: str, secret: str) -> bool:
    """Whether a secret stands in the stack's state, which Pulumi would encrypt and so is asked for in the clear."""
    done = offline.pulumi("stack", "export", "--show-secrets", "-s", stack)
    assert done.returncode == 0, done.stderr
    assert secret
    return secret in done.stdout or json.dumps(secret)[1:-1] in done.stdout


def _named(offline: Offline) -> list[str]:
    """Names of what stands in the state of prod."""
    return [each["urn"].rpartition("::")[2] for each in offline.state("prod")["deployment"]["resources"]]


def _hosts(offline: Offline, name: str) -> list[dict[str, Any]]:
    tag = [{"Name": "tag:timescaledb-database", "Values": [name]}]
    found = offline.client("ec2").describe_instances(Filters=tag)["Reservations"]
    return [each for one in found for each in one["Instances"]]


def _volumes(offline: Offline, name: str) -> list[dict[str, Any]]:
    tag = [{"Name": "tag:timescaledb-database", "Values": [name]}]
    found: list[dict[str, Any]] = offline.client("ec2").describe_volumes(Filters=tag)["Volumes"]
    return found


def _alarms(offline: Offline) -> set[str]:
    """Names of the metric alarms of every stack."""
    found = offline.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return {each["AlarmName"] for page in found for each in page["MetricAlarms"]}


def _groups(offline: Offline) -> list[str]:
    found = offline.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    return [str(each["AutoScalingGroupName"]) for each in found]


def _is_ours(rule: Mapping[str, Any]) -> bool:
    return rule.get("Description") == "clients: clients-5432"
