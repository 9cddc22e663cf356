"""What a user declares of retention."""

from __future__ import annotations

from dataclasses import dataclass

from ....units import Interval

DAILY = Interval(days=1)


@dataclass(frozen=True)
class Retention:
    """drop_after: age at which a chunk goes, a number for integer time, text only where a live job does something
    else. schedule: how often the job looks, default 1 day as the server's own. enabled: a policy that somebody
    switched off is drift. by_creation: the age counts from when the chunk was made, not from its newest possible
    row."""

    drop_after: Interval | int | str
    schedule: Interval | None = DAILY
    enabled: bool = True
    by_creation: bool = False
