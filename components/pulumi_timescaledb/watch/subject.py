"""The host that is watched, as far as alarms depend on it: plain checked values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..hardware import instance_types
from ..hosts import arguments as check
from .metrics import MODES

BUDGETS = ("free", "all")
FILE_SYSTEMS = ("xfs", "ext4")


@dataclass(frozen=True)
class Subject:
    """One host.

    Attributes:
        mode: ``spot`` (a group of one) or ``on-demand`` (a plain instance).
        instance: its type.
        storage_gb: size of the data volume.
        budget: ``free`` (at most ten alarms) or ``all``.
        file_system: of the data volume.
        archive_seconds: archive_timeout; 0 where no WAL is archived.
        backups: whether backups are made.
        unlimited_credits: whether a burstable type may buy CPU above its credits.
    """

    mode: str
    instance: instance_types.InstanceType
    storage_gb: int
    budget: str = "all"
    file_system: str = "xfs"
    archive_seconds: int = 0
    backups: bool = True
    unlimited_credits: bool = False

    @property
    def storage_bytes(self) -> int:
        """The data volume's size."""
        return self.storage_gb * 1024**3


def subject(args: Mapping[str, Any]) -> Subject:
    """The host of a component's plain arguments.

    Raises:
        BadValue: naming the argument.
        OutOfRange: for a number outside its bounds.
    """
    return Subject(
        mode=check.one_of(args.get("market"), "market", MODES),
        instance=instance_types.find(args.get("instance_type")),
        storage_gb=check.whole(args.get("storage_gb"), "storage_gb", 1, 65_536),
        budget=check.one_of(args.get("budget", "all"), "budget", BUDGETS),
        file_system=check.one_of(args.get("file_system", "xfs"), "file_system", FILE_SYSTEMS),
        archive_seconds=check.whole(args.get("archive_seconds", 0), "archive_seconds", 0, 3600),
        backups=check.flag(args.get("backups", True), "backups"),
        unlimited_credits=check.flag(args.get("unlimited_credits", False), "unlimited_credits"),
    )
