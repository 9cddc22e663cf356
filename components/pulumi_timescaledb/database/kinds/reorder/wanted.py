"""What a user declares of reordering."""

from __future__ import annotations

from dataclasses import dataclass

from ....units import Interval


@dataclass(frozen=True)
class Reorder:
    """index: the name of an index of the hypertable. schedule: how often the job looks, None for the server's own half
    of a chunk interval. enabled: as retention."""

    index: str
    schedule: Interval | None = None
    enabled: bool = True
