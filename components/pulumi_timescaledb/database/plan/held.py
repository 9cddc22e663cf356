"""What a plan says of objects that are held: the difference as a note while the hold is in force, loudly afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..holds import Hold, moment
from ..kind import Change
from . import render


@dataclass(frozen=True)
class Held:
    """One object with a hold, and its differences, without what they cost."""

    hold: Hold
    differences: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The note of a preview."""
        name, hold = self.hold.name, self.hold
        what = "; ".join(self.differences)
        if hold.in_force:
            return f"{name} is held {hold.words}: {what or 'nothing differs'}"
        back = f"what differs is a change again: {what}" if what else "nothing differs"
        return (
            f"HOLD EXPIRED: {name} was held until {moment(hold.until)} by {hold.by}; {back}; type tsdb hold {name} "
            f"--until <date> to hold it longer, or tsdb hold {name} --release"
        )


def all_held(holds: Mapping[str, Hold], different: Mapping[str, Sequence[Change]]) -> list[Held]:
    """The holds of the declared objects, expired ones too, each with what differs."""
    return [Held(holds[name], tuple(map(render.brief, rows))) for name, rows in different.items() if name in holds]
