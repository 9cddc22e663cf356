"""What a user declares of chunk skipping."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ChunkSkipping:
    """columns: the whole set, in order of name; of an integer, date or timestamp type."""

    columns: tuple[str, ...]

    def __post_init__(self) -> None:
        """Order does not matter: compare sorted."""
        object.__setattr__(self, "columns", tuple(sorted(self.columns)))
