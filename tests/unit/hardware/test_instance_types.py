"""Instance types and gp3 limits.

Not proved here: that AWS offers a type in a zone, or that a volume reaches what it is sold as.
"""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

import pytest
from pulumi_timescaledb.errors import BadValue, OutOfRange
from pulumi_timescaledb.hardware import gp3
from pulumi_timescaledb.hardware.instance_types import TYPES, alternatives, find

ON_EC2 = {"arm64": "arm64", "amd64": "x86_64"}


@cache
def _recorded() -> dict[str, Any]:
    packed = resources.files("moto.ec2.resources").joinpath("instance_types.json.gz").read_bytes()
    found: dict[str, Any] = json.loads(gzip.decompress(packed))
    return found


@pytest.mark.parametrize("name", TYPES)
def test_an_instance_type_is_what_the_ec2_api_says(name: str) -> None:
    """moto ships answers of DescribeInstanceTypes."""
    recorded = _recorded()[name]
    row = TYPES[name]
    ebs = recorded["EbsInfo"]["EbsOptimizedInfo"]
    assert row.memory_mib == recorded["MemoryInfo"]["SizeInMiB"]
    assert ON_EC2[row.architecture] in recorded["ProcessorInfo"]["SupportedArchitectures"]
    assert row.baseline_iops == ebs["BaselineIops"]
    assert row.vcpus == recorded["VCpuInfo"]["DefaultVCpus"]
    assert float(row.baseline_mb_s) == pytest.approx(ebs["BaselineThroughputInMBps"], abs=0.001)  # bits as bytes
    assert row.burstable == recorded["BurstablePerformanceSupported"]


@pytest.mark.parametrize(
    ("name", "iops", "mb_s", "credits"),
    [
        ("t4g.micro", 500, "10.875", 288),
        ("t4g.small", 1000, "21.75", 576),
        ("t4g.medium", 2000, "43.375", 576),
        ("t4g.large", 4000, "86.875", 864),
    ],
)
def test_a_burstable_type_has_its_baseline_and_credits(name: str, iops: int, mb_s: str, credits: int) -> None:
    """As measured values of AWS's API say."""
    found = find(name)
    assert (found.baseline_iops, found.baseline_mb_s, found.most_credits) == (iops, Decimal(mb_s), credits)
    assert found.architecture == "arm64"
    assert found.burstable


def test_a_type_without_credits_has_none() -> None:
    """m7g earns nothing and needs nothing."""
    assert find("m7g.large").most_credits == 0
    assert not find("m7g.large").burstable


def test_the_name_of_a_type_is_its_key() -> None:
    """And memory grows with the size within a family."""
    assert all(name == each.name for name, each in TYPES.items())
    assert find("t4g.micro").memory_mib < find("t4g.small").memory_mib < find("t4g.medium").memory_mib


def test_an_unknown_type_names_the_closest_one() -> None:
    """A slip of the finger is answered with what was meant."""
    with pytest.raises(BadValue, match=r"instance_type is 't4g.smal', which is not .*; did you mean t4g.small\?"):
        find("t4g.smal")
    with pytest.raises(BadValue, match="choose one such as"):
        find("zzzzzzzz")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("t4g.micro", "t3.micro"), r"mixes t4g.micro \(arm64\) and t3.micro \(amd64\)"),
        (("t4g.small", "t4g.micro"), "holds t4g.micro, which has less memory than t4g.small"),
        (("t4g.small", "t4g.small"), "names one type twice"),
        (("t4g.micro", "m7g.medium"), "mixes t4g.micro, which runs on CPU credits, and m7g.medium, which has none"),
        (("m7g.medium", "t4g.large"), "mixes t4g.large, which runs on CPU credits, and m7g.medium, which has none"),
        ((), "is not a list of instance types"),
        ("t4g.small", "is not a list of instance types"),
    ],
)
def test_types_that_cannot_stand_in_for_each_other_are_refused(names: object, sentence: str) -> None:
    """One image runs on one architecture alone, the server is tuned for the first one's memory, and one template sets
    the credits of all."""
    with pytest.raises(BadValue, match=f"instance_types {sentence}"):
        alternatives(names)


def test_types_of_one_architecture_stand_in_for_each_other() -> None:
    """Whatever their family."""
    assert [each.name for each in alternatives(("c7g.medium", "r8g.medium"))] == ["c7g.medium", "r8g.medium"]
    assert [each.name for each in alternatives(("t3.micro", "t3.small"))] == ["t3.micro", "t3.small"]


@pytest.mark.parametrize(
    ("size", "iops", "throughput", "sentence"),
    [
        (0, 3000, 125, "storage_gb is 0 GB, outside what gp3 takes; choose 1 to 65536"),
        (65_537, 3000, 125, "storage_gb is 65537 GB"),
        (100, 2999, 125, "iops is 2999 IOPS, outside what gp3 takes; choose 3000 to 80000"),
        (1000, 80_001, 125, "iops is 80001 IOPS"),
        (100, 3000, 124, "throughput is 124 MiB/s"),
        (100, 10_000, 2001, "throughput is 2001 MiB/s"),
        (10, 6000, 125, "iops is 6000 on 10 GB; make storage_gb at least 12"),
        (100, 3000, 1000, "throughput is 1000 MiB/s with 3000 IOPS; make iops at least 4000"),
    ],
)
def test_a_volume_that_cannot_be_made_is_refused(size: int, iops: int, throughput: int, sentence: str) -> None:
    """Each limit with the number that would do."""
    with pytest.raises(OutOfRange) as refused:
        gp3.refuse(size, iops, throughput, "storage_gb")
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(("size", "iops", "throughput"), [(1, 3000, 125), (12, 6000, 125), (65_536, 80_000, 2000)])
def test_a_volume_at_its_limits_is_taken(size: int, iops: int, throughput: int) -> None:
    """The bounds belong to what is allowed."""
    gp3.refuse(size, iops, throughput, "storage_gb")


def test_buying_more_than_the_instance_sustains_is_said() -> None:
    """6,000 IOPS are waste on a t4g.small, and the free base is never waste."""
    assert "more than t4g.small sustains (1000 IOPS, 21.75 MB/s)" in (gp3.wasted(find("t4g.small"), 6000, 125) or "")
    assert gp3.wasted(find("t4g.small"), 3000, 125) is None
    assert gp3.wasted(find("m7g.2xlarge"), 6000, 250) is None
    assert gp3.wasted(find("m7g.2xlarge"), 6000, 400) is not None
