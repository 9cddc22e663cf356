"""What a user declares of tablespaces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tablespaces:
    """names: the whole set, in order of name."""

    names: tuple[str, ...]

    def __post_init__(self) -> None:
        """Order does not matter: compare sorted."""
        object.__setattr__(self, "names", tuple(sorted(self.names)))
