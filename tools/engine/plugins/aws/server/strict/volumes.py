"""EBS volumes: no shrinking, four modifications in 24 hours, and the limits of gp3."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tools.engine.plugins.aws.server.patching import refuse, wrap

MODIFICATIONS, WINDOW = 4, timedelta(hours=24)
"""As the EC2 API's ModifyVolume has it today: so many in a rolling window."""
GP3_SIZE, GP3_IOPS, GP3_THROUGHPUT = (1, 65536), (3000, 80000), (125, 2000)
"""GiB, operations and MiB a second (EC2 API, CreateVolume); the first of the last two is what one gets for nothing."""
GP3_IOPS_A_GIB, GP3_THROUGHPUT_AN_IOPS = 500, 0.25
"""The most of them for what there is (EBS user guide, General Purpose SSD volumes)."""


def change() -> None:
    """Make the changes."""
    from moto.ec2.models.elastic_block_store import EBSBackend

    @wrap(EBSBackend, "create_volume")
    def create(old: Callable[..., Any], self: Any, *arguments: Any, **named: Any) -> Any:
        made = old(*arguments, **named)
        try:
            _fits(made.volume_type, made.size, made.iops, made.throughput)
            _holds(self, made)
        except Exception:
            del self.volumes[made.id]
            raise
        _filled(made)
        return made

    @wrap(EBSBackend, "modify_volume")
    def modify(
        old: Callable[..., Any],
        self: Any,
        volume_id: str,
        target_size: int | None = None,
        target_volume_type: str | None = None,
        target_iops: int | None = None,
        target_throughput: int | None = None,
        target_multi_attach_enabled: bool | None = None,
    ) -> Any:
        from moto.core.utils import utcnow

        volume = self.get_volume(volume_id)
        size = int(target_size) if target_size else int(volume.size)
        if size < int(volume.size):
            refuse(
                "InvalidParameterValue",
                f"New size cannot be smaller than existing size: {volume_id} has {volume.size} GiB, {size} were asked",
            )
        since = utcnow() - WINDOW
        recent = [each for each in volume.modifications if each.start_time.replace(tzinfo=since.tzinfo) > since]
        if len(recent) >= MODIFICATIONS:
            refuse(
                "VolumeModificationRateExceeded",
                f"{volume_id} was modified {len(recent)} times in 24 hours, the most that is possible: wait",
            )
        kind = target_volume_type or volume.volume_type
        had = (volume.iops, volume.throughput) if kind == volume.volume_type else (None, None)
        _fits(kind, size, target_iops or had[0], target_throughput or had[1])
        changed = old(
            volume_id, target_size, target_volume_type, target_iops, target_throughput, target_multi_attach_enabled
        )
        _filled(changed)
        return changed


def _fits(kind: str, size: Any, iops: Any, throughput: Any) -> None:
    if kind != "gp3":
        if throughput:
            refuse("InvalidParameterCombination", f"Throughput cannot be given for volumes of type {kind}")
        return
    for what, value, (low, high) in (
        ("size", size, GP3_SIZE),
        ("iops", iops, GP3_IOPS),
        ("throughput", throughput, GP3_THROUGHPUT),
    ):
        if value and not low <= int(value) <= high:
            refuse("InvalidParameterValue", f"{what} {value} of a gp3 volume is not between {low} and {high}")
    operations, rate = int(iops or GP3_IOPS[0]), int(throughput or GP3_THROUGHPUT[0])
    if operations > max(GP3_IOPS[0], GP3_IOPS_A_GIB * int(size)):
        refuse("InvalidParameterValue", f"The iops to volume size ratio of {operations} to {size} is too high")
    if rate > operations * GP3_THROUGHPUT_AN_IOPS:
        refuse("InvalidParameterValue", f"The throughput to iops ratio of {rate} to {operations} is too high")


def _holds(backend: Any, made: Any) -> None:
    """Refuse a volume that is smaller than the snapshot it begins with."""
    if not made.snapshot_id:
        return
    least = int(backend.get_snapshot(made.snapshot_id).volume.size)
    if int(made.size) < least:
        refuse(
            "InvalidParameterValue",
            f"Volume of size {made.size}GB is smaller than snapshot '{made.snapshot_id}', expect size >= {least}GB",
        )


def _filled(volume: Any) -> None:
    if volume.volume_type == "gp3":
        volume.iops = volume.iops or GP3_IOPS[0]
        volume.throughput = volume.throughput or GP3_THROUGHPUT[0]
