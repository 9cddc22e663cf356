"""Where a measurement says its progress."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(f"{text}\n")
