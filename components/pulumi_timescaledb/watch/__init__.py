"""Watching a host on AWS: which alarms there are (values), and the components that make them.

``watch.Alarms`` and ``watch.Dashboard`` are loaded when first used (PEP 562): the tables are read by the cost estimate
and by the command line, which know nothing of Pulumi.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .alarms import Alarms
    from .args import AlarmsArgs, DashboardArgs
    from .dashboard import Dashboard

__all__ = ["Alarms", "AlarmsArgs", "Dashboard", "DashboardArgs"]

_HOME = {"Alarms": ".alarms", "AlarmsArgs": ".args", "Dashboard": ".dashboard", "DashboardArgs": ".args"}


def __getattr__(name: str) -> Any:
    """Load a public name from its home at first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name], __name__), name)
