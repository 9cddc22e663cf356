"""The data volume as values: what it may be, and that it only grows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import BadValue, OutOfRange
from ...hardware import gp3, instance_types
from .. import arguments as check
from ..arguments import STACK_TAG
from . import checks

STANDING = ("creating", "available", "in-use")
"""States of a volume that is there: one that is being deleted is listed for a while."""


@dataclass(frozen=True)
class Disk:
    """A gp3 volume that AWS would make. Sizes are GiB, throughput MiB/s."""

    size_gb: int
    iops: int = gp3.BASE_IOPS
    throughput: int = gp3.BASE_THROUGHPUT


CHECKS: checks.Checks = {
    "database_name": checks.database_name,
    "availability_zone": checks.zone,
    "size_gb": lambda value: check.whole(value, "size_gb", gp3.LEAST_GB, gp3.MOST_GB),
    "iops": lambda value: check.whole(value, "iops", gp3.BASE_IOPS, gp3.MOST_IOPS),
    "throughput": lambda value: check.whole(value, "throughput", gp3.BASE_THROUGHPUT, gp3.MOST_THROUGHPUT),
    "instance_type": instance_types.find,
    "snapshot_id": lambda value: checks.resource_id(value, "snapshot_id", "snap"),
    "kms_key_arn": lambda value: checks.arn(value, "kms_key_arn"),
    "existing_volume_id": lambda value: checks.resource_id(value, "existing_volume_id", "vol"),
    "retain": lambda value: check.flag(value, "retain"),
    "protect": lambda value: check.flag(value, "protect"),
    "tags": checks.tags,
}


def refuse_together(named: Mapping[str, Any]) -> None:
    """Refuse arguments that do not go together.

    Raises:
        BadValue: naming the one to leave out, or the one that is missing.
    """
    if named.get("existing_volume_id") is None:
        if named.get("size_gb") is None:
            raise BadValue("size_gb", "is missing", "declare the size of the volume in GiB")
        return
    for other in ("snapshot_id", "size_gb", "iops", "throughput", "kms_key_arn"):
        if named.get(other) is not None:
            remedy = "leave it out: an existing volume is taken as it is"
            raise BadValue(other, "does not go together with existing_volume_id", remedy)


def specify(args: Mapping[str, Any]) -> Disk:
    """The volume of plain arguments.

    Raises:
        OutOfRange: where IOPS, throughput and size do not fit each other.
    """
    found = checks.given(args, CHECKS)
    disk = Disk(found["size_gb"], found.get("iops", gp3.BASE_IOPS), found.get("throughput", gp3.BASE_THROUGHPUT))
    gp3.refuse(disk.size_gb, disk.iops, disk.throughput, "size_gb")
    return disk


def refuse_shrink(size_gb: int, live_sizes: Sequence[int]) -> None:
    """Refuse a size below that of a volume which is there already.

    Args:
        size_gb: declared.
        live_sizes: of the volumes that carry the database's tag in the zone.

    Raises:
        OutOfRange: since neither EBS nor a file system shrinks in place.
    """
    largest = max(live_sizes, default=0)
    if size_gb < largest:
        remedy = f"keep at least {largest}; a volume only grows, a smaller one is made by dump and restore"
        raise OutOfRange("size_gb", f"is {size_gb} but the volume has {largest} GB", remedy)


def refuse_cut(size_gb: int, snapshot_id: str, snapshot_gb: int) -> None:
    """Refuse a size below that of the snapshot which the volume starts from.

    Raises:
        OutOfRange: since EBS makes no volume that is smaller than its snapshot.
    """
    if size_gb < snapshot_gb:
        problem = f"is {size_gb} but {snapshot_id} is of a volume with {snapshot_gb} GB"
        raise OutOfRange("size_gb", problem, f"declare at least {snapshot_gb}")


def not_of(volume_id: str, snapshot_id: str) -> str:
    """What to say where the database's volume is there and began as something else than is declared."""
    problem = f"snapshot_id is {snapshot_id} but {volume_id}, which was not made of it, is there and stays as it is"
    return f"{problem}; `tsdb restore --snapshot {snapshot_id}` puts a new volume in its place"


def refuse_several(database_name: str, volume_ids: Sequence[str]) -> None:
    """Refuse to guess which one holds the data; of one zone a host would attach none, either.

    Raises:
        BadValue: several volumes have the database's tag.
    """
    if len(volume_ids) > 1:
        problem = f"is {database_name}, whose tag {' and '.join(sorted(volume_ids))} all have"
        remedy = f"take the tag {checks.IDENTITY_TAG} off all but the one that holds the data"
        raise BadValue("database_name", problem, remedy)


def refuse_foreign(database_name: str, volume_id: str, stack: str | None, this_stack: str) -> None:
    """Refuse the data of another stack; a volume that names none was tagged by hand, for this database.

    Raises:
        BadValue: the volume with the database's tag has the tag of another stack.
    """
    if stack not in (None, "", this_stack):
        problem = f"is {database_name}, whose volume {volume_id} belongs to {stack} and not to {this_stack}"
        remedy = f"choose another name, or set the volume's tag {STACK_TAG} to {this_stack} to take it over"
        raise BadValue("database_name", problem, remedy)


def refuse_far(database_name: str, volume_id: str, volume_zone: str, zone: str) -> None:
    """Refuse to begin anew beside the only volume that has the database's tag.

    Raises:
        BadValue: it is in another zone than the host would be.
    """
    if volume_zone != zone:
        problem = f"is {zone} but the data of {database_name} are on {volume_id} in {volume_zone}, which a volume never"
        remedy = f"name a subnet of {volume_zone}, or take the tag {checks.IDENTITY_TAG} off it to begin with a new one"
        raise BadValue("availability_zone", f"{problem} leaves", remedy)


def refuse_zone(volume_id: str, volume_zone: str, zone: str) -> None:
    """Refuse to take over a volume that no host of the subnet could attach.

    Args:
        volume_id: of the volume.
        volume_zone: where it is.
        zone: of the host's subnet.

    Raises:
        BadValue: since a volume does not leave its zone.
    """
    if volume_zone != zone:
        problem = f"is {volume_id} in {volume_zone} but the subnet of its host is in {zone}"
        remedy = f"set subnet to one in {volume_zone}, or make a volume of its snapshot (snapshot_id) instead"
        raise BadValue("existing_volume_id", problem, remedy)
