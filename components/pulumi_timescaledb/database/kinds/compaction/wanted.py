"""What a user declares of compaction."""

from __future__ import annotations

from dataclasses import dataclass

from ....units import Interval


@dataclass(frozen=True)
class Compaction:
    """schedule: how often the job looks. max_chunks, max_batches: how much one run takes, 0 for no bound. inactive_for:
    chunks written to more recently are left alone. enabled: as retention. None leaves the server's choice."""

    schedule: Interval | None = None
    max_chunks: int | None = None
    max_batches: int | None = None
    inactive_for: Interval | None = None
    enabled: bool = True
