"""What Lighthouse's own stacks leave out, through the real engine: a volume that was there, buying on demand, a name
in DNS, a locked archive, copies in another region.

Not proved here: AWS itself, the boot program on such a volume (tests/boot), that a failed launch starts the machine.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.aws.stage import Stage
from tests.engine.aws.test_host import subnet
from tools.engine.plugins.aws.server.account import furnish

pytestmark = pytest.mark.sample("aws", of="types", count=3)

DATABASE = """
import json
import pulumi
from pulumi_timescaledb.hosts import ec2

args = json.loads(pulumi.Config().require("args"))
host = ec2.Database("db", {**args, "user_data": lambda settings: "IyEvYmluL3NoCg=="})
pulumi.export("connection", host.connection)
"""
BACKUPS = """
import json
import pulumi
from pulumi_timescaledb import backup

for kind, args in json.loads(pulumi.Config().require("args")).items():
    made = getattr(backup, kind)(kind.lower(), args)
"""
VOLUME = """
import json
import pulumi
from pulumi_timescaledb.hosts import ec2

made = ec2.Volume("data", json.loads(pulumi.Config().require("args")))
pulumi.export("volume", made.volume_id)
"""
LATE = """
import pulumi
import pulumi_aws as aws
from pulumi_timescaledb.hosts import ec2

topic = aws.sns.Topic("topic")
late = aws.Provider("late", region="us-east-1", default_tags={"tags": {"topic": topic.arn}})
ec2.Network("net", {"egress": "public-ip"}, pulumi.ResourceOptions(provider=late))
"""
HOST: dict[str, Any] = {
    "database_name": "metrics",
    "market": "on-demand",
    "instance_types": ["t4g.small"],
    "egress": "public-ip",
    "password_ref": "ssm:/metrics/password",
    "size_gb": 20,
    "protect": False,
}
IDENTITY = "timescaledb-database"


def declare(stage: Stage, program: str, args: dict[str, Any]) -> None:
    """A program and its arguments."""
    furnish(stage.endpoint)
    (stage.folder / "__main__.py").write_text(program)
    stage.stack.config("args", json.dumps(args))


def tags(stage: Stage, volume: str) -> dict[str, str]:
    """Of a volume, as AWS has them."""
    (live,) = stage.client("ec2").describe_volumes(VolumeIds=[volume])["Volumes"]
    return {each["Key"]: each["Value"] for each in live.get("Tags") or ()}


def test_a_volume_that_was_there_is_tagged_and_left_when_the_stack_goes(stage: Stage) -> None:
    """Its size and its other tags are nobody's business here; without the tag no host would find it."""
    ec2, where = stage.client("ec2"), subnet(stage)
    mine = [{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "terraform"}]}]
    volume = ec2.create_volume(AvailabilityZone=where["AvailabilityZone"], Size=33, TagSpecifications=mine)["VolumeId"]
    adopted = {**HOST, "existing_volume_id": volume, "subnet": where["SubnetId"]}
    del adopted["size_gb"]
    declare(stage, DATABASE, adopted)
    stage.up()
    assert tags(stage, volume) == {"Name": "terraform", IDENTITY: "metrics"}
    stage.quiet()
    ec2.delete_tags(Resources=[volume], Tags=[{"Key": IDENTITY}])
    assert stage.steps() == {"db-data-tag": "create"}
    ec2.create_tags(Resources=[volume], Tags=[{"Key": IDENTITY, "Value": "another"}])
    assert stage.steps() == {"db-data-tag": "update"}
    stage.up()
    assert tags(stage, volume) == {"Name": "terraform", IDENTITY: "metrics"}
    stage.destroy()
    assert tags(stage, volume) == {"Name": "terraform", IDENTITY: "metrics"}  # whoever takes it next finds it by that
    assert [each["Size"] for each in ec2.describe_volumes(VolumeIds=[volume])["Volumes"]] == [33]


def test_a_volume_in_another_zone_is_not_taken_over(stage: Stage) -> None:
    """No host of the subnet could ever attach it."""
    where = subnet(stage)
    elsewhere = next(zone for zone in ("us-east-1a", "us-east-1b") if zone != where["AvailabilityZone"])
    volume = stage.client("ec2").create_volume(AvailabilityZone=elsewhere, Size=33)["VolumeId"]
    adopted = {**HOST, "existing_volume_id": volume, "subnet": where["SubnetId"]}
    del adopted["size_gb"]
    declare(stage, DATABASE, adopted)
    assert f"existing_volume_id is {volume} in {elsewhere} but" in " ".join(stage.refused().split())
    assert tags(stage, volume) == {}


def test_a_volume_smaller_than_its_snapshot_is_refused_in_the_preview(stage: Stage) -> None:
    """EBS would refuse it when half of the stack is made."""
    ec2 = stage.client("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=33)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    declare(stage, DATABASE, {**HOST, "snapshot_id": snapshot})
    assert "size_gb is 20 but" in stage.refused()
    declare(stage, DATABASE, {**HOST, "snapshot_id": snapshot, "size_gb": 33})
    assert stage.steps()["db-data-volume"] == "create"


def test_types_of_another_architecture_are_refused_with_a_host_and_without(stage: Stage) -> None:
    """The data files are of the old one, and the image that is kept boots on no new host."""
    spot = {**HOST, "market": "spot", "instance_types": ["t4g.micro", "t4g.small"]}
    declare(stage, DATABASE, spot)
    stage.up()
    other = {**spot, "instance_types": ["t3.micro", "t3.small"]}
    declare(stage, DATABASE, other)
    assert "instance_types names t3.micro, which is amd64, but i-" in " ".join(stage.refused().split())
    stage.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName="metrics", MinSize=0, MaxSize=0, DesiredCapacity=0
    )
    assert "instance_types names t3.micro, which is amd64, but ami-" in " ".join(stage.refused().split())


def test_a_host_bought_on_demand_for_want_of_spot_is_shown(stage: Stage) -> None:
    """What the machine of one step writes into the group is a difference that the preview names."""
    spot = {**HOST, "market": "spot", "instance_types": ["t4g.micro", "t4g.small"], "fall_back": True}
    declare(stage, DATABASE, spot)
    stage.up()
    stage.quiet()
    machines = stage.client("stepfunctions")
    (machine,) = machines.list_state_machines()["stateMachines"]
    definition = json.loads(machines.describe_state_machine(stateMachineArn=machine["stateMachineArn"])["definition"])
    (step,) = definition["States"].values()
    groups = stage.client("autoscaling")
    (group,) = groups.describe_auto_scaling_groups()["AutoScalingGroups"]
    assert step["Parameters"]["AutoScalingGroupName"] == group["AutoScalingGroupName"]
    shares = step["Parameters"]["MixedInstancesPolicy"]["InstancesDistribution"]
    shares["OnDemandBaseCapacity"] = {"$.on_demand": 1}[shares.pop("OnDemandBaseCapacity.$")]
    groups.update_auto_scaling_group(
        AutoScalingGroupName="metrics", MixedInstancesPolicy={"InstancesDistribution": shares}
    )
    assert stage.steps() == {"db-host-group": "update"}
    rules = stage.client("events")
    names = [each["Name"] for each in rules.list_rules()["Rules"]]
    targets = [each for name in names for each in rules.list_targets_by_rule(Rule=name)["Targets"]]
    assert sorted(each["Input"] for each in targets) == ['{"on_demand": 0}', '{"on_demand": 1}']
    assert {each["Arn"] for each in targets} == {machine["stateMachineArn"]}
    stage.destroy()
    assert machines.list_state_machines()["stateMachines"] == []


def test_a_name_that_the_host_points_at_itself_is_no_drift(stage: Stage) -> None:
    """The host writes its address into the record at every boot."""
    dns = stage.client("route53")
    zone = dns.create_hosted_zone(Name="example.com", CallerReference="x")["HostedZone"]["Id"].rpartition("/")[2]
    declare(stage, DATABASE, {**HOST, "domain_name": "db.example.com", "zone_id": zone})
    stage.up()
    assert stage.stack.outputs()["connection"]["host"] == "db.example.com"
    record = {"Name": "db.example.com", "Type": "A", "TTL": 15, "ResourceRecords": [{"Value": "10.1.2.3"}]}
    changes: Any = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": record}]}
    dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    stage.quiet()


def test_a_locked_archive_and_copies_elsewhere_come_up_and_stay_quiet(stage: Stage) -> None:
    """Governance: nobody deletes an object or a copy before its days are over."""
    volume = "arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0"
    vault = {"vault_name": "metrics", "volume_arn": volume, "copy_region": "eu-central-1", "lock": "governance"}
    declare(stage, BACKUPS, {"Archive": {"bucket_name": "kept", "lock_days": 7, "retain": False}, "Vault": vault})
    stage.up()
    stage.quiet()
    elsewhere = stage.client("backup", "eu-central-1").list_backup_vaults()["BackupVaultList"]
    assert [each["BackupVaultName"] for each in elsewhere] == ["metrics-copy"]
    s3 = stage.client("s3")
    locked = s3.get_object_lock_configuration(Bucket="kept")["ObjectLockConfiguration"]
    assert locked["ObjectLockEnabled"] == "Enabled"
    assert {"Mode": "GOVERNANCE", "Days": 7}.items() <= locked["Rule"]["DefaultRetention"].items()
    s3.put_object_lock_configuration(Bucket="kept", ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    assert stage.steps() == {"archive-lock": "create"}
    stage.up()
    stage.quiet()
    stage.destroy()
    assert s3.list_buckets()["Buckets"] == []


def test_another_lock_leaves_the_vault_locked_and_so_does_the_stack_that_goes(stage: Stage) -> None:
    """A vault has one lock: the new one must come after the old one went, and stay."""
    volume = "arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0"
    vault = {"vault_name": "metrics", "volume_arn": volume, "lock": "governance"}

    def locked() -> tuple[bool, int]:
        found = stage.client("backup").describe_backup_vault(BackupVaultName="metrics")
        return found["Locked"], found["MinRetentionDays"]

    # what goes when it is removed; then what stays
    for days, retain in ((3, False), (5, False), (5, True), (7, True)):
        declare(stage, BACKUPS, {"Vault": {**vault, "lock_days": days, "retain": retain}})
        stage.up()
        stage.quiet()
        assert locked() == (True, days)
    stage.destroy()
    assert locked() == (True, 7)


def test_an_archive_that_stays_behind_stays_closed_and_is_taken_back(stage: Stage) -> None:
    """The same bucket. A lock that is declared later is given to the bucket that is there."""
    kept = {"bucket_name": "kept", "tags": {"a": "b"}}
    declare(stage, BACKUPS, {"Archive": kept})
    stage.up()
    s3 = stage.client("s3")
    before = s3.list_buckets()["Buckets"]
    stage.destroy()
    assert s3.get_bucket_versioning(Bucket="kept")["Status"] == "Enabled"
    assert all(s3.get_public_access_block(Bucket="kept")["PublicAccessBlockConfiguration"].values())
    assert "TlsOnly" in s3.get_bucket_policy(Bucket="kept")["Policy"]
    assert {name: op for name, op in stage.steps().items() if op != "create"} == {"archive-bucket": "import"}
    stage.up()
    stage.quiet()
    declare(stage, BACKUPS, {"Archive": {**kept, "lock_days": 7}})
    assert stage.steps() == {"archive-lock": "create"}
    stage.up()
    stage.quiet()
    assert s3.list_buckets()["Buckets"] == before


def test_a_volume_whose_host_runs_on_is_taken_by_a_stack_without_state(stage: Stage) -> None:
    """A second one would keep every host from booting. What is declared otherwise follows in the same `up`."""
    args = {"database_name": "metrics", "availability_zone": "us-east-1a", "size_gb": 20, "protect": False}
    declare(stage, VOLUME, args)
    stage.up()
    stage.quiet()
    ec2 = stage.client("ec2")
    (live,) = ec2.describe_volumes(Filters=[{"Name": f"tag:{IDENTITY}", "Values": ["metrics"]}])["Volumes"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    where = {"AvailabilityZone": "us-east-1a"}
    host = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, Placement=where)["Instances"][0]["InstanceId"]
    ec2.attach_volume(VolumeId=live["VolumeId"], InstanceId=host, Device="/dev/sdf")
    stage.quiet()
    gone = stage.stack.run("state", "delete", "--all", "--yes")
    assert gone.rc == 0, gone.output
    assert stage.steps()["data-volume"] == "import"
    declare(stage, VOLUME, {**args, "size_gb": 30, "tags": {"a": "b"}})
    stage.up()
    stage.quiet()
    (after,) = ec2.describe_volumes(Filters=[{"Name": f"tag:{IDENTITY}", "Values": ["metrics"]}])["Volumes"]
    assert (after["VolumeId"], after["Size"]) == (live["VolumeId"], 30)
    assert tags(stage, live["VolumeId"])["a"] == "b"


def test_what_has_a_name_of_ours_and_no_mark_is_left_to_its_owner(stage: Stage) -> None:
    """A bucket and a vault that somebody else made: AWS refuses the second, and nothing of the first is changed."""
    s3, vaults = stage.client("s3"), stage.client("backup")
    volume = "arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0"
    s3.create_bucket(Bucket="kept")
    vaults.create_backup_vault(BackupVaultName="metrics")
    for kind, args, name, said in (
        ("Archive", {"bucket_name": "kept"}, "archive-bucket", "BucketAlreadyExists"),
        ("Vault", {"vault_name": "metrics", "volume_arn": volume}, "vault-vault", "AlreadyExistsException"),
    ):
        declare(stage, BACKUPS, {kind: args})
        assert stage.steps()[name] == "create"
        assert said in stage.refused("up")
    assert "Status" not in s3.get_bucket_versioning(Bucket="kept")


def test_a_provider_that_is_not_known_yet_is_refused_in_one_sentence(stage: Stage) -> None:
    """The engine answers its look-ups with nothing, which is no account without networks."""
    furnish(stage.endpoint)
    (stage.folder / "__main__.py").write_text(LATE)
    said = stage.refused()
    assert "the provider of AWS has an input that another resource of this program has yet to make" in said
    assert "Traceback" not in said


def test_a_vault_that_stays_behind_is_taken_back_by_the_next_stack(stage: Stage) -> None:
    """Its recovery points outlive the stack, and AWS would refuse to make it twice."""
    volume = "arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0"
    vault = {"vault_name": "metrics", "volume_arn": volume, "tags": {"a": "b"}}
    declare(stage, BACKUPS, {"Vault": vault})
    stage.up()
    before = stage.client("backup").describe_backup_vault(BackupVaultName="metrics")
    stage.destroy()
    assert stage.client("backup").list_backup_plans()["BackupPlansList"] == []
    steps = stage.steps()
    assert {name: op for name, op in steps.items() if op != "create"} == {"vault-vault": "import"}
    stage.up()
    stage.quiet()
    after = stage.client("backup").describe_backup_vault(BackupVaultName="metrics")
    assert after["CreationDate"] == before["CreationDate"]
