"""The database, asked with a real query every minute."""

from __future__ import annotations

from ..metrics import MODES, ON_DEMAND
from ..row import AT_LEAST, BELOW, Limit, Row
from ..subject import Subject

GIB = 1024**3


def _archiving(subject: Subject) -> bool:
    return subject.archive_seconds > 0


def _archive(factor: int) -> Limit:
    return lambda subject: factor * subject.archive_seconds


def _of_disk(share: float, most: float = float("inf")) -> Limit:
    return lambda subject: min(share * subject.storage_bytes, most)


ROWS: tuple[Row, ...] = (
    Row(
        "up",
        "Up",
        "The database answers no query, or the host sends nothing at all.",
        period=60,
        periods=3,
        missing="breaching",  # the dead man's handle: silence is the alarm
        critical=1,
        unit="up",
        direction=BELOW,
        statistic="Minimum",
        free=MODES,
        down=True,
    ),
    Row(
        "connections",
        "ConnectionsUsedPercent",
        "Connections run out; new clients are turned away.",
        period=60,
        periods=5,
        missing="notBreaching",
        warn=80,
        critical=95,
        free=MODES,
    ),
    Row(
        "long-transaction",
        "OldestTransactionSeconds",
        "A transaction is left open: vacuum cannot clean and the columnstore waits.",
        period=60,
        periods=5,
        missing="notBreaching",
        warn=900,
        critical=3600,
        unit="s",
        free=(ON_DEMAND,),
    ),
    Row(
        "transaction-ids",
        "TransactionIdAge",
        "Vacuum does not keep up with transaction ids; at 2^31 the database stops writing.",
        period=3600,
        periods=2,
        missing="notBreaching",
        warn=5e8,
        critical=1e9,
        unit="transactions",
        free=MODES,
    ),
    Row(
        "archive-age",
        "ArchiveAgeSeconds",
        "WAL is not archived: a lost volume would lose all since then.",
        period=60,
        periods=5,
        missing="breaching",
        warn=_archive(2),
        critical=_archive(10),
        unit="s",
        applies=_archiving,
    ),
    Row(
        "archive-failures",
        "ArchiveFailures",
        "Archiving a WAL segment fails and is tried again.",
        period=60,
        periods=5,
        missing="breaching",
        warn=0,
        unit="failures",
        applies=_archiving,
    ),
    Row(
        "wal-size",
        "WalBytes",
        "WAL piles up on the data disk; the limits, 10 and 20 % of the disk, are our own choice.",
        period=60,
        periods=5,
        missing="notBreaching",
        warn=_of_disk(0.10),
        critical=_of_disk(0.20),
        unit="bytes",
    ),
    Row(
        "slot-wal",
        "RetainedSlotBytes",
        "A replication slot keeps WAL that nobody fetches.",
        period=60,
        periods=5,
        missing="notBreaching",
        warn=_of_disk(0.10, GIB),
        critical=_of_disk(0.20),
        unit="bytes",
    ),
    Row(
        "job-failures",
        "JobFailures",
        "A TimescaleDB job (compression, retention, refresh) failed in the last hour.",
        period=3600,
        periods=1,
        missing="notBreaching",
        warn=1,
        critical=3,
        unit="failures",
        direction=AT_LEAST,
        free=MODES,
    ),
)
