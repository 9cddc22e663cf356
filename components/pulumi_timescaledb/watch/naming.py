"""One object names everything that is watched: PutMetricAlarm is an upsert, so that a shared name overwrites silently.

Limits: event rules 64 characters of ``A-Z a-z 0-9 . - _`` (EventBridge PutRule), topics ``A-Z a-z 0-9 - _`` (SNS
CreateTopic), alarms 255 characters (CloudWatch PutMetricAlarm).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..server import BadValue

LONGEST_PREFIX = 40  # the longest ending of a rule's name has 18 characters
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Names:
    """Names with one prefix, such as ``lighthouse-prod-timescaledb``."""

    prefix: str

    def alarm(self, row: str, severity: str) -> str:
        """An alarm on a metric."""
        return f"{self.prefix}-{row}-{severity}"

    def composite(self, which: str) -> str:
        """``down`` or ``degraded``."""
        return f"{self.prefix}-{which}"

    def rule(self, event: str) -> str:
        """A rule on events."""
        return f"{self.prefix}-{event}"

    @property
    def topic(self) -> str:
        """The topic."""
        return f"{self.prefix}-alarms"

    @property
    def dashboard(self) -> str:
        """The dashboard."""
        return self.prefix

    @property
    def log_group(self) -> str:
        """The log group that the host writes to."""
        return f"/timescaledb/{self.prefix}"


def names(prefix: Any) -> Names:
    """The names of a prefix.

    Raises:
        BadValue: for one that AWS would not take in every name.
    """
    if not isinstance(prefix, str) or not _PREFIX.fullmatch(prefix) or len(prefix) > LONGEST_PREFIX:
        raise BadValue(
            "prefix",
            "cannot begin the names of alarms, rules and a topic",
            f'write at most {LONGEST_PREFIX} letters, digits, - and _, a letter first, such as "lighthouse-prod"',
        )
    return Names(prefix)
