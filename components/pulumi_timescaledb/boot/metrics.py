"""The metrics a host sends, read from the file that the host reads: an alarm on any other name would never fire."""

from __future__ import annotations

from dataclasses import dataclass

from .files import text_of

DIMENSION = "Database"
"""The only dimension, with the database's name: alarms outlive the instances."""


@dataclass(frozen=True)
class Metric:
    """One CloudWatch metric.

    Attributes:
        name: as it is sent.
        unit: of CloudWatch, such as ``Percent``.
        group: ``basic`` (every minute), ``full`` (every minute where all are asked for), ``alone`` (as full, on a host
            of no Auto Scaling group) or ``event`` (when it happens).
        meaning: one line.
    """

    name: str
    unit: str
    group: str
    meaning: str


def metrics() -> dict[str, Metric]:
    """Every metric by name, in the order of the file."""
    rows = [line.split("\t") for line in text_of("metrics.tsv").splitlines() if line and not line.startswith("#")]
    return {name: Metric(name, unit, group, meaning) for name, unit, group, meaning in rows}
