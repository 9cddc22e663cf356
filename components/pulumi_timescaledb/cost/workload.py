"""What is paid for: one host with its disks, its watching and its backups, as plain checked values."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from ..hardware import gp3
from ..hardware.instance_types import find
from .refused import CannotPrice

MARKETS = ("spot", "on-demand")
EGRESS = ("nat", "public-ip", "ipv6", "endpoints")
STORES = ("ssm", "secretsmanager", "none")


ARCHIVE_VERSION_DAYS = 7
"""Days that an object of the archive can be got back after it was deleted or overwritten; they are paid for."""
FULL_BACKUP_DAYS = 7
"""A full base backup is made as often (userdata/backups), an incremental one every day."""
MONTHLY_FROM_DAYS = 30
"""From daily recovery points of so many days on, one a month is kept longer."""
MONTHLY_DAYS = 365
"""So long is a monthly recovery point kept."""
MONTH_DAYS = 30


def monthly_days(backup_days: int) -> int:
    """Days that monthly recovery points are kept beside daily ones; 0 for none, also where daily ones last as long."""
    return MONTHLY_DAYS if MONTHLY_FROM_DAYS <= backup_days < MONTHLY_DAYS else 0


def further_months(days: int, longest: int) -> int:
    """Monthly snapshots between the oldest daily one and the oldest of all."""
    return max(longest - days, 0) // MONTH_DAYS


def snapshots_gb(used: Decimal, change: Decimal, days: int, longest: int) -> Decimal:
    """Snapshots are incremental: one of what is in use, each further day's changes, and each further month's, which are
    no more than what is in use.

    Args:
        used, change: GB in use, and that change in a day. days, longest: ages of the oldest daily and monthly one.
    """
    return used + change * days + further_months(days, longest) * min(used, change * MONTH_DAYS)


@dataclass(frozen=True)
class Workload:
    """One host. Counts are per month, sizes in GB, and every default is what this library builds.

    Attributes:
        region: AWS region.
        instance_type: EC2 type.
        market: ``spot`` or ``on-demand``.
        storage_gb, iops, throughput: the gp3 data volume (GB, I/O a second, MiB/s).
        root_gb: the gp3 root disk.
        egress: the way out of the subnet.
        store: where the password is: ``secretsmanager``, ``ssm`` (a standard parameter) or ``none`` (not on AWS).
        alarms, composite_alarms, metrics, dashboards, zones: how many of each.
        logs_gb: log text sent a month, kept one month; with the alarms alone, which its log group belongs to.
        backup_days: days that a daily snapshot is kept; 0 for none. Monthly ones follow, see :func:`monthly_days`.
        used_share, change_share: parts of the volume that are in use, and that change in a day. Assumptions: a third
            of the disk and a hundredth of it a day, as facts of a small monitoring service suggest.
        archive_days: days back to any time of which an archive in S3 can restore; 0 for none.
        transfer_gb: sent to the internet a month. way_out_gb: what passes the way out (packages, images, API calls).
    """

    region: str
    instance_type: str
    market: str
    storage_gb: int
    iops: int = gp3.BASE_IOPS
    throughput: int = gp3.BASE_THROUGHPUT
    root_gb: int = 8
    egress: str = "public-ip"
    store: str = "ssm"
    alarms: int = 0
    composite_alarms: int = 0
    metrics: int = 0
    dashboards: int = 0
    zones: int = 0
    logs_gb: Decimal = Decimal(1)
    backup_days: int = 0
    used_share: Decimal = Decimal("0.30")
    change_share: Decimal = Decimal("0.01")
    archive_days: int = 0
    transfer_gb: Decimal = Decimal(5)
    way_out_gb: Decimal = Decimal(5)

    def __post_init__(self) -> None:
        """Refuse what AWS has not, or what cannot be counted; raises ArgumentRefused."""
        find(self.instance_type)
        gp3.refuse(self.storage_gb, self.iops, self.throughput, "storage_gb")
        for name, words in (("market", MARKETS), ("egress", EGRESS), ("store", STORES)):
            if getattr(self, name) not in words:
                raise CannotPrice(name, "is not one of the known words", f"choose one of {', '.join(words)}")
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, (int, Decimal)) and value < 0:
                raise CannotPrice(each.name, f"is {value}, which is below zero", "write 0 or more")

    @property
    def used_gb(self) -> Decimal:
        """What is in use on the data volume."""
        return self.storage_gb * self.used_share

    @property
    def change_gb(self) -> Decimal:
        """What changes on the data volume in a day."""
        return self.storage_gb * self.change_share

    @property
    def monthly_points(self) -> int:
        """Monthly snapshots that are older than the oldest daily one, once the oldest of them has been made."""
        return further_months(self.backup_days, monthly_days(self.backup_days))

    @property
    def snapshot_gb(self) -> Decimal:
        """What daily and monthly ones hold together."""
        longest = max(self.backup_days, monthly_days(self.backup_days))
        return snapshots_gb(self.used_gb, self.change_gb, self.backup_days, longest) if self.backup_days else Decimal(0)

    @property
    def archive_gb(self) -> Decimal:
        """Full backups of what is in use, and each day's changes twice: as WAL and as an incremental backup.

        The oldest full backup stays until a younger one is as old as the archive reaches. Nothing is taken off for
        compression, whose ratio is a property of the data (4.5 for a hypertable of random floats, in tests/boot).
        """
        if not self.archive_days:
            return Decimal(0)
        kept = self.archive_days + ARCHIVE_VERSION_DAYS
        return self.used_gb * (kept // FULL_BACKUP_DAYS + 2) + 2 * self.change_gb * kept
