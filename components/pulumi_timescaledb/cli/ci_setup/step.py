"""One thing that is made, changed or removed, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """action: ``create``, ``change`` or ``remove``. what: the object. why: what it is for, in a sentence.
    do: does it; never part of what is shown."""

    action: str
    what: str
    why: str
    do: Callable[[], object] = field(repr=False, compare=False)

    @property
    def row(self) -> tuple[str, str, str]:
        """For a table."""
        return self.action, self.what, self.why
