"""Hosts for the tests of alarms, and what follows from them."""

from __future__ import annotations

from typing import Any

from pulumi_timescaledb.watch.args import AlarmsArgs
from pulumi_timescaledb.watch.wanted import Watched, watched

SPOT: dict[str, Any] = {
    "prefix": "lighthouse-dev",
    "market": "spot",
    "instance_type": "t4g.micro",
    "storage_gb": 20,
    "database": "lighthouse_dev",
    "volume_id": "vol-0123456789abcdef0",
    "group_name": "lighthouse-dev-host",
}
ON_DEMAND: dict[str, Any] = {
    "prefix": "lighthouse-prod-timescaledb",
    "market": "on-demand",
    "instance_type": "t4g.small",
    "storage_gb": 100,
    "database": "lighthouse",
    "volume_id": "vol-0123456789abcdef0",
    "archive_seconds": 300,
}
# every kind of host whose alarms differ
VARIANTS: dict[str, dict[str, Any]] = {
    f"{market['market']}, {kind}, {budget}, {system}, archive {archive}, {credits}": {
        **market,
        "instance_type": kind,
        "budget": budget,
        "file_system": system,
        "archive_seconds": archive,
        "unlimited_credits": credits == "unlimited",
    }
    for market in (SPOT, ON_DEMAND)
    for kind in ("t4g.micro", "m7g.large")
    for budget in ("free", "all")
    for system in ("xfs", "ext4")
    for archive in (0, 300)
    for credits in ("standard", "unlimited")
}


def of(args: dict[str, Any]) -> Watched:
    """What a host's plain arguments lead to."""
    return watched(args, args, AlarmsArgs.__annotations__, AlarmsArgs.__required_keys__)
