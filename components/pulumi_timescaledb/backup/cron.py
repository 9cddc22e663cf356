"""What AWS Backup allows of a cron expression: a plan runs at most once an hour (AWS Backup developer guide)."""

from __future__ import annotations

from typing import Any

from ..hosts import cron as six_fields
from ..server import BadValue


def cron(value: Any, argument: str = "schedule") -> str:
    """A schedule that AWS Backup takes.

    Raises:
        BadValue: naming the field that is wrong.
    """
    found = six_fields.cron(value, argument)
    if not found.removeprefix("cron(").split()[0].isdigit():
        raise BadValue(argument, "runs more than once an hour, which AWS Backup does not", "give one minute")
    return found
