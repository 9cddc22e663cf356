"""What a user declares of a continuous aggregate."""

from __future__ import annotations

from dataclasses import dataclass

from ....units import Interval


@dataclass(frozen=True)
class Aggregate:
    """query: the SELECT with its time_bucket. real_time: whether reading adds rows not yet materialized; always
    explicit, because the server's default changed in 2.13. owner, chunk_interval: None when not managed.
    group_indexes: whether each grouping column has the server's own index with the bucket; None when not managed.
    swap_in: the aggregate of this query, filled beside, that takes this one's name; None for none."""

    query: str
    real_time: bool = False
    owner: str | None = None
    chunk_interval: Interval | int | None = None
    group_indexes: bool | None = None
    swap_in: str | None = None
