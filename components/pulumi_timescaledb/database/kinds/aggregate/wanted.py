"""What a user declares of a continuous aggregate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Aggregate:
    """query: the SELECT with its time_bucket. real_time: whether reading adds rows not yet materialized; always
    explicit, because the server's default changed in 2.13. owner: None when not managed."""

    query: str
    real_time: bool = False
    owner: str | None = None
