"""How long recovery points are kept, and what a vault lock has to agree with; plain checked values.

Sources: AWS Backup developer guide (a start window of at least 60 minutes; a lock in compliance mode needs at least 3
days of grace, after which nobody, AWS included, can remove it; jobs whose retention lies outside a lock's bounds fail).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..hosts import arguments as check
from ..server import BadValue, OutOfRange
from .cron import cron

LOCKS = ("none", "governance", "compliance")
LEAST_GRACE = 3  # days
LONGEST = 36_500  # days
START_MINUTES = 60
COMPLETION_MINUTES = 720


@dataclass(frozen=True)
class Retention:
    """Schedules and days.

    Attributes:
        daily, daily_days: when the daily recovery point is made, and how many days it is kept.
        monthly, monthly_days: the same once a month; monthly_days 0 makes none.
        lock: ``none``, ``governance`` (whoever has the right can take it off) or ``compliance`` (nobody can).
        lock_days: least retention that the lock demands. grace_days: of a compliance lock; 0 else.
        copy_region, copy_days: another region that daily points are copied to, and for how many days; "" for none.
        drill: when a restore is tested; "" for never. drill_hours: how long the restored volume stays for a look.
    """

    daily: str
    daily_days: int
    monthly: str
    monthly_days: int
    lock: str
    lock_days: int
    grace_days: int
    copy_region: str
    copy_days: int
    drill: str
    drill_hours: int

    @property
    def rules(self) -> dict[str, tuple[str, int]]:
        """Name to schedule and days, of the rules of the plan."""
        monthly = {"monthly": (self.monthly, self.monthly_days)} if self.monthly_days else {}
        return {"daily": (self.daily, self.daily_days), **monthly}


def retention(args: Mapping[str, Any]) -> Retention:
    """The retention of a component's plain arguments.

    Raises:
        ArgumentRefused: naming the argument.
    """
    lock = check.one_of(args.get("lock", "none"), "lock", LOCKS)
    grace = args.get("lock_grace_days")
    if (lock == "compliance") != (grace is not None):
        remedy = (
            f"give the days, at least {LEAST_GRACE}, after which nobody can ever remove the lock"
            if lock == "compliance"
            else "leave it out, or set lock to compliance"
        )
        raise BadValue("lock_grace_days", f"and lock {lock} do not agree", remedy)
    daily_days = check.whole(args.get("daily_days", 35), "daily_days", 1, LONGEST)
    copy_region = _region(args.get("copy_region", ""))
    found = Retention(
        daily=cron(args.get("daily_schedule", "cron(0 3 * * ? *)"), "daily_schedule"),
        daily_days=daily_days,
        monthly=cron(args.get("monthly_schedule", "cron(0 4 1 * ? *)"), "monthly_schedule"),
        monthly_days=check.whole(args.get("monthly_days", 0), "monthly_days", 0, LONGEST),
        lock=lock,
        lock_days=check.whole(args.get("lock_days", min(daily_days, 7)), "lock_days", 1, LONGEST),
        grace_days=0 if grace is None else check.whole(grace, "lock_grace_days", LEAST_GRACE, LONGEST),
        copy_region=copy_region,
        copy_days=check.whole(args.get("copy_days", daily_days), "copy_days", 1, LONGEST) if copy_region else 0,
        drill=cron(args["drill_schedule"], "drill_schedule") if args.get("drill_schedule") else "",
        drill_hours=check.whole(args.get("drill_hours", 1), "drill_hours", 1, 168),
    )
    _agree(found)
    return found


def _agree(found: Retention) -> None:
    if found.monthly_days and found.monthly_days <= found.daily_days:
        raise OutOfRange(
            "monthly_days",
            f"is {found.monthly_days}, no longer than daily_days {found.daily_days}",
            "make it longer, or leave it out",
        )
    shortest = min(days for _, days in found.rules.values())
    if found.lock != "none" and found.lock_days > shortest:
        raise OutOfRange(
            "lock_days",
            f"is {found.lock_days}, longer than backups are kept ({shortest} days)",
            "make it shorter: every backup would fail",
        )


def _region(value: Any) -> str:
    if value == "":
        return ""
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) < 3 or not parts[-1].isdigit() or len(parts[0]) != 2 or not all(parts):
        raise BadValue("copy_region", "is not a region", 'write one such as "eu-central-1", or leave it out')
    return str(value)
