"""Limits and free base of a gp3 volume, and whether an instance can use what is bought.

Source of the limits: CreateVolume in the EC2 API model of botocore 1.44.5 (3,000 to 80,000 IOPS, 125 to 2,000 MiB/s,
1 to 65,536 GiB) and the EBS guide on gp3 (at most 500 IOPS a GiB, at most 0.25 MiB/s an IOPS).
"""

from __future__ import annotations

from ..errors import OutOfRange
from .instance_types import InstanceType

BASE_IOPS, MOST_IOPS = 3_000, 80_000
BASE_THROUGHPUT, MOST_THROUGHPUT = 125, 2_000  # MiB/s
LEAST_GB, MOST_GB = 1, 65_536
IOPS_A_GB = 500
IOPS_A_MIB_S = 4


def refuse(size_gb: int, iops: int, throughput: int, size_argument: str) -> None:
    """Refuse a volume that AWS would not make.

    Args:
        size_gb: GiB. iops: I/O operations a second. throughput: MiB/s.
        size_argument: the name of the size, for the sentence.

    Raises:
        OutOfRange: naming the argument and the limit.
    """
    _within(size_argument, size_gb, LEAST_GB, MOST_GB, "GB")
    _within("iops", iops, BASE_IOPS, MOST_IOPS, "IOPS")
    _within("throughput", throughput, BASE_THROUGHPUT, MOST_THROUGHPUT, "MiB/s")
    # the free base comes with a volume of any size
    if iops > BASE_IOPS and iops > IOPS_A_GB * size_gb:
        least = -(-iops // IOPS_A_GB)
        raise OutOfRange("iops", f"is {iops} on {size_gb} GB", f"make {size_argument} at least {least}, or buy fewer")
    if throughput > BASE_THROUGHPUT and throughput * IOPS_A_MIB_S > iops:
        raise OutOfRange(
            "throughput", f"is {throughput} MiB/s with {iops} IOPS", f"make iops at least {throughput * IOPS_A_MIB_S}"
        )


def wasted(instance: InstanceType, iops: int, throughput: int) -> str | None:
    """A sentence where more is bought than the instance sustains; None where it is of use."""
    too_many = iops > BASE_IOPS and iops > instance.baseline_iops
    too_fast = throughput > BASE_THROUGHPUT and throughput * 1.048576 > float(instance.baseline_mb_s)
    if not (too_many or too_fast):
        return None
    return (
        f"{iops} IOPS and {throughput} MiB/s are more than {instance.name} sustains ({instance.baseline_iops} IOPS, "
        f"{instance.baseline_mb_s} MB/s): it uses them in bursts alone; buy less, or choose a larger type"
    )


def _within(argument: str, value: int, least: int, most: int, unit: str) -> None:
    if not least <= value <= most:
        raise OutOfRange(argument, f"is {value} {unit}, outside what gp3 takes", f"choose {least} to {most}")
