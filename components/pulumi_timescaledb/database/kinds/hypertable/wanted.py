"""What a user declares of a hypertable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ....units import Interval


class HashDimension(NamedTuple):
    """A further partitioning by hash of a column into a number of partitions."""

    column: str
    partitions: int

    def __str__(self) -> str:
        """column x partitions."""
        return f"{self.column} x {self.partitions}"


@dataclass(frozen=True)
class Hypertable:
    """time_column: partitions by range. chunk_interval: a duration with months of 30 days (as it is stored), or a
    number for integer time. hash_dimensions, owner: None when not managed."""

    time_column: str
    chunk_interval: Interval | int | None = None
    hash_dimensions: tuple[HashDimension, ...] | None = None
    owner: str | None = None
