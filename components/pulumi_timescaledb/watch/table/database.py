"""The database, asked with a real query every minute."""

from __future__ import annotations

from ..first import CLIENTS
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
        "Open a session, type `sudo -i` and read `docker logs timescaledb`: a wrong owner of the data folder, a full "
        "disk or a setting keeps it from starting.",
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
        CLIENTS,
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
        "Find it: `SELECT pid, usename, xact_start, query FROM pg_stat_activity ORDER BY xact_start LIMIT 5`.",
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
        "Find what holds vacuum back: an open transaction (`long-transaction`), a slot (`slot-wal`) or a "
        "prepared transaction.",
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
        "Ask `SELECT * FROM pg_stat_archiver`, then read `sudo docker logs timescaledb-archive` and `sudo journalctl "
        "-u timescaledb-backups` on the host.",
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
        "Read the server's log, which carries the command's own words.",
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
        "Look whether `archive-age` or `slot-wal` is in alarm, too: archiving or a slot holds it.",
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
        "Find the slot: `SELECT slot_name, active FROM pg_replication_slots`.",
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
        "A TimescaleDB job (compression, retention, refresh) failed in the last hour, or a database "
        "could not be asked.",
        "Read the errors: `SELECT * FROM timescaledb_information.job_errors ORDER BY start_time DESC LIMIT 5`.",
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
