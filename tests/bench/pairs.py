"""Two sides in turns: the ratio of their medians, and every single time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

PREVIEW_TARGET = 1.3


def seconds(what: Callable[[], Any]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def previews(title: str, ours: Callable[[], Any], floor: Callable[[], Any], times: int) -> None:
    """Print a preview against the same one with a provider that does nothing; a first pair is not counted.

    Args:
        title: of the preview.
        ours: runs it.
        floor: runs the other.
        times: how many pairs.
    """
    rows = [(seconds(ours), seconds(floor)) for _ in range(times + 1)][1:]
    mine, other = (statistics.median(column) for column in zip(*rows, strict=True))
    print(f"{title}: {mine:.2f} s, with a provider that does nothing {other:.2f} s ({times} pairs)")
    print(f"  ratio of medians {mine / other:.2f}, target < {PREVIEW_TARGET}")
    print(f"  each: {', '.join(f'{left:.2f}/{right:.2f}' for left, right in rows)} s")
