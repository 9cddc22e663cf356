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
    """acknowledged: writes that the server confirmed. lost: those of them that are gone, None where nobody can tell.
    gap_seconds: the longest time without a confirmed write, up to the end of the drill. before, after: the host that
    was ended, and the one that followed, empty for none."""

    acknowledged: int
    lost: int | None
    gap_seconds: float
    before: str
    after: str

    @property
    def good(self) -> bool:
        """Whether another host took over and it is known that nothing confirmed is gone."""
        return self.lost == 0 and self.after not in ("", self.before)


def outcome(
    writes: Sequence[tuple[int, float]],
    there: Collection[int] | None,
    before: str,
    after: str,
    ended: float | None = None,
) -> Outcome:
    """Judge a drill.

    Args:
        writes: number and moment (seconds of any steady clock) of each confirmed write, in order.
        there: numbers that the table holds afterwards; None where no host could be asked.
        before, after: ids of the hosts.
        ended: moment at which the writing stopped; None for that of the last confirmed write.
    """
    moments = [moment for _, moment in writes] + ([] if ended is None else [ended])
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    lost = None if there is None else len({number for number, _ in writes} - set(there))
    return Outcome(len(writes), lost, max(gaps, default=0.0), before, after)
