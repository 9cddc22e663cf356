"""A row of the alarm table: what is watched and when it is too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .metrics import DIMENSION, MODES, NAMESPACE
from .subject import Subject

Missing = Literal["breaching", "notBreaching", "missing"]
WARN, CRITICAL = "warn", "critical"
ABOVE, AT_LEAST, BELOW = "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"
Limit = float | Callable[[Subject], float]


def always(subject: Subject) -> bool:
    """A row that applies to every host."""
    return True


@dataclass(frozen=True)
class Row:
    """One watched thing.

    Attributes:
        name: ends the alarm's name and is its heading in the runbook.
        metric, namespace, dimension, statistic: where the values come from.
        direction: the comparison operator.
        unit: of the thresholds, for people.
        warn, critical: thresholds, or functions of the host; None where there is no such alarm.
        period: seconds. periods: how many are looked at. of_them: how many must breach; None is all.
        missing: what no data means.
        why: one sentence for the person who is woken. first: what they look at first, as the runbook begins.
        modes: where it applies. applies: what else it depends on.
        free: the modes in which its critical alarm is one of the ten free ones.
        down: whether it means that the database cannot be used.
    """

    name: str
    metric: str
    why: str
    first: str
    period: int
    periods: int
    missing: Missing
    warn: Limit | None = None
    critical: Limit | None = None
    unit: str = "%"
    direction: str = ABOVE
    statistic: str = "Maximum"
    namespace: str = NAMESPACE
    dimension: str = DIMENSION
    of_them: int | None = None
    modes: tuple[str, ...] = MODES
    applies: Callable[[Subject], bool] = always
    free: tuple[str, ...] = ()
    down: bool = False

    def limits(self, subject: Subject) -> dict[str, float]:
        """The thresholds by severity, for one host."""
        given = {WARN: self.warn, CRITICAL: self.critical}
        return {
            severity: float(limit(subject) if callable(limit) else limit)
            for severity, limit in given.items()
            if limit is not None
        }
