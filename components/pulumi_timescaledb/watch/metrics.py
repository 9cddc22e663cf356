"""What the host itself sends to CloudWatch, as the boot program's own list says.

A metric that is not in that list is neither sent nor alarmed. The one dimension is the database's name: an instance
id would orphan alarm and history with every replacement.
"""

from __future__ import annotations

from .. import boot
from ..boot import DIMENSION, Metric

__all__ = ["DIMENSION", "METRICS", "MODES", "NAMESPACE", "ON_DEMAND", "SECONDS", "SPOT", "Metric", "sent"]

NAMESPACE = "TimescaleDB"
SECONDS = 60  # between two calls

SPOT, ON_DEMAND = "spot", "on-demand"
MODES = (SPOT, ON_DEMAND)

METRICS: tuple[Metric, ...] = tuple(each for each in boot.metrics().values() if each.group != "event")
"""Every series that is sent once a minute."""


def sent(mode: str, *, everything: bool) -> tuple[Metric, ...]:
    """What a host sends. mode: ``spot`` or ``on-demand``. everything: all of it, or the free ten."""
    groups = {"basic", "full", "alone"} if everything else {"basic"}
    if mode == SPOT:
        groups.discard("alone")
    return tuple(each for each in METRICS if each.group in groups)
