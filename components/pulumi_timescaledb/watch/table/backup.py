"""What is noticed too late: backups and certificates."""

from __future__ import annotations

from ..metrics import ON_DEMAND
from ..row import BELOW, Row
from ..subject import Subject

HOUR, DAY = 3600, 86_400


def _backups(subject: Subject) -> bool:
    return subject.backups


def _archiving(subject: Subject) -> bool:
    return subject.archive_seconds > 0


ROWS: tuple[Row, ...] = (
    Row(
        "backup-age",
        "BackupAgeSeconds",
        "The daily backup is missing.",
        "Look at the jobs of AWS Backup and at `backup-failed`.",
        period=HOUR,
        periods=2,
        missing="breaching",
        warn=26 * HOUR,
        critical=50 * HOUR,
        unit="s",
        applies=_backups,
        free=(ON_DEMAND,),
    ),
    Row(
        "archive-backup-age",
        "ArchiveBackupAgeSeconds",
        "The archive's daily base backup is missing; snapshots do not show that.",
        "Read `sudo journalctl -u timescaledb-backups` on the host, which carries pgBackRest's words.",
        period=HOUR,
        periods=2,
        missing="breaching",
        warn=26 * HOUR,
        critical=50 * HOUR,
        unit="s",
        applies=_archiving,
    ),
    Row(
        "certificate",
        "CertificateDaysLeft",
        "The server's certificate ends soon; after that no client with verify-full connects.",
        "Read `sudo journalctl -u timescaledb-minute` on the host: it makes a new one 30 days before the end.",
        period=DAY,
        periods=1,
        missing="breaching",
        warn=30,
        critical=7,
        unit="days",
        direction=BELOW,
        statistic="Minimum",
    ),
)
