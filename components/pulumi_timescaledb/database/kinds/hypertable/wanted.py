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
    number for integer time. hash_dimensions, owner, integer_now: None when not managed. integer_now: schema.name of the
    function that says what time it is where time is a number. migrate_data, default_indexes: how it is made, and no
    difference afterwards.
    """

    time_column: str
    chunk_interval: Interval | int | None = None
    hash_dimensions: tuple[HashDimension, ...] | None = None
    owner: str | None = None
    integer_now: str | None = None
    migrate_data: bool | None = None
    default_indexes: bool | None = None
