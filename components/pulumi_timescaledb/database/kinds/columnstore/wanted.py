"""What a user declares of a columnstore."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ....units import Interval


class Order(NamedTuple):
    """One column of the order: descending False, nulls_first as PostgreSQL's default (the same as descending)."""

    column: str
    descending: bool = False
    nulls_first: bool = False

    def __str__(self) -> str:
        """As SQL spells it, defaults left out."""
        direction = " DESC" if self.descending else ""
        nulls = "" if self.nulls_first == self.descending else f" NULLS {'FIRST' if self.nulls_first else 'LAST'}"
        return f"{self.column}{direction}{nulls}"


@dataclass(frozen=True)
class Columnstore:
    """after: age at which a chunk is converted, a number for integer time, None for no managed policy.
    segment_by, order_by: None leaves the server's choice. schedule: how often the job looks. enabled, by_creation: as
    retention. chunk_interval: chunks are merged up to this span as they are converted, a number for integer time."""

    after: Interval | int | None = None
    segment_by: tuple[str, ...] | None = None
    order_by: tuple[Order, ...] | None = None
    schedule: Interval | None = None
    enabled: bool = True
    by_creation: bool = False
    chunk_interval: Interval | int | None = None
