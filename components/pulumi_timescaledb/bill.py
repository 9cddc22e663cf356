"""What a stack's settings cost: the host they ask for, with the alarms and metrics that watch it, as a workload.

Pure. Settings, watching and prices are put together here for the command ``tsdb cost`` and for the stack's output
``estimated_monthly_cost`` alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .cost import model
from .cost.prices import Prices
from .cost.workload import Workload
from .hardware.instance_types import find
from .settings import Ec2
from .watch.alarm import alarms, composites
from .watch.metrics import sent
from .watch.naming import Names
from .watch.subject import Subject

ARCHIVE_SECONDS = 300  # archive_timeout where WAL is archived (userdata/steps/72-settings)


def archive_seconds(archive_days: int) -> int:
    """What the alarms must know of an archive that reaches so far back; 0 where there is none."""
    return ARCHIVE_SECONDS if archive_days else 0


def workload(ec2: Ec2, password_ref: str | None, *, changes: Mapping[str, Any] | None = None) -> Workload:
    """The workload of a stack.

    Args:
        ec2: the host's settings.
        password_ref: where the password is; ``secretsmanager:`` and ``ssm:`` are on the bill.
        changes: attributes of :class:`Workload` that differ from the settings ("what if").

    Raises:
        CannotPrice: for a type, size or word that AWS has not.
    """
    changed = dict(changes or {})
    market = str(changed.get("market", ec2.market))
    instance = find(str(changed.get("instance_type", ec2.instance_type)))
    subject = Subject(
        mode=market,
        instance=instance,
        storage_gb=int(changed.get("storage_gb", ec2.storage_gb)),
        budget="all" if ec2.alarms == "all" else "free",
        archive_seconds=archive_seconds(int(changed.get("archive_days", ec2.archive_days))),
        backups=ec2.backup_days > 0,
    )
    names = Names("priced")
    made = alarms(subject, names) if ec2.alarms != "none" else ()
    scheme = (password_ref or "").partition(":")[0]
    found = Workload(
        region=ec2.region,
        instance_type=instance.name,
        market=market,
        storage_gb=subject.storage_gb,
        egress=ec2.egress,
        store=scheme if scheme in ("ssm", "secretsmanager") else "none",
        alarms=len(made),
        composite_alarms=len(composites(subject, made, names)) if made else 0,
        metrics=len(sent(market, everything=subject.budget == "all")),
        dashboards=int(ec2.dashboard),
        backup_days=ec2.backup_days,
        archive_days=ec2.archive_days,
    )
    return replace(found, **changed)


def estimate(ec2: Ec2, password_ref: str | None, prices: Prices | None = None) -> model.Estimate:
    """The estimate of a stack's settings; prices: by default the table's. Raises CannotPrice."""
    return model.estimate(workload(ec2, password_ref), prices)
