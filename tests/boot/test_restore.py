"""``tsdb restore`` as it is typed, on a host that really stops and boots: one on demand, and one of a spot group.

Not proven here: the answers of EC2, its groups and AWS Backup (moto stands in for the first two, a written answer for
the last), how long they take, that a group launches a host when it is asked, and that EBS keeps a snapshot as it was.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pulumi_timescaledb.cli.restore.found import BEFORE_TAG
from pulumi_timescaledb.hosts.ec2.checks import IDENTITY_TAG

from tests.boot.rig.cloud import KEYS, ZONE
from tests.boot.rig.host import Host
from tests.boot.rig.rig import Rig
from tests.boot.rig.writer import Writer
from tests.boot.test_spot import CLEAN, UNCLEAN
from tests.support.aws_account import NAME, TAG, project

__all__ = ["project"]
pytestmark = pytest.mark.sample("boot", of="hosts")

KEPT = "SELECT count(*), max(n) FROM kept"
THEN, NOW = 1000, 1500  # rows at the snapshot and after it
POINT = "arn:aws:ec2:us-east-1::snapshot/{}"
STARTED = "SELECT pg_postmaster_start_time()"
Call = Callable[[], object]


@dataclass
class Scene:
    """A host under writes whose volume has a snapshot.

    Attributes:
        host: it.
        old: its volume.
        tags: of the volume.
        snapshot: of the volume.
        writer: what writes to it; numbers that were acknowledged until the host was down are on the old volume.
        stops: what the host said when it was stopped.
        boots: those that the restore has brought about.
    """

    rig: Rig
    project: Path
    host: Host
    old: str
    tags: dict[str, str]
    snapshot: str
    writer: Writer
    stops: list[str] = field(default_factory=list)
    boots: list[subprocess.Popen[str]] = field(default_factory=list)

    def tsdb(self, *options: str) -> str:
        """What the command prints."""
        command = [str(Path(sys.executable).with_name("tsdb")), "restore", "-s", "dev", "-C", str(self.project)]
        environment = {**os.environ, **KEYS, "AWS_ENDPOINT_URL": self.rig.cloud.url}
        done = subprocess.run(
            [*command, *options], env=environment, capture_output=True, text=True, check=False, timeout=400
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> None:
        """What EC2's stop comes to; nobody writes afterwards."""
        self.stops.append(self.host.shut_down())
        self.writer.stop()


@pytest.fixture
def named(rig: Rig) -> Rig:
    """A cloud for the database that the project's stack declares."""
    rig.name = NAME
    rig.values = replace(rig.values, database_name=NAME)
    return rig


def scene(rig: Rig, project: Path, host: Host) -> Scene:
    """Boot, write, take a snapshot under writes, write more."""
    old = rig.volume()
    host.boot()
    host.execute(f"CREATE TABLE kept AS SELECT generate_series(1, {THEN}) AS n")
    host.execute("CREATE TABLE written (n bigint PRIMARY KEY)")
    password = host.password()
    writer = Writer(lambda: host.connect(password))
    writer.start()
    writer.wait_for(100)
    snapshot = rig.snapshot(host, old)
    host.execute(f"INSERT INTO kept SELECT generate_series({THEN + 1}, {NOW})")
    writer.wait_for(100)
    return Scene(rig, project, host, old, rig.cloud.tags(old), snapshot, writer)


def preview(found: Scene, *options: str) -> None:
    """Without --yes the cloud is only asked, and the host serves on."""
    started = found.host.query(STARTED)
    found.rig.cloud.calls.clear()
    said = found.tsdb(*options)
    asked = list(found.rig.cloud.calls)
    assert "Nothing was done: add --yes" in said
    assert f"make a volume of 1 GB from {found.snapshot}" in said
    assert not [each for each in asked if not each.startswith(("Describe", "/backup-vaults/"))]
    assert found.rig.cloud.tags(found.old) == found.tags
    assert found.host.query(STARTED) == started
    found.writer.wait_for(50)


def restore(found: Scene, *options: str) -> str:
    """With it, to the end of the boot that it brings about; the id of the new volume."""
    found.rig.cloud.calls.clear()
    told = json.loads(found.tsdb(*options, "--yes", "--json", "--wait=120"))
    assert (told["done"], told["old"]) == (True, found.old)
    (boot,) = found.boots
    log, _ = boot.communicate(timeout=180)
    assert boot.returncode == 0, log
    assert f"{told['new']} is held by this host" in log
    assert "making a file system" not in log
    return str(told["new"])


def changes(found: Scene) -> list[str]:
    """What became of volumes, instances and groups, in order."""
    named = [each for each in found.rig.cloud.calls if not each.startswith("Describe")]
    return [each for each in named if each.endswith(("Volume", "Snapshot", "Instances", "Group"))]


def check(found: Scene, new: str, host: Host) -> None:
    """The host serves what the snapshot has; the old volume was given up in order, and is there with all rows."""
    cloud = found.rig.cloud
    assert host.query(KEPT) == [(THEN, THEN)]
    assert UNCLEAN in host.said()  # the snapshot was taken under writes
    assert set(cloud.tags(new)) == {IDENTITY_TAG, "Name", "timescaledb-initialized"}
    swapped = {BEFORE_TAG if key == IDENTITY_TAG else key: value for key, value in found.tags.items()}
    assert cloud.tags(found.old) == swapped
    assert cloud.detached_mounted == []
    assert not [body for body in cloud.bodies if "Action=DetachVolume" in body and "Force" in body]
    assert {each for each in cloud.calls if each.startswith(("Delete", "Terminate"))} == {"DeleteTags"}
    cloud.ec2.describe_snapshots(SnapshotIds=[found.snapshot])
    for said in found.stops:
        assert "no checkpoint" not in said
    host.shut_down()  # one kernel mounts no two file systems of the same UUID, which a volume from a snapshot has
    way_back(found, new)


def way_back(found: Scene, new: str) -> None:
    """A host boots from the old volume once that has its tag again: every row is there, and no recovery needed."""
    found.rig.cloud.ec2.delete_tags(Resources=[new], Tags=TAG)
    found.rig.cloud.ec2.create_tags(Resources=[found.old], Tags=TAG)
    host = found.rig.host()
    host.boot()
    assert host.query(KEPT) == [(NOW, NOW)]
    assert CLEAN in host.said()
    assert UNCLEAN not in host.said()
    stored = {number for (number,) in host.query("SELECT n FROM written")}
    assert stored.issuperset(found.writer.acknowledged)


def test_on_demand_the_host_is_stopped_and_boots_from_the_snapshot(named: Rig, project: Path) -> None:
    """The same instance with the same container, which finds another volume."""
    host = named.host()
    named.cloud.ec2.create_tags(Resources=[host.id], Tags=TAG)
    found = scene(named, project, host)

    def stopping(_: dict[str, str], call: Call) -> None:
        found.stop()
        call()

    def starting(_: dict[str, str], call: Call) -> None:
        call()
        found.boots.append(host.start("run"))

    named.cloud.slow.update(StopInstances=stopping, StartInstances=starting)
    preview(found, "--snapshot", found.snapshot)
    new = restore(found, "--snapshot", found.snapshot)
    assert changes(found) == ["CreateVolume", "StopInstances", "DetachVolume", "StartInstances", "AttachVolume"]
    (said,) = found.stops
    assert said.index("server stopped") < said.index("unmounted")
    check(found, new, host)


def group(rig: Rig) -> None:
    """A group of one, whose instance moto launches."""
    data = {
        "ImageId": rig.cloud.image(),
        "InstanceType": "t4g.micro",
        "TagSpecifications": [{"ResourceType": "instance", "Tags": TAG}],
    }
    rig.cloud.ec2.create_launch_template(LaunchTemplateName=NAME, LaunchTemplateData=data)
    rig.cloud.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=NAME,
        MinSize=1,
        MaxSize=1,
        DesiredCapacity=1,
        AvailabilityZones=[ZONE],
        LaunchTemplate={"LaunchTemplateName": NAME},
    )


def member(rig: Rig) -> Host:
    """A host on the group's instance."""
    (found,) = rig.cloud.client("autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"]
    (instance,) = found["Instances"]
    return rig.host(instance=instance["InstanceId"])


def test_a_spot_group_ends_its_host_and_the_next_boots_from_the_recovery_point(named: Rig, project: Path) -> None:
    """The host is told by its metadata and gives the volume back; then its shutdown runs the same stop."""
    named.values = replace(named.values, group=NAME)
    group(named)
    found = scene(named, project, member(named))
    watch = found.host.start("watch")

    def updating(form: dict[str, str], call: Call) -> None:
        if form["DesiredCapacity"] == "0":
            found.host.metadata.values["meta-data/autoscaling/target-lifecycle-state"] = "Terminated"
            found.stops.append(watch.communicate(timeout=150)[0])
            found.stop()
            call()
        else:
            call()
            found.boots.append(member(named).start("run"))

    point = POINT.format(found.snapshot)
    vault = f"/backup-vaults/{NAME}-timescaledb-vault/recovery-points/{point}"
    named.cloud.answers[vault] = json.dumps({"RecoveryPointArn": point, "Status": "COMPLETED"})
    named.cloud.slow["UpdateAutoScalingGroup"] = updating
    preview(found, "--recovery-point", point)
    new = restore(found, "--recovery-point", point)
    update = "UpdateAutoScalingGroup"
    assert changes(found) == ["CreateVolume", update, "DetachVolume", update, "AttachVolume"]
    assert f"{found.old} given back" in found.stops[0]
    heir = named.hosts[-1]
    assert heir.id != found.host.id
    check(found, new, heir)
