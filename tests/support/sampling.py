"""What a run takes of a matrix that is too long for every run: drawn anew, from a seed that is printed.

Whole tests are left to another target of `make` by a marker (tests/support/fix_samples.py), which lists them as not
run; what a test takes inside itself it draws from here. `TSDB_SEED` draws the same again, `TSDB_<TARGET>=all` takes all
of a target's matrix.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence

from .fix_database import has_community

EDITIONS = ("apache", "community")
SEED = int(os.environ.get("TSDB_SEED", random.randrange(10**6)))  # noqa: S311 - what is drawn is no secret
"""Of everything that this run draws."""


def seeded(about: str = "") -> tuple[int, random.Random]:
    """The run's seed and a generator made of it, another one for everything that draws."""
    return SEED, random.Random(f"{SEED} {about}")  # noqa: S311


def whole(target: str) -> bool:
    """Whether the whole of a target's matrix is asked for, as the target itself does."""
    return os.environ.get(f"TSDB_{target.upper()}") == "all"


def editions(draw: random.Random, every: Sequence[str], *, whole: bool) -> Sequence[str]:
    """The editions that something runs on: one, drawn, where there is a choice; all where the whole is asked for."""
    return every if whole or not has_community() else [draw.choice(every)]
