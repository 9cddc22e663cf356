"""The dashboard's body: generated, one per database, with what to look at first; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import runbook
from .alarm import Alarm
from .metrics import DIMENSION, NAMESPACE, sent
from .published import PUBLISHED
from .subject import Subject

WIDTH, HEIGHT, COLUMNS = 8, 6, 3
_TEXT_HEIGHT = 6
# title -> the host's metrics, or AWS's, that are read together
_CHARTS: Mapping[str, Sequence[str]] = {
    "Database answers": ("Up",),
    "Connections and transactions": ("ConnectionsUsedPercent", "OldestTransactionSeconds"),
    "CPU": ("CPUUtilization", "CpuUsedPercent", "CpuStealPercent", "IoWaitPercent"),
    "CPU credits": ("CPUCreditBalance", "CPUSurplusCreditsCharged"),
    "Memory": ("MemoryUsedPercent", "SwapUsedBytes"),
    "Disks": ("DataDiskUsedPercent", "RootDiskUsedPercent", "InodesUsedPercent"),
    "Disk operations": ("VolumeReadOps", "VolumeWriteOps"),
    "Disk limits": ("EBSIOBalance%", "EBSByteBalance%", "VolumeIOPSExceededCheck", "VolumeThroughputExceededCheck"),
    "WAL": ("WalBytes", "RetainedSlotBytes", "ArchiveAgeSeconds", "ArchiveFailures"),
    "Jobs and transaction ids": ("JobFailures", "TransactionIdAge"),
    "Backups and certificate": ("BackupAgeSeconds", "CertificateDaysLeft"),
}


@dataclass(frozen=True)
class Series:
    """A metric on a chart."""

    namespace: str
    name: str
    dimension: str


def charts(subject: Subject) -> dict[str, list[Series]]:
    """The charts of a host: what the host sends and what AWS publishes in its mode, empty charts left out."""
    everything = subject.budget == "all"
    own = {each.name: Series(NAMESPACE, each.name, DIMENSION) for each in sent(subject.mode, everything=everything)}
    theirs = {
        each.name: Series(each.namespace, each.name, each.dimension) for each in PUBLISHED if subject.mode in each.modes
    }
    known = {**theirs, **own}
    found = {title: [known[name] for name in names if name in known] for title, names in _CHARTS.items()}
    if not subject.instance.burstable:
        del found["CPU credits"]
    return {title: series for title, series in found.items() if series}


def body(subject: Subject, alarms: Sequence[Alarm], ids: Mapping[str, str], region: str, runbooks: str | None) -> str:
    """The JSON of PutDashboard.

    Args:
        subject: the host.
        alarms: whose meaning is told.
        ids: dimension to its value (``Database``, ``VolumeId`` and, in spot mode, ``AutoScalingGroupName``).
        region: of the metrics.
        runbooks: address of the page that is linked to, without ``#``.
    """
    widgets: list[dict[str, Any]] = [
        {
            "type": "text",
            "x": 0,
            "y": 0,
            "width": WIDTH * COLUMNS,
            "height": _TEXT_HEIGHT,
            "properties": {"markdown": _text(ids[DIMENSION], alarms, runbooks)},
        }
    ]
    for number, (title, series) in enumerate(charts(subject).items()):
        row, column = divmod(number, COLUMNS)
        metrics = [[each.namespace, each.name, each.dimension, ids[each.dimension]] for each in series]
        widgets.append(
            {
                "type": "metric",
                "x": column * WIDTH,
                "y": _TEXT_HEIGHT + row * HEIGHT,
                "width": WIDTH,
                "height": HEIGHT,
                "properties": {
                    "title": title,
                    "region": region,
                    "view": "timeSeries",
                    "stat": "Maximum",
                    "period": 300,
                    "metrics": metrics,
                },
            }
        )
    return json.dumps({"widgets": widgets}, sort_keys=True)


def _text(database: str, alarms: Sequence[Alarm], runbooks: str | None) -> str:
    rows = {each.row.name: each.row for each in alarms}
    return "\n".join(
        [f"# {database}", *(f"- {_name(name, runbooks)}: {row.why} {row.first}" for name, row in rows.items())]
    )


def _name(row: str, runbooks: str | None) -> str:
    return f"[{row}]({runbook.link(runbooks, row)})" if runbooks else row
