"""EC2 instance types that a database of this library may run on, with what each can do.

Source of every row: the EC2 API's DescribeInstanceTypes (VCpuInfo, MemoryInfo, ProcessorInfo,
EbsInfo.EbsOptimizedInfo.Baseline*), as recorded in the resources of moto 5.2.5; read on 2026-11-21.
The baseline is what a type sustains; all of these burst above it for a while.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ..errors import BadValue

Architecture = Literal["arm64", "amd64"]

# Standard mode: the most credits that a type can hold, a day's earnings (EC2 guide, "Earn CPU credits")
_MOST_CREDITS = {"nano": 144, "micro": 288, "small": 576, "medium": 576, "large": 864, "xlarge": 2304, "2xlarge": 4608}


@dataclass(frozen=True)
class InstanceType:
    """One type. name: such as ``t4g.small``. vcpus: count. memory_mib: MiB of RAM. architecture: of its images.

    baseline_iops: I/O operations a second that it sustains on EBS. baseline_mb_s: MB/s that it sustains on EBS
    (1 MB = 10^6 bytes, as the API counts).
    """

    name: str
    vcpus: int
    memory_mib: int
    architecture: Architecture
    baseline_iops: int
    baseline_mb_s: Decimal

    @property
    def burstable(self) -> bool:
        """Whether its CPU runs on credits."""
        return self.name.startswith("t")

    @property
    def most_credits(self) -> int:
        """CPU credits that it can hold in standard mode; 0 where it has none."""
        return _MOST_CREDITS[self.name.partition(".")[2]] if self.burstable else 0


def _type(name: str, vcpus: int, memory: int, architecture: Architecture, iops: int, mb_s: str) -> InstanceType:
    return InstanceType(name, vcpus, memory, architecture, iops, Decimal(mb_s))


_ALL = (
    _type("t4g.nano", 2, 512, "arm64", 250, "5.375"),
    _type("t4g.micro", 2, 1024, "arm64", 500, "10.875"),
    _type("t4g.small", 2, 2048, "arm64", 1000, "21.75"),
    _type("t4g.medium", 2, 4096, "arm64", 2000, "43.375"),
    _type("t4g.large", 2, 8192, "arm64", 4000, "86.875"),
    _type("t4g.xlarge", 4, 16384, "arm64", 4000, "86.875"),
    _type("t4g.2xlarge", 8, 32768, "arm64", 4000, "86.875"),
    _type("t3.nano", 2, 512, "amd64", 250, "5.375"),
    _type("t3.micro", 2, 1024, "amd64", 500, "10.875"),
    _type("t3.small", 2, 2048, "amd64", 1000, "21.75"),
    _type("t3.medium", 2, 4096, "amd64", 2000, "43.375"),
    _type("t3.large", 2, 8192, "amd64", 4000, "86.875"),
    _type("t3.xlarge", 4, 16384, "amd64", 4000, "86.875"),
    _type("t3.2xlarge", 8, 32768, "amd64", 4000, "86.875"),
    _type("c7g.medium", 1, 2048, "arm64", 2500, "39.375"),
    _type("c7g.large", 2, 4096, "arm64", 3600, "78.75"),
    _type("c7g.xlarge", 4, 8192, "arm64", 6000, "156.25"),
    _type("c7g.2xlarge", 8, 16384, "arm64", 12000, "312.5"),
    _type("m7g.medium", 1, 4096, "arm64", 2500, "39.375"),
    _type("m7g.large", 2, 8192, "arm64", 3600, "78.75"),
    _type("m7g.xlarge", 4, 16384, "arm64", 6000, "156.25"),
    _type("m7g.2xlarge", 8, 32768, "arm64", 12000, "312.5"),
    _type("r7g.medium", 1, 8192, "arm64", 2500, "39.375"),
    _type("r7g.large", 2, 16384, "arm64", 3600, "78.75"),
    _type("r7g.xlarge", 4, 32768, "arm64", 6000, "156.25"),
    _type("r7g.2xlarge", 8, 65536, "arm64", 12000, "312.5"),
    _type("c8g.medium", 1, 2048, "arm64", 2500, "39.375"),
    _type("c8g.large", 2, 4096, "arm64", 3600, "78.75"),
    _type("c8g.xlarge", 4, 8192, "arm64", 6000, "156.25"),
    _type("c8g.2xlarge", 8, 16384, "arm64", 12000, "312.5"),
    _type("m8g.medium", 1, 4096, "arm64", 2500, "39.375"),
    _type("m8g.large", 2, 8192, "arm64", 3600, "78.75"),
    _type("m8g.xlarge", 4, 16384, "arm64", 6000, "156.25"),
    _type("m8g.2xlarge", 8, 32768, "arm64", 12000, "312.5"),
    _type("r8g.medium", 1, 8192, "arm64", 2500, "39.375"),
    _type("r8g.large", 2, 16384, "arm64", 3600, "78.75"),
    _type("r8g.xlarge", 4, 32768, "arm64", 6000, "156.25"),
    _type("r8g.2xlarge", 8, 65536, "arm64", 12000, "312.5"),
    _type("m7i.large", 2, 8192, "amd64", 3600, "81.25"),
    _type("m7i.xlarge", 4, 16384, "amd64", 6000, "156.25"),
    _type("m7i.2xlarge", 8, 32768, "amd64", 12000, "312.5"),
    _type("r7i.large", 2, 16384, "amd64", 3600, "81.25"),
    _type("r7i.xlarge", 4, 32768, "amd64", 6000, "156.25"),
    _type("r7i.2xlarge", 8, 65536, "amd64", 12000, "312.5"),
)
TYPES: dict[str, InstanceType] = {each.name: each for each in _ALL}


def find(name: object, argument: str = "instance_type") -> InstanceType:
    """The type of a name.

    Raises:
        BadValue: with the closest name there is.
    """
    if not isinstance(name, str):
        raise BadValue(argument, "is not a text", 'write one such as "t4g.small"')
    if name in TYPES:
        return TYPES[name]
    near = difflib.get_close_matches(name, TYPES, n=1)
    remedy = f"did you mean {near[0]}?" if near else "choose one such as t4g.small, m7g.large or t3.small"
    raise BadValue(argument, f"is {name!r}, which is not in the table of instance types", remedy)


def alternatives(names: object, argument: str = "instance_types") -> list[InstanceType]:
    """Types that can stand in for each other: one architecture, none with less memory than the first, all with CPU
    credits or none.

    The server's settings are made for the first one's memory, one image runs on one architecture alone, and one launch
    template says for all of them how credits are used: without it a t4g charges for what it uses beyond them, and with
    it EC2 does not launch a type that has none.

    Raises:
        BadValue: naming the type that does not fit.
    """
    if not isinstance(names, Sequence) or isinstance(names, str) or not names:
        raise BadValue(argument, "is not a list of instance types", 'write one such as ["t4g.micro", "t4g.small"]')
    found = [find(name, argument) for name in names]
    first = found[0]
    for each in found[1:]:
        if each.architecture != first.architecture:
            problem = f"mixes {first.name} ({first.architecture}) and {each.name} ({each.architecture})"
            raise BadValue(argument, problem, "name types of one architecture, since one image runs on one alone")
        if each.memory_mib < first.memory_mib:
            problem = f"holds {each.name}, which has less memory than {first.name}"
            raise BadValue(argument, problem, "put the smallest first; the server is tuned for its memory")
        if each.burstable != first.burstable:
            with_credits, without = (first, each) if first.burstable else (each, first)
            problem = f"mixes {with_credits.name}, which runs on CPU credits, and {without.name}, which has none"
            remedy = "name types of one kind, since one launch template sets the credits of all: a type without any is "
            raise BadValue(
                argument, problem, remedy + "not launched with them, and the other bills its surplus without"
            )
    if len({each.name for each in found}) != len(found):
        raise BadValue(argument, "names one type twice", "name each once")
    return found
