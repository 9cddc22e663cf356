"""The steps of a restore, done with boto3: each call, and the wait for what it is to bring."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...errors import Failed
from ...hardware import gp3
from ...hosts.arguments import STACK_TAG
from ...hosts.ec2.checks import IDENTITY_TAG
from .. import report
from ..aws.clients import Clients, asking
from . import steps
from .found import BEFORE_TAG, PENDING_TAG, REPLACES_TAG, Found, Volume
from .look import volume
from .steps import Plan, Step

# a host's own stop takes up to 100 s for the server and EC2 some more; a new host boots and pulls an image
WAIT_SECONDS = 900.0
POLL_SECONDS = 5.0


@dataclass
class Restore:
    """One run of a plan. volume: id of the new volume, once there is one. wait: seconds that an outcome may take.
    poll: seconds between two questions."""

    clients: Clients
    found: Found
    plan: Plan
    wait: float = WAIT_SECONDS
    poll: float = POLL_SECONDS
    volume: str = ""

    def run(self) -> str:
        """Do every step; the id of the new volume.

        Raises:
            Unreachable: when AWS refuses a call. Failed: when an outcome does not come; run again then.
        """
        self.volume = self.plan.new.id if self.plan.new else ""
        for step in self.plan.steps:
            with report.progress(step.says), asking(f"to {step.does} {step.object or self.volume}".rstrip()):
                _DOES[step.does](self, step)
        return self.volume

    def make(self, step: Step) -> None:
        """The volume, tagged by the same call: a run that ends here leaves one that the next run finds."""
        if not self.volume:
            more = {"Throughput": self.plan.throughput} if self.plan.throughput else {}
            tags = {**self._kept_tags(), PENDING_TAG: self.found.name, "Name": self.found.name}
            if self.plan.old:
                tags[REPLACES_TAG] = self.plan.old.id
            listed = [{"Key": key, "Value": value} for key, value in sorted(tags.items())]
            made = self.clients("ec2").create_volume(
                SnapshotId=self.found.snapshot.id,
                AvailabilityZone=self.plan.zone,
                VolumeType="gp3",
                Size=self.plan.size_gb,
                Iops=max(self.plan.iops, gp3.BASE_IOPS),
                Encrypted=True,
                **({"KmsKeyId": self.plan.key} if self.plan.key else {}),
                TagSpecifications=[{"ResourceType": "volume", "Tags": listed}],
                **more,
            )
            self.volume = made["VolumeId"]
        self._until(lambda: self._volume(self.volume).state != "creating", f"{self.volume} is still being made")

    def empty_group(self, step: Step) -> None:
        """No host, and none is made: each is shut down by EC2, whereupon it stops its server and unmounts."""
        self.clients("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=step.object, MinSize=0, DesiredCapacity=0
        )
        self._until(lambda: not self._alive(), f"the hosts of {step.object} have not ended")

    def stop(self, step: Step) -> None:
        """A host on demand stops as at every shutdown: checkpoint, server, unmount."""
        self.clients("ec2").stop_instances(InstanceIds=[step.object])
        self._until(lambda: self._state(step.object) == "stopped", f"{step.object} has not stopped")

    def release(self, step: Step) -> None:
        """The volume is free; never forced, and only from a host that is down."""
        held = self._volume(step.object)
        if held.holder and self._state(held.holder) == "stopped":
            self.clients("ec2").detach_volume(VolumeId=held.id, InstanceId=held.holder)
        self._until(lambda: self._volume(step.object).state == "available", f"{step.object} is still held")

    def untag(self, step: Step) -> None:
        """The old volume is known as what it was, before it stops to be the database's."""
        self._tag(step.object, BEFORE_TAG)
        self._take(step.object, IDENTITY_TAG)

    def tag(self, step: Step) -> None:
        """The new volume becomes the database's."""
        self._tag(self.volume, IDENTITY_TAG)

    def fill_group(self, step: Step) -> None:
        """The group has one host again, as it is declared."""
        self.clients("autoscaling").update_auto_scaling_group(
            AutoScalingGroupName=step.object, MinSize=1, DesiredCapacity=1
        )

    def start(self, step: Step) -> None:
        """The same instance boots again and looks for its volume."""
        self.clients("ec2").start_instances(InstanceIds=[step.object])

    def held(self, step: Step) -> None:
        """The boot program has attached the new volume."""
        self._until(
            lambda: bool(self._volume(self.volume).holder),
            f"no host has taken {self.volume}; read the log of the boot program",
        )

    def done(self, step: Step) -> None:
        """The next restore is another one. One call: a run between two would begin that other one."""
        self._take(self.volume, PENDING_TAG, REPLACES_TAG)

    def _until(self, reached: Callable[[], bool], otherwise: str) -> None:
        deadline = time.monotonic() + self.wait
        while not reached():
            if time.monotonic() > deadline:
                raise Failed(f"{otherwise} after {self.wait:.0f} s; run the same command again when it has")
            time.sleep(self.poll)

    def _volume(self, identifier: str) -> Volume:
        return volume(self.clients("ec2").describe_volumes(VolumeIds=[identifier])["Volumes"][0])

    def _state(self, identifier: str) -> str:
        said = self.clients("ec2").describe_instances(InstanceIds=[identifier])["Reservations"]
        return str(said[0]["Instances"][0]["State"]["Name"]) if said else "terminated"

    def _alive(self) -> bool:
        filters = [
            {"Name": f"tag:{IDENTITY_TAG}", "Values": [self.found.name]},
            {"Name": "instance-state-name", "Values": ["pending", "running", "shutting-down", "stopping"]},
        ]
        return bool(self.clients("ec2").describe_instances(Filters=filters)["Reservations"])

    def _kept_tags(self) -> dict[str, str]:
        """Those of the user and the stack's, so that a preview finds no difference; none of AWS's and none by which a
        host decides."""
        like = self.plan.old.tags if self.plan.old else {}
        ours = ("aws:", "timescaledb-")
        return {key: value for key, value in like.items() if key == STACK_TAG or not key.startswith(ours)}

    def _tag(self, identifier: str, key: str) -> None:
        tags = [{"Key": key, "Value": self.found.name}]
        self.clients("ec2").create_tags(Resources=[identifier], Tags=tags)

    def _take(self, identifier: str, *keys: str) -> None:
        self.clients("ec2").delete_tags(Resources=[identifier], Tags=[{"Key": key} for key in keys])


_DOES: dict[str, Any] = {
    steps.MAKE: Restore.make,
    steps.EMPTY_GROUP: Restore.empty_group,
    steps.STOP: Restore.stop,
    steps.RELEASE: Restore.release,
    steps.UNTAG: Restore.untag,
    steps.TAG: Restore.tag,
    steps.FILL_GROUP: Restore.fill_group,
    steps.START: Restore.start,
    steps.HELD: Restore.held,
    steps.DONE: Restore.done,
}
