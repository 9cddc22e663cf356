"""What a user declares of a job."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ....units import Interval

UNLIMITED = Interval()
NO_CHECK = "-"  # how PostgreSQL spells the function that is none


@dataclass(frozen=True)
class Job:
    """procedure: schema.name. schedule: how often. config: JSON in its one spelling. initial_start: a moment in UTC.
    max_runtime: zero for no bound. max_retries: -1 for no bound. check_config: the function that judges config, "-" for
    none. owner: whose rights it has. copies: how many jobs have this name; more than one is drift.
    """

    procedure: str
    schedule: Interval | str
    config: str | None = None
    fixed_schedule: bool | None = None
    initial_start: str | None = None
    timezone: str | None = None
    max_runtime: Interval | None = None
    max_retries: int | None = None
    retry_period: Interval | None = None
    enabled: bool = True
    check_config: str | None = None
    owner: str | None = None
    copies: int = 1


def spelled(value: Any) -> str:
    """JSON in one spelling: keys in order, and whole numbers as such, since the engine hands all numbers as floats."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
