"""The machine as its operating system sees it: sent by the host, so that silence is an alarm."""

from __future__ import annotations

from ..first import CLIENTS, EXPENSIVE
from ..metrics import MODES, ON_DEMAND
from ..row import Row
from ..subject import Subject

MIB = 1024 * 1024


def _ext4(subject: Subject) -> bool:
    return subject.file_system == "ext4"


def _burstable(subject: Subject) -> bool:
    return subject.instance.burstable


ROWS: tuple[Row, ...] = (
    Row(
        "memory",
        "MemoryUsedPercent",
        "Memory runs out; the kernel would kill the database first.",
        CLIENTS,
        period=60,
        periods=10,
        missing="breaching",
        warn=85,
        critical=95,
        free=MODES,
    ),
    Row(
        "swap",
        "SwapUsedBytes",
        "The machine swaps: every query is slow.",
        CLIENTS,
        period=60,
        periods=10,
        missing="breaching",
        warn=256 * MIB,
        unit="bytes",
    ),
    Row(
        "data-disk",
        "DataDiskUsedPercent",
        "The data disk fills; growing it is online and allowed four times in 24 hours.",
        "Run `tsdb doctor`, which shows what is large.",
        period=60,
        periods=5,
        missing="breaching",
        warn=75,
        critical=85,
        free=MODES,
    ),
    Row(
        "data-disk-full",
        "DataDiskUsedPercent",
        "The data disk is all but full: PostgreSQL stops when it cannot write WAL.",
        "Raise `storage_gb` now.",
        period=60,
        periods=2,
        missing="breaching",
        critical=95,
    ),
    Row(
        "root-disk",
        "RootDiskUsedPercent",
        "The root disk fills, most often with logs or images.",
        "Open a session and run `sudo docker image prune -a` (what runs stays) and `sudo journalctl "
        "--vacuum-size=200M`: it fills with old images and journals.",
        period=60,
        periods=5,
        missing="breaching",
        warn=75,
        critical=85,
        free=(ON_DEMAND,),
    ),
    Row(
        "inodes",
        "InodesUsedPercent",
        "The data file system runs out of inodes while it has space left.",
        "Make the chunk interval longer: many small chunks are many files.",
        period=300,
        periods=5,
        missing="missing",
        warn=80,
        applies=_ext4,
    ),
    Row(
        "cpu-used",
        "CpuUsedPercent",
        "The CPU has been busy for a quarter of an hour.",
        EXPENSIVE,
        period=60,
        periods=15,
        missing="missing",
        warn=80,
        critical=95,
        statistic="Average",
        modes=(ON_DEMAND,),
    ),
    Row(
        "cpu-steal",
        "CpuStealPercent",
        "AWS withholds CPU, as it does when credits are gone; the limits are our own choice.",
        "Look at the instance's `CPUCreditBalance`: near 0 the credits of a burstable type are gone.",
        period=60,
        periods=10,
        missing="missing",
        warn=10,
        critical=25,
        statistic="Average",
        modes=(ON_DEMAND,),
        applies=_burstable,
    ),
    Row(
        "io-wait",
        "IoWaitPercent",
        "The CPU waits for the disk, as it does at the machine's EBS baseline; the limits are our own choice.",
        "Look whether `volume-iops` or `volume-throughput` is in alarm, too.",
        period=60,
        periods=15,
        missing="missing",
        warn=30,
        critical=60,
        statistic="Average",
        modes=(ON_DEMAND,),
    ),
)
