"""What a drill's writes say; pure."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

MODELLED_SECONDS = (180, 360)
"""From a reclaimed spot host to the next one's first write, modelled and not measured: launch and boot one to two
minutes, taking the volume up to one, packages and image one to three."""


@dataclass(frozen=True)
class Outcome:
    """acknowledged: writes that the server confirmed. lost: those of them that are gone. gap_seconds: the longest time
    between two confirmed writes. before, after: the host that was ended, and the one that followed, empty for none."""

    acknowledged: int
    lost: int
    gap_seconds: float
    before: str
    after: str

    @property
    def good(self) -> bool:
        """Whether another host took over and nothing confirmed is gone."""
        return self.lost == 0 and self.after not in ("", self.before)


def outcome(writes: Sequence[tuple[int, float]], there: Collection[int], before: str, after: str) -> Outcome:
    """Judge a drill.

    Args:
        writes: number and moment (seconds of any steady clock) of each confirmed write, in order.
        there: numbers that the table holds afterwards.
        before, after: ids of the hosts.
    """
    moments = [moment for _, moment in writes]
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    lost = {number for number, _ in writes} - set(there)
    return Outcome(len(writes), len(lost), max(gaps, default=0.0), before, after)
