"""What a user declares of refreshing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ....units import Interval

OPTIONS = ("buckets_per_batch", "max_batches_per_execution", "refresh_newest_first", "include_tiered_data")


class Policy(NamedTuple):
    """One window, from start_offset to end_offset before now; None is unbounded. schedule: how often.

    The options are those of add_continuous_aggregate_policy; None is not managed.
    """

    start_offset: Interval | int | None
    end_offset: Interval | int | None
    schedule: Interval
    enabled: bool = True
    buckets_per_batch: int | None = None
    max_batches_per_execution: int | None = None
    refresh_newest_first: bool | None = None
    include_tiered_data: bool | None = None

    @property
    def window(self) -> tuple[Interval | int | None, Interval | int | None]:
        """Both offsets."""
        return self.start_offset, self.end_offset

    @property
    def options(self) -> dict[str, int | bool]:
        """The options that are managed, or set."""
        return {name: value for name in OPTIONS if (value := getattr(self, name)) is not None}

    def __str__(self) -> str:
        """The window as people read it."""
        off = "" if self.enabled else ", switched off"
        start, end = ("unbounded" if each is None else each for each in self.window)
        options = "".join(f", {name} {str(value).lower()}" for name, value in self.options.items())
        return f"{start} to {end} every {self.schedule}{options}{off}"


@dataclass(frozen=True)
class Refresh:
    """policies: the whole set, by start and end."""

    policies: tuple[Policy, ...]

    def __post_init__(self) -> None:
        """Order does not matter: compare sorted."""
        object.__setattr__(self, "policies", tuple(sorted(self.policies, key=str)))


def managed(wanted: Policy, live: Policy) -> Policy:
    """A live policy without the options that its declaration leaves alone."""
    left_alone: dict[str, Any] = {name: None for name in OPTIONS if getattr(wanted, name) is None}
    return live._replace(**left_alone)


def pairs(wanted: Sequence[Policy], live: Sequence[Policy]) -> list[tuple[int, int]]:
    """Which wanted policy is which live one, by their places: equal ones first, then those of one window, then those
    that share an end, then whatever is left, from the newest. Nothing that can be altered is removed and added."""
    tests = (
        lambda one, other: managed(one, other) == one,
        lambda one, other: one.window == other.window,
        lambda one, other: one.start_offset == other.start_offset or one.end_offset == other.end_offset,
        lambda one, other: True,
    )
    found: list[tuple[int, int]] = []
    for test in tests:
        for place, one in sorted(enumerate(wanted), key=_age):
            for other_place, other in sorted(enumerate(live), key=_age):
                taken = any(place == a or other_place == b for a, b in found)
                if not taken and test(one, other):
                    found.append((place, other_place))
    return sorted(found)


def _age(placed: tuple[int, Policy]) -> tuple[bool, int]:
    """How long ago a window starts."""
    start = placed[1].start_offset
    length = start.total_microseconds if isinstance(start, Interval) else start
    return length is None, length or 0


def overlap(one: Policy, other: Policy) -> bool:
    """Whether two windows may share time; a month is taken as long as it can be, and as short."""
    return _reaches(one.start_offset, other.end_offset) and _reaches(other.start_offset, one.end_offset)


def _reaches(start: Interval | int | None, end: Interval | int | None) -> bool:
    """Whether a window that starts so long ago begins before one that ends so long ago has ended."""
    if start is None or end is None:
        return True
    if isinstance(start, int) or isinstance(end, int):
        return not (isinstance(start, int) and isinstance(end, int)) or start > end
    slack = 86_400_000_000 * (abs(start.months) + 2 * abs(end.months)) if start.months != end.months else 0
    return start.total_microseconds + slack > end.total_microseconds
