"""What a user declares of refreshing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ....units import Interval


class Policy(NamedTuple):
    """One window, from start_offset to end_offset before now; None is unbounded. schedule: how often."""

    start_offset: Interval | int | None
    end_offset: Interval | int | None
    schedule: Interval
    enabled: bool = True

    def __str__(self) -> str:
        """The window as people read it."""
        off = "" if self.enabled else ", switched off"
        start, end = ("unbounded" if each is None else each for each in (self.start_offset, self.end_offset))
        return f"{start} to {end} every {self.schedule}{off}"


@dataclass(frozen=True)
class Refresh:
    """policies: the whole set, by start and end."""

    policies: tuple[Policy, ...]

    def __post_init__(self) -> None:
        """Order does not matter: compare sorted."""
        object.__setattr__(self, "policies", tuple(sorted(self.policies, key=str)))
