"""The data volume: encrypted, protected, found by its tag, never smaller than it was."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired, TypedDict

from ...hardware import gp3, instance_types
from ...program import refusing, this_stack
from .. import left_behind
from ..arguments import STACK_TAG
from ..inputs import calculated, has_output, known
from . import checks, disk, look_up, policy

# The host's notes on the volume, which tell a blank disk from a lost one: a refresh finds them, nobody may take them
# away. The provider compares `tags` and writes by `tagsAll`, so that a key is left alone only if both ignore it.
_HOSTS_OWN = tuple(f'{tags}["{mark}"]' for mark in policy.MARKS for tags in ("tags", "tagsAll"))

_THERE: Any = [{"name": "status", "values": list(disk.STANDING)}]


class VolumeArgs(TypedDict):
    """One gp3 volume for one database."""

    database_name: pulumi.Input[str]
    """Value of the tag ``timescaledb-database`` by which the boot program finds the volume."""

    availability_zone: pulumi.Input[str]
    """Zone of the volume, which is that of the host's subnet."""

    size_gb: NotRequired[pulumi.Input[int]]
    """Size in GiB, 1 to 65536; it may grow while the database runs (four times a day) and never shrink."""

    iops: NotRequired[pulumi.Input[int]]
    """I/O operations a second, 3000 to 80000. Default 3000, which cost nothing."""

    throughput: NotRequired[pulumi.Input[int]]
    """MiB/s, 125 to 2000. Default 125, which cost nothing."""

    instance_type: NotRequired[pulumi.Input[str]]
    """Type of the host: a warning says where the volume is faster than it. Default no such check."""

    snapshot_id: NotRequired[pulumi.Input[str]]
    """Snapshot the volume starts from; the boot program formats no such volume. Later changes do nothing, nor does it
    where a volume with the tag is there already; a warning says so."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the encryption. Default the account's own for EBS, which is free."""

    existing_volume_id: NotRequired[str]
    """A volume to take over as it is, instead of making one: it gets the tag, and nothing else of it is managed. A
    plain value. Tell the boot program to format nothing then."""

    retain: NotRequired[bool]
    """Leave the volume behind when it is removed from the program; else a final snapshot is. A plain value; default
    True."""

    protect: NotRequired[bool]
    """Refuse to delete or replace the volume. A plain value; default True."""

    tags: NotRequired[Mapping[str, str]]
    """More tags. A plain value; default none."""


PLAIN = ("existing_volume_id", "retain", "protect", "tags")


class Volume(pulumi.ComponentResource):
    """The volume that holds the data."""

    volume_id: pulumi.Output[str]
    """Its id."""
    arn: pulumi.Output[str]
    """Its ARN, for the role and the backup plan."""
    key_arn: pulumi.Output[str] | None
    """Key of a volume that was taken over, for the role; AWS's own for EBS is one, too, and an empty text says that it
    is not encrypted. None for a volume that is made, whose key is declared."""

    def __init__(self, name: str, args: VolumeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the volume.

        Args:
            name: of the component.
            args: see :class:`VolumeArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Volume", name, {}, opts)
        with refusing():
            checks.refuse(VolumeArgs, known(args), args, disk.CHECKS, PLAIN)
            disk.refuse_together(args)
        adopted = args.get("existing_volume_id")
        self.resource = self._adopted(name, args) if adopted else self._made(name, args)
        self.key_arn = self.resource.kms_key_id.apply(lambda key: str(key or "")) if adopted else None
        self.volume_id = self.resource.id
        self.arn = self.resource.arn
        self.register_outputs({"volume_id": self.volume_id, "arn": self.arn})

    def _made(self, name: str, args: VolumeArgs) -> aws.ebs.Volume:
        looking = look_up.looking(self)
        spec = calculated(dict(args), lambda plain: _warned(plain, self))
        retain = args.get("retain", True)
        tagged = pulumi.Output.from_input(args["database_name"]).apply(lambda name: _tagged(name, looking))
        live = pulumi.Output.all(tagged, args["database_name"], args["availability_zone"]).apply(
            lambda three: _of_zone(*three, retain=retain)
        )
        size: pulumi.Output[int] = pulumi.Output.all(spec, live, args.get("snapshot_id")).apply(
            lambda three: _grown(three[0], three[1], three[2], looking, self)
        )
        # by itself: a key that is made in the same deployment must not keep the preview from the rest
        key = pulumi.Output.all(live, args.get("kms_key_arn")).apply(lambda two: _same_key(*two) if retain else two[1])
        return aws.ebs.Volume(
            f"{name}-volume",
            availability_zone=args["availability_zone"],
            type="gp3",  # the provider's own default is gp2
            size=size,
            iops=spec.apply(lambda found: found.iops),
            throughput=spec.apply(lambda found: found.throughput),
            encrypted=True,
            kms_key_id=key if args.get("kms_key_arn") is not None else None,
            snapshot_id=args.get("snapshot_id"),
            final_snapshot=not retain,
            tags={
                **left_behind.marked(args.get("tags"), args["database_name"]),
                checks.IDENTITY_TAG: args["database_name"],
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.get("protect", True),
                retain_on_delete=retain,
                # it is what the volume began as; a changed one would replace the volume, data and all. The provider
                # reads no `final_snapshot`, so that what is imported would differ; a volume that stays has none
                ignore_changes=["snapshot_id", *(["final_snapshot"] if retain else []), *_HOSTS_OWN],
                # what is imported the engine replaces no more, as a volume that need not stay may be
                import_=self._left_behind(args) if retain else None,
            ),
        )

    def _left_behind(self, args: VolumeArgs) -> str | None:
        """The id of the database's volume where there is one: the only one with the tag, whatever it began as.

        It may be this stack's own, one that a stack which went has left, or one whose host runs on though the state is
        lost: a second one beside it would keep every host from booting. Several, another stack's, and one in another
        zone are refused before anything is made.
        """
        name = args["database_name"]
        if has_output(name):
            return None
        opts = pulumi.InvokeOptions(parent=self)
        tags = {checks.IDENTITY_TAG: str(name)}
        found = list(aws.ebs.get_ebs_volumes(filters=_THERE, tags=tags, opts=opts).ids or ())
        return found[0] if len(found) == 1 else None

    def _adopted(self, name: str, args: VolumeArgs) -> aws.ebs.Volume:
        volume = aws.ebs.Volume.get(
            f"{name}-volume", args.get("existing_volume_id", ""), opts=pulumi.ResourceOptions(parent=self)
        )
        there = pulumi.Output.all(volume.id, volume.availability_zone, args["availability_zone"])
        self.tag = aws.ec2.Tag(
            f"{name}-tag",
            # without the tag no host waits for a volume that it cannot attach
            resource_id=there.apply(lambda three: _beside(*three)),
            key=checks.IDENTITY_TAG,
            value=args["database_name"],
            # who manages the volume from now on, or forgets it, must not take the database's name off it
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        return volume


def _warned(plain: Mapping[str, Any], resource: pulumi.Resource) -> disk.Disk:
    found = disk.specify(plain)
    if plain.get("instance_type"):
        waste = gp3.wasted(instance_types.find(plain["instance_type"]), found.iops, found.throughput)
        if waste:
            pulumi.log.warn(waste, resource)
    return found


def _tagged(database_name: str, looking: pulumi.InvokeOutputOptions) -> pulumi.Output[Any]:
    """Every volume of the region that has the database's tag."""
    tags = {checks.IDENTITY_TAG: database_name}
    found = aws.ebs.get_ebs_volumes_output(filters=_THERE, tags=tags, opts=looking)

    def details(answer: Any) -> pulumi.Output[Any]:
        asked: list[Any] = [[{"name": "volume-id", "values": [each]}] for each in answer.ids]
        return pulumi.Output.all(*(aws.ebs.get_volume_output(filters=each, opts=looking) for each in asked))

    return found.apply(details)


def _of_zone(tagged: Sequence[Any], database_name: str, zone: str, *, retain: bool) -> list[Any]:
    """Those that a host of the zone would attach, which is one at most.

    Raises:
        pulumi.RunError: the data are another stack's or in another zone, or several volumes claim to hold them.
    """
    near = [each for each in tagged if each.availability_zone == zone]
    with refusing():
        for each in tagged:
            disk.refuse_foreign(database_name, each.volume_id, (each.tags or {}).get(STACK_TAG), this_stack())
        # what need not stay begins anew in another zone; the data that must may be on any
        disk.refuse_several(database_name, [str(each.volume_id) for each in (tagged if retain else near)])
        if retain and tagged:  # a blank one would be made in its place
            disk.refuse_far(database_name, tagged[0].volume_id, tagged[0].availability_zone, zone)
    return near


def _same_key(near: Sequence[Any], key: str | None) -> str | None:
    with refusing():
        for own in near:
            left_behind.refuse_another_key(own.volume_id, key or "", own.kms_key_id, "restore a copy of its snapshot")
    return key


def _grown(
    spec: disk.Disk,
    near: Sequence[Any],
    snapshot_id: str | None,
    looking: pulumi.InvokeOutputOptions,
    resource: pulumi.Resource,
) -> pulumi.Output[int]:
    with refusing():
        disk.refuse_shrink(spec.size_gb, [int(each.size) for each in near])
    # what a volume began as may be gone by now, and is ignored
    for own in near:
        if snapshot_id and own.snapshot_id != snapshot_id:
            pulumi.log.warn(disk.not_of(own.volume_id, snapshot_id), resource)
    if near or snapshot_id is None:
        return pulumi.Output.from_input(spec.size_gb)
    return look_up.snapshot_gb(snapshot_id, looking).apply(lambda found: _as_large(spec.size_gb, snapshot_id, found))


def _as_large(size_gb: int, snapshot_id: str, snapshot_gb: int) -> int:
    with refusing():
        disk.refuse_cut(size_gb, snapshot_id, snapshot_gb)
    return size_gb


def _beside(volume_id: str, volume_zone: str, zone: str) -> str:
    with refusing():
        disk.refuse_zone(volume_id, volume_zone, zone)
    return volume_id
